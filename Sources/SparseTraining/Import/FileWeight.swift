/// A weight, bias or statistic as a file has it: one array, an array and a mask, or the three arrays of a sparse matrix.
struct FileWeight: Equatable {
    /// How the elements lie.
    enum Layout: Equatable {
        /// `values` has all of them; those where `mask` is 0, or without a mask those that are 0, are not stored.
        case dense(mask: String?)
        /// Compressed rows of single weights, or of blocks of this many a side.
        case rows(starts: String, indices: String, side: Int)
        /// Compressed columns.
        case columns(starts: String, indices: String)
    }

    /// As PyTorch names it: "fc1.weight".
    var name: String
    var layout: Layout
    var values: String
    /// Extents of the whole; nil for compressed rows that do not say how many columns there are.
    var shape: [Int]?
    /// The arrays that it is made of.
    var arrays: [String]

    /// Whether it can be a weight, bias or statistic of this shape. A matrix may have more extents than two, as PyTorch's
    /// convolutions do: [outputs, inputs, rows, columns].
    func fits(_ needed: [Int]) -> Bool {
        guard let shape else { return needed.count > 1 }
        if shape == needed { return true }
        guard needed.count > 1, shape.count > 1, shape[0] == needed[0] else { return false }
        let (own, other) = (shape.dropFirst(), needed.dropFirst())
        // A matrix of a convolution may be written as two extents.
        return (own.count == 1 || other.count == 1) && product(own) == product(other)
    }

    private func product(_ extents: ArraySlice<Int>) -> Int? {
        extents.reduce(1) { product, extent in
            product.flatMap { product in
                let (next, overflow) = product.multipliedReportingOverflow(by: extent)
                return overflow ? nil : next
            }
        }
    }

    /// For messages.
    var shapeText: String {
        let text = shape.map { $0.map(String.init).joined(separator: " x ") } ?? "compressed rows"
        return text.isEmpty ? "one number" : text
    }
}

/// What a file of weights has, in its order.
struct FileWeights {
    var weights: [FileWeight] = []
    /// Arrays that say nothing about a network's result, such as counters and an optimiser's state.
    var ignored: [String] = []

    /// Arrays beside the weights in checkpoints of this program.
    private static let ofRuns = ["explored.", "forward.", "update.", "history.", "run."]
    /// The scaling of the inputs, in checkpoints and in what is exported of them.
    private static let ofInputs = [NetworkDescription.meanName, NetworkDescription.scaleName]

    /// - Throws: `ImportError` for arrays that do not go together.
    init(of file: any WeightArrays, path: String) throws(ImportError) {
        let arrays = Dictionary(file.arrays.map { ($0.name, $0) }) { one, _ in one }
        let isCheckpoint = file.texts["format"] == "sparsetrain"
        var used: Set<String> = []
        for array in file.arrays {
            if array.name.hasSuffix(".num_batches_tracked") || Self.ofInputs.contains(array.name)
                || isCheckpoint && Self.isOfRun(array.name)
            {
                ignored.append(array.name)
                used.insert(array.name)
                continue
            }
            var weight = try Self.compressed(array, arrays, file, path)
            if weight == nil { weight = try Self.masked(array, arrays, path) }
            guard let weight else { continue }
            weights.append(weight)
            used.formUnion(weight.arrays)
        }
        for array in file.arrays where !used.contains(array.name) {
            weights.append(
                FileWeight(
                    name: array.name, layout: .dense(mask: nil), values: array.name, shape: array.shape,
                    arrays: [array.name]))
        }
        // In the order of the file: masked and compressed ones may have been found before others.
        let places = Dictionary(file.arrays.enumerated().map { ($1.name, $0) }) { one, _ in one }
        weights.sort { (places[$0.arrays[0]] ?? 0) < (places[$1.arrays[0]] ?? 0) }
        var names: Set<String> = []
        if let twice = weights.first(where: { !names.insert($0.name).inserted }) {
            throw ImportError(path: path, reason: "'\(twice.name)' is there twice, in two forms")
        }
    }

