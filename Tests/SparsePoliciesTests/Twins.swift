import SparsePolicies
import SparseStore
import TestSupport
import Testing

/// The same layers twice: masked and dense, and truly sparse. Both are trained on the same batches; after every
/// topology update they must store the same positions, weights and momenta, bit for bit.
struct Twins {
    enum Store: CaseIterable { case reference, csr, convolution }

    var masked: [MaskedLayer]
    var parameters: [SparseParameter]
    /// What the weight at each position of a layer began with, to methods that ask.
    static let initialValues = NormalField(CounterRandom(seed: 8, purpose: .initialValues), deviation: 0.2)
    /// What the parameters show.
    private(set) var matrices: [any SparseMatrix]
    let seed: UInt64

    init(shapes: [(rows: Int, columns: Int, stored: Int)], seed: UInt64, store: Store) throws {
        self.seed = seed
        var random = CounterRandom(seed: seed, purpose: .test)
        masked = shapes.map { MaskedLayer(rows: $0.rows, columns: $0.columns, stored: $0.stored, random: &random) }
        (parameters, matrices) = ([], [])
        for (index, layer) in masked.enumerated() {
            let matrix = try Twins.matrix(of: layer, store: store)
            matrix.stored.reserveStates([.momentum])
            matrices.append(matrix)
            parameters.append(
                SparseParameter(
                    name: "layer\(index)", shape: LayerShape(of: matrix),
                    matrix: matrix, layer: index,
                    initialUnits: InitialUnits(Twins.initialValues, rows: layer.rows, columns: layer.columns)))
        }
    }

    static func matrix(of layer: MaskedLayer, store: Store) throws -> any SparseMatrix {
        let positions = layer.active
        let values = positions.map { layer.weights[$0] }
        switch store {
        case .reference:
            return ReferenceMatrix(rows: layer.rows, columns: layer.columns, positions: positions, values: values)
        case .csr:
            return try CSRMatrix(rows: layer.rows, columns: layer.columns, positions: positions, values: values)
        case .convolution:
            let linear = try CSRMatrix(rows: layer.rows, columns: layer.columns, positions: positions, values: values)
            let geometry = convolution(rows: layer.rows, columns: layer.columns)
            return try geometry.store(linear, inputHalo: geometry.padding, gradientHalo: geometry.gradientHalo)
        }
    }

    /// A convolution with this matrix of weights: 2, 1 or 3 kernel elements a side where the columns can be divided so.
    private static func convolution(rows: Int, columns: Int) -> ConvolutionGeometry {
        let kernelRows = columns.isMultiple(of: 2) ? 2 : 1
        let kernelColumns = (columns / kernelRows).isMultiple(of: 3) ? 3 : 1
        return ConvolutionGeometry(
            inputChannels: columns / kernelRows / kernelColumns, inputRows: 4, inputColumns: 5, outputChannels: rows,
            kernelRows: kernelRows, kernelColumns: kernelColumns, stride: 1 + rows % 2, padding: 1)
    }

    /// Random shapes: ordinary layers, a full one, one with a single weight.
    static func randomShapes(_ trial: Int) -> [(rows: Int, columns: Int, stored: Int)] {
        var random = CounterRandom(seed: 99, purpose: .test, step: trial)
        var shapes: [(rows: Int, columns: Int, stored: Int)] = []
        for _ in 0..<3 {
            let (rows, columns) = (1 + random.next(below: 12), 1 + random.next(below: 14))
            shapes.append((rows, columns, 1 + random.next(below: rows * columns)))
        }
        shapes.append((3, 4, 12))
        shapes.append((5, 5, 1))
        return shapes
    }

