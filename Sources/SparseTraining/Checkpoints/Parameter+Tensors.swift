internal import SparseModels
internal import SparseStore

extension Parameter {
    /// Name of one of the parameter's arrays in a checkpoint; nil for a dense parameter's values, which need none.
    func tensorName(_ part: String?) -> String { part.map { name + "." + $0 } ?? name }

    /// Name of the array with the values.
    var valuesName: String { tensorName(isSparse ? "values" : nil) }

    /// True for weights that are stored at some positions only.
    var isSparse: Bool { matrix.map { $0.format != "dense" } ?? false }

    /// The parameter's arrays: for a sparse one compressed rows, of weights or of blocks, under PyTorch's names.
    func tensors(withGradient: Bool) -> [Tensor] {
        var tensors: [Tensor] = []
        if let matrix, isSparse {
            let rows = CompressedRows(matrix)
            tensors += [
                Tensor(tensorName("crow_indices"), rows.starts), Tensor(tensorName("col_indices"), rows.columns),
            ]
        }
        tensors.append(array(.values, named: valuesName))
        if withGradient { tensors.append(array(.gradient, named: tensorName("gradient"))) }
        for (index, role) in stored.roles.enumerated() {
            tensors.append(array(.state(role), named: tensorName("optimizer.\(index)")))
        }
        return tensors
    }

    /// Extents of the arrays.
    var shape: [Int] {
        guard let matrix else { return extents }
        if !isSparse { return [matrix.rows, matrix.columns] }
        return matrix.unitRows == 1 ? [values.count] : [matrix.storedCount, matrix.unitRows, matrix.unitColumns]
    }

    private func array(_ array: ParallelArray, named name: String) -> Tensor {
        Tensor(name, shape: shape, { elements(of: array) }, count: values.count)
    }

    private func elements(of array: ParallelArray) -> [Float] {
        matrix?.elements(of: array) ?? stored[array].array
    }

    /// Replaces the elements of an array.
    func setElements(of array: ParallelArray, to elements: [Float]) {
        if let matrix { return matrix.setElements(of: array, to: elements) }
        _ = stored[array].elements.update(fromContentsOf: elements)
    }
}

extension ForwardSet {
    /// Name of the tensor that says which weights of a layer the forward pass uses.
    static func tensorName(_ layer: Int) -> String { "forward.\(layer)" }

    /// The positions of `stored` that it marks.
    /// - Throws: `SafetensorsFile.Damage`.
    static func positions(of layer: Int, in file: SafetensorsFile, among stored: [Int]) throws -> [Int] {
        let words = try file.words(tensorName(layer))
        guard words.count == (stored.count + 63) / 64 else {
            throw SafetensorsFile.Damage("tensor '\(tensorName(layer))' is that of another layer")
        }
        return stored.indices.filter { words[$0 / 64] >> UInt64($0 % 64) & 1 == 1 }.map { stored[$0] }
    }
}
