internal import Foundation
internal import SparseModels
internal import SparsePolicies
internal import SparseStore

/// Makes the network of a checkpoint from the file alone, without an optimiser's state.
struct NetworkReader {
    let file: SafetensorsFile
    let workers: Workers

    /// How a matrix is stored, by the name of the parameter.
    private struct StoredLayer: Codable {
        var format: String
        var shape: [Int]
    }

    /// What the outputs of the layers may take for a batch; larger ones are evaluated in parts.
    private static let mostForBatch = 1 << 29

    /// Samples to evaluate at once, of those that the file says. It may claim anything: fewer when they would take more than half
    /// a gigabyte, but not fewer than 32.
    /// - Parameter lanes: Those of a sample, where it is a window of tokens.
    static func batchSize(_ claimed: Int, of model: Model, lanes: Int = 1) -> Int {
        let least = max(1, 32 / lanes)
        var batchSize = claimed
        // A model can count the bytes of so many lanes.
        while batchSize > least,
            Double(batchSize) * Double(lanes) > 1e9
                || Double(model.activationByteCount(batchSize: batchSize * lanes)) > Double(mostForBatch)
        {
            batchSize = max(least, batchSize / 2)
        }
        return batchSize
    }

    /// - Throws: `SafetensorsFile.Damage`, also when the outputs of 32 samples are more than the process may use, or `ModelError`.
    func network(batchSize: Int) throws -> Network {
        guard let text = file.metadata[NetworkDescription.modelKey] else {
            throw SafetensorsFile.Damage("it has no description of its layers")
        }
        let model = try Model(json: Data(text.utf8))
        guard try file.shape(of: NetworkDescription.meanName) == [model.input.elements] else {
            throw SafetensorsFile.Damage("it scales other inputs than the \(model.input.elements) that its layers read")
        }
        let needed = Double(model.activationByteCount(batchSize: max(32, batchSize)))
        guard needed <= Double(ProcessLimits.memory) else {
            throw SafetensorsFile.Damage("its layers' outputs would take \(Int(needed / 1e9)) GB")
        }
        // The file must hold the tables that are about to be allocated.
        guard model.denseParameters - model.denseWeights <= file.tensorBytes / MemoryLayout<Float>.size else {
            throw SafetensorsFile.Damage("it has fewer numbers than its layers")
        }
        let stored = try storedLayers()
        var matrices: [any SparseMatrix] = []
        for shape in model.weightShapes {
            let name = shape.name + ".weight"
            guard let layer = stored[name], layer.shape == [shape.rows, shape.columns],
                let format = MatrixFormat(layer.format)
            else { throw SafetensorsFile.Damage("its metadata 'layers' does not have '\(name)' as the model does") }
            do { matrices.append(try matrix(shape, format, name)) } catch let error as StoreError {
                throw SafetensorsFile.Damage("the connections of '\(name)': \(error)")
            }
        }
        let network = try Network(
            model: model, matrices: matrices, batchSize: batchSize, workers: workers, drawsTables: false)
        matrices = []
        try NetworkRestorer(file: file, network: network, states: [], overriding: false).restoreValues()
        for (layer, matrix) in network.weights.enumerated() where file.has(ForwardSet.tensorName(layer)) {
            let positions = try ForwardSet.positions(of: layer, in: file, among: matrix.storedPositions())
            do throws(StoreError) { try matrix.useForward(positions, penalty: 0) } catch {
                throw SafetensorsFile.Damage("tensor '\(ForwardSet.tensorName(layer))': \(error)")
            }
        }
        return network
    }

    /// The matrices of weights alone, by name, without what they convolve: all that a file of version 1 says of them.
    /// - Throws: `SafetensorsFile.Damage`.
    func matrices() throws -> [(name: String, matrix: any SparseMatrix)] {
        let suffix = ".weight"
        let stored = try storedLayers().sorted { $0.key.compare($1.key, options: .numeric) == .orderedAscending }
        return try stored.map { key, layer in
            guard layer.shape.count == 2, layer.shape.allSatisfy({ (1...Int(Int32.max)).contains($0) }),
                let format = MatrixFormat(layer.format)
            else { throw SafetensorsFile.Damage("its metadata 'layers' does not say what '\(key)' is") }
            let shape = WeightShape(name: key, outputs: layer.shape[0], inputs: layer.shape[1])
            let matrix: any SparseMatrix
            do { matrix = try self.matrix(shape, format, key) } catch let error as StoreError {
                throw SafetensorsFile.Damage("the connections of '\(key)': \(error)")
            }
            let parameter = Parameter(name: key, kind: .weight, storage: .matrix(matrix))
            parameter.setElements(
                of: .values, to: try file.floats(parameter.valuesName, count: parameter.values.count))
            return (key.hasSuffix(suffix) ? String(key.dropLast(suffix.count)) : key, matrix)
        }
    }

    /// How matrices are stored, by the names of the parameters.
    private func storedLayers() throws -> [String: StoredLayer] {
        guard let layers = file.metadata["layers"],
            let stored = try? JSONDecoder().decode([String: StoredLayer].self, from: Data(layers.utf8))
        else { throw SafetensorsFile.Damage("its metadata 'layers' is not that of a checkpoint") }
        return stored
    }

    /// A matrix with the connections that the file has, its values still 0.
    private func matrix(_ shape: WeightShape, _ format: MatrixFormat, _ name: String) throws -> any SparseMatrix {
        let (rows, columns) = (shape.rows, shape.columns)
        if format == .dense {
            // The file must hold as much as is about to be allocated.
            guard try file.shape(of: name) == [rows, columns] else {
                throw SafetensorsFile.Damage("tensor '\(name)' has not the shape \([rows, columns])")
            }
            return try DenseMatrix(rows: rows, columns: columns)
        }
        if format == .csr, shape.convolution == nil {
            return try CSRMatrix(
                rows: rows, columns: columns, starts: file.integers(name + ".crow_indices").map { Int($0) },
                columnIndices: file.indices(name + ".col_indices"))
        }
        let side = format.unitSide
        let stored = try CompressedRows(
            starts: file.integers(name + ".crow_indices"), columns: file.integers(name + ".col_indices"),
            height: (rows + side - 1) / side, width: (columns + side - 1) / side, name: name)
        return try format.make(
            rows: rows, columns: columns, positions: stored.positions, convolution: shape.convolution)
    }
}