    /// Trains both for `batches` batches; `update` is the masked topology update of all layers.
    mutating func train(
        _ policy: inout any TopologyPolicy, batches: Int, workers: Workers = Workers(threads: 1),
        followsMasks: Bool = true,
        update: (inout [MaskedLayer], _ step: Int, _ latest: [[WholeBatch]]) -> Void
    ) throws -> [[LayerUpdate]] {
        var random = CounterRandom(seed: seed, purpose: .test, layer: 1)
        var kept: [[WholeBatch]] = masked.map { _ in [] }
        var reports: [[LayerUpdate]] = []
        var (step, updatedAt) = (0, 0)
        let start = try policy.begin(UpdateContext(step: 0, seed: seed, workers: workers, parameters: parameters))
        for (matrix, update) in zip(matrices, start) { try update.make(in: matrix, workers: workers) }
        for batch in 0..<batches {
            let fresh = parameters.map { WholeBatch(for: $0.matrix, samples: 5, random: &random) }
            let plan = policy.plan(after: step, lastUpdate: updatedAt)
            if plan.keepsGradients {
                for index in kept.indices {
                    kept[index] = (kept[index] + [fresh[index]]).suffix(policy.gradientBatches)
                }
            }
            if plan.trainsWeights {
                trainWeights(on: fresh)
                step += 1
            }
            if plan.updatesTopology {
                updatedAt = step
                for index in kept.indices {
                    #expect(kept[index].count == min(policy.gradientBatches, batch + 1))
                    parameters[index].batches = kept[index].map(\.gradientBatch)
                }
                let context = UpdateContext(
                    step: step, learningRate: 1.0 / 256, seed: seed, workers: workers, parameters: parameters)
                let report = try policy.update(context)
                for (matrix, update) in zip(matrices, report) { try update.make(in: matrix, workers: workers) }
                update(&masked, step, kept)
                reports.append(report)
                if followsMasks { expectEqual() }
            }
        }
        return reports
    }

    private mutating func trainWeights(on batches: [WholeBatch]) {
        for (index, batch) in batches.enumerated() {
            masked[index].train(on: batch)
            let matrix = matrices[index]
            matrix.weightGradient(
                input: batch.input, outputGradient: batch.outputGradient, panels: 0..<1, part: .whole)
            let momentum = matrix.stored[.state(.momentum)]
            for k in 0..<matrix.values.count {
                momentum[k] = 0.5 * momentum[k] + matrix.gradient[k]
                matrix.values[k] -= momentum[k] / 256
            }
            matrix.valuesHaveChanged()
        }
    }

    /// Puts another matrix in a layer's place.
    mutating func replaceMatrix(of layer: Int, by matrix: any SparseMatrix) {
        matrices[layer] = matrix
        parameters[layer].matrix = matrix
    }

    /// Same positions, weights, momenta.
    func expectEqual() {
        for (layer, parameter) in zip(masked, parameters) {
            let positions = parameter.matrix.storedPositions()
            #expect(positions == layer.active)
            #expect(parameter.matrix.storedScores(of: .values) == positions.map { layer.weights[$0] })
            #expect(
                parameter.matrix.storedScores(of: .state(.momentum)) == positions.map { layer.momentum[$0] })
        }
    }
}

extension LayerShape {
    init(of weights: any SparseMatrix) {
        if let geometry = weights.convolution {
            self.init(
                outputs: geometry.outputChannels, inputs: geometry.inputChannels / geometry.groups,
                kernelHeight: geometry.kernelRows, kernelWidth: geometry.kernelColumns,
                uses: geometry.outputRows * geometry.outputColumns)
        } else {
            self.init(outputs: weights.rows, inputs: weights.columns)
        }
    }
}

extension LayerUpdate {
    /// Does to the matrix what the trainer does.
    func make(in matrix: any SparseMatrix, workers: Workers) throws {
        if let values {
            matrix.setElements(of: .values, to: values)
            matrix.valuesHaveChanged()
        }
        try matrix.apply(change, workers: workers)
        // The plainest matrix has none.
        if let forward, !(matrix is ReferenceMatrix) { try matrix.useForward(forward, penalty: 0) }
    }
}