    private static func isOfRun(_ name: String) -> Bool {
        ofRuns.contains { name.hasPrefix($0) } || name.hasSuffix(".gradient") || name.contains(".optimizer.")
    }

    /// NAME.crow_indices, .col_indices and .values, as in PyTorch and in checkpoints; or NAME.indptr, .indices, .data and .shape,
    /// as in SciPy.
    private static func compressed(
        _ array: WeightArray, _ arrays: [String: WeightArray], _ file: any WeightArrays, _ path: String
    ) throws(ImportError) -> FileWeight? {
        func part(_ name: String, _ ending: String) throws(ImportError) -> WeightArray {
            guard let part = arrays[name + ending] else {
                throw ImportError(path: path, reason: "'\(name)' is compressed, but \(name + ending) is missing")
            }
            return part
        }
        if array.name.hasSuffix(".crow_indices") {
            let name = String(array.name.dropLast(".crow_indices".count))
            let (indices, values) = (try part(name, ".col_indices"), try part(name, ".values"))
            let side = values.shape.count == 3 ? values.shape[1] : 1
            // As exports have it: all extents of the tensor.
            let extents = arrays[name + ".shape"]
            guard extents.map({ $0.shape.count == 1 && (2...8).contains($0.count) }) ?? true else {
                throw ImportError(path: path, reason: "'\(name).shape' is no list of extents")
            }
            let shape = try extents.map { extents throws(ImportError) in
                try file.integers(extents.name, 0..<extents.count)
            }
            guard values.shape == (side == 1 ? [indices.count] : [indices.count, side, side]), array.shape.count == 1,
                side > 0, array.count > 0
            else { throw ImportError(path: path, reason: "the arrays of '\(name)' do not go together") }
            return FileWeight(
                name: name, layout: .rows(starts: array.name, indices: indices.name, side: side),
                values: values.name, shape: shape,
                arrays: [array.name, indices.name, values.name] + (extents.map { [$0.name] } ?? []))
        }
        guard array.name.hasSuffix(".indptr") else { return nil }
        let name = String(array.name.dropLast(".indptr".count))
        let (indices, values) = (try part(name, ".indices"), try part(name, ".data"))
        let extents = try part(name, ".shape")
        guard extents.shape == [2], array.shape.count == 1, values.shape == [indices.count] else {
            throw ImportError(path: path, reason: "the arrays of '\(name)' do not go together")
        }
        let shape = try file.integers(extents.name, 0..<2)
        let format = file.texts[name + ".format"] ?? ""
        guard ["csr", "csc"].contains(format), shape.allSatisfy({ (1...Int(Int32.max)).contains($0) }),
            array.count == (format == "csr" ? shape[0] : shape[1]) + 1
        else {
            throw ImportError(
                path: path,
                reason:
                    "'\(name)' is a matrix of SciPy's format '\(format)' and shape \(shape); expected csr or csc (.tocsr())"
            )
        }
        return FileWeight(
            name: name,
            layout: format == "csr"
                ? .rows(starts: array.name, indices: indices.name, side: 1)
                : .columns(starts: array.name, indices: indices.name),
            values: values.name, shape: shape, arrays: [array.name, indices.name, values.name, extents.name])
    }

    /// NAME_orig and NAME_mask, as torch.nn.utils.prune has them; NAME and NAME_mask; NAME and NAME.mask.
    private static func masked(
        _ array: WeightArray, _ arrays: [String: WeightArray], _ path: String
    ) throws(ImportError) -> FileWeight? {
        guard let ending = ["_mask", ".mask"].first(where: { array.name.hasSuffix($0) }) else { return nil }
        let name = String(array.name.dropLast(ending.count))
        guard let values = (ending == "_mask" ? arrays[name + "_orig"] : nil) ?? arrays[name] else { return nil }
        guard values.shape == array.shape else {
            throw ImportError(
                path: path, reason: "'\(array.name)' has the shape \(array.shape), '\(values.name)' \(values.shape)")
        }
        return FileWeight(
            name: name, layout: .dense(mask: array.name), values: values.name, shape: values.shape,
            arrays: [values.name, array.name])
    }
}
