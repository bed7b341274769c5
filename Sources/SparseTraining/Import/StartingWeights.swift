internal import SparseData
internal import SparseModels
internal import SparseParts
internal import SparsePolicies
internal import SparseStore

/// The weights that a run begins with where it does not draw them: those of a file, which was compared with the model. Numbers
/// are read when a network is made of them; before, how many are stored was counted.
struct StartingWeights {
    /// What one weight of the model is in the file.
    struct Layer {
        var name: String
        var shape: WeightShape
        var weight: FileWeight
        /// Kept dense by name: every position is stored.
        var isKeptDense: Bool
        var structure: LayerStructure
        /// Weights stored, and units of the store that they fill.
        var stored: Int
        var units: Int
        var unitPositions: Int

        var positions: Int { shape.positionCount }
        /// From which the number of units comes out exactly.
        var density: Double { Double(units) / Double(unitPositions) }
    }

    let path: String
    /// Whether connections alone are taken, and weights drawn.
    let drawsWeights: Bool
    private(set) var layers: [Layer] = []
    /// What was decided that nobody said, one line each.
    let remarks: [String]
    private let reader: WeightReader
    /// What the file has for each vector, by the name in the model; nil where a bias is 0.
    private let vectors: [(needed: NeededArray, weight: FileWeight?)]

    /// Compares the file with the model, and counts what it stores.
    /// - Throws: `ConfigurationError` for names, shapes and structures that do not fit, `ImportError` for a damaged file.
    init(
        _ file: any WeightArrays, path: String, model: Model, configuration: TrainingConfiguration
    ) throws {
        self.path = path
        drawsWeights = configuration.startFile?.drawsWeights ?? false
        reader = WeightReader(file: file, path: path)
        let content = try FileWeights(of: file, path: path)
        let needed: [NeededArray]
        do { needed = try NeededArray.all(of: model) } catch let error as ModelError { throw ConfigurationError(error) }
        let match = try WeightMatch(content.weights, needed: needed, maps: configuration.nameMaps, path: path)
        vectors = zip(needed, match.found).filter { $0.0.weight == nil }.map { ($0, $1) }
        remarks = match.remarks
        let shapes = model.weightShapes
        let dense = configuration.denseLayers.map { LayerPattern($0) }
        for (array, weight) in zip(needed, match.found) {
            guard let index = array.weight, let weight else { continue }
            let shape = shapes[index]
            var structure = try configuration.structure(of: shape.name)
            if case .blocks(let side) = structure, shape.convolution?.hasBlocks(ofSide: side) == false {
                structure = .unstructured
            }
            var layer = Layer(
                name: shape.name, shape: shape, weight: weight,
                isKeptDense: dense.contains { $0.matches(shape.name) }, structure: structure, stored: 0, units: 0,
                unitPositions: shape.positionCount)
            try count(&layer, place: index)
            layers.append(layer)
        }
    }

    /// Counts the stored weights of a layer, and refuses positions that its structure does not allow.
    private func count(_ layer: inout Layer, place: Int) throws {
        (layer.stored, layer.units) = (layer.positions, layer.positions)
        if layer.isKeptDense { return }
        let format = MatrixFormat(layer.structure)
        let stored = try stored(layer, place: place, in: format)
        if stored.positions.isEmpty {
            throw ConfigurationError.rejected(
                reason: "\(path): '\(layer.weight.name)' has no weight that is not 0; a layer stores one at least")
        }
        let (rows, columns) = (layer.shape.rows, layer.shape.columns)
        if let misfit = layer.structure.misfit(stored.positions, rows: rows, columns: columns) {
            throw ConfigurationError.rejected(
                reason:
                    "\(path): the weights of '\(layer.name)' are not \(layer.structure): \(misfit); leave out the option "
                    + "that asks for it")
        }
        layer.stored = stored.positions.count
        layer.units = layer.stored
        if format.unitSide > 1 {
            layer.unitPositions = format.positionCount(rows: rows, columns: columns)
            layer.units = units(stored.positions, rows: rows, columns: columns, side: format.unitSide).count
        }
    }

    /// Refuses outputs that have neither as many inputs as others nor none, for a method that keeps that.
    func checkRows(for method: String) throws {
        for (place, layer) in layers.enumerated() where !layer.isKeptDense {
            let stored = try stored(layer, place: place, in: .csr)
            let uneven = LayerStructure.unevenRow(
                stored.positions, rows: layer.shape.rows, columns: layer.shape.columns, mayBeEmpty: true)
            if let uneven {
                throw ConfigurationError.rejected(
                    reason:
                        "\(path): --\(Options().method.name) \(method) gives every output of a layer as many inputs, but of "
                        + "'\(layer.name)' \(uneven); take another method")
            }
        }
    }

    // MARK: Weights

    /// One matrix for each of the budgets, which are those of these layers.
    /// - Parameter format: In which a layer is stored.
    /// - Throws: `ImportError`, or `ConfigurationError` for what the store refuses.
    func matrices(_ budgets: [LayerBudget], format: (LayerBudget) -> MatrixFormat) throws -> [any SparseMatrix] {
        var matrices: [any SparseMatrix] = []
        for (place, (layer, budget)) in zip(layers, budgets).enumerated() {
            let made = Result { try matrix(layer, place: place, format(budget)) }
            do { matrices.append(try made.get()) } catch let error as StoreError {
                throw ConfigurationError(PolicyError.store(layer: layer.name, error))
            }
        }
        return matrices
    }

    /// The positions of the stored units of each layer, ascending; nil for a layer that stores all.
    func connections(_ budgets: [LayerBudget], format: (LayerBudget) -> MatrixFormat) throws -> [[Int]?] {
        try zip(layers, budgets).enumerated().map { place, pair in
            let (layer, format) = (pair.0, format(pair.1))
            if layer.isKeptDense || format == .dense { return nil }
            return units(
                try stored(layer, place: place, in: format).positions, rows: layer.shape.rows,
                columns: layer.shape.columns, side: format.unitSide)
        }
    }

    private func matrix(_ layer: Layer, place: Int, _ format: MatrixFormat) throws -> any SparseMatrix {
        let (rows, columns, convolution) = (layer.shape.rows, layer.shape.columns, layer.shape.convolution)
        let isConvolution = convolution.map { $0.groups > 1 } ?? false
        if format == .dense, !isConvolution {
            return try DenseMatrix(
                rows: rows, columns: columns,
                values: reader.all(layer.weight, rows: rows, columns: columns, elementFirst: convolution))
        }
        var stored: StoredPositions
        if layer.isKeptDense || format == .dense {
            stored = StoredPositions(
                positions: Array(0..<rows * columns),
                values: try reader.all(layer.weight, rows: rows, columns: columns, elementFirst: convolution))
            if format.unitSide > 1, let convolution { stored = convolution.elementFirst(stored) }
        } else {
            stored = try self.stored(layer, place: place, in: format)
        }
        return try format.make(
            rows: rows, columns: columns,
            positions: units(stored.positions, rows: rows, columns: columns, side: format.unitSide),
            values: stored.values, convolution: convolution)
    }

    /// Positions and values in the order in which a store of this format has its columns.
    private func stored(_ layer: Layer, place: Int, in format: MatrixFormat) throws -> StoredPositions {
        let (rows, columns) = (layer.shape.rows, layer.shape.columns)
        var stored = try reader.stored(
            layer.weight, rows: rows, columns: columns, elementFirst: layer.shape.convolution)
        if let marks = try reader.forwardSet(place) {
            stored = try marks.filter(stored, of: layer.weight.name, path: path)
        }
        guard format.unitSide > 1, let convolution = layer.shape.convolution else { return stored }
        return convolution.elementFirst(stored)
    }

    /// Flat positions of the blocks that weights are in, ascending; of single weights they themselves.
    private func units(_ positions: [Int], rows: Int, columns: Int, side: Int) -> [Int] {
        if side == 1 { return positions }
        let width = (columns + side - 1) / side
        return Set(positions.map { $0 / columns / side * width + $0 % columns / side }).sorted()
    }

    /// Gives a network what the file has beside the weights.
    /// - Throws: `ImportError`.
    func fillVectors(of network: Network) throws(ImportError) {
        if drawsWeights { return }
        let parameters = network.parameters.filter { $0.matrix == nil }.map { ($0.name, $0.values) }
        let buffers = network.buffers.map { ($0.name, $0.buffer) }
        let targets = Dictionary(parameters + buffers) { one, _ in one }
        for (needed, weight) in vectors {
            guard let weight, let target = targets[needed.name] else { continue }
            _ = target.elements.update(fromContentsOf: try reader.all(weight, rows: 1, columns: target.count))
        }
    }
}

extension MatrixFormat {
    /// What single weights, or blocks, are counted by.
    fileprivate init(_ structure: LayerStructure) {
        if case .blocks(let side) = structure { self = .block(side) } else { self = .csr }
    }
}

extension ConvolutionGeometry {
    /// Weights in the order of a store in blocks.
    fileprivate func elementFirst(_ stored: StoredPositions) -> StoredPositions {
        let places = stored.positions.map { $0 / columns * columns + elementFirst($0 % columns) }
        let order = places.indices.sorted { places[$0] < places[$1] }
        return StoredPositions(positions: order.map { places[$0] }, values: order.map { stored.values[$0] })
    }
}
