import SparseModels
import SparseParts
import SparsePolicies
import SparseStore

/// Whole training steps (forward, loss, backward, SGD with momentum and weight decay) and RigL updates of the network
/// 784-n-n-n-10 with Erdos-Renyi densities, where n is `--rows`.
enum StepBenchmarks {
    static let all = [
        Benchmark(
            op: "step",
            standard: [0.2, 0.1, 0.05, 0.01].map {
                Subject(op: "step", rows: 1000, columns: 1000, batch: 128, density: $0, threads: 1)
            }
        ) { subject in
            let fixture = try NetworkFixture(subject)
            return Work(
                operations: fixture.operations, bytesPerWeight: fixture.bytesPerWeight, run: { try fixture.step() })
        },
        Benchmark(
            op: "update",
            standard: [0.1, 0.01].map {
                Subject(op: "update", rows: 1000, columns: 1000, batch: 128, density: $0, threads: 1)
            }
        ) { subject in
            let fixture = try NetworkFixture(subject)
            try fixture.keepGradients()
            // Operations of the dense gradients of the sparse layers, nothing else.
            return Work(operations: fixture.denseGradientOperations, run: { try fixture.updateTopology() })
        },
    ]
}

/// A network in training on one random batch.
final class NetworkFixture {
    let network: Network
    let input: Panels
    let labels: AlignedBuffer<Int32>
    let samples: Int
    let optimizer = SGD(momentum: 0.9, weightDecay: 1e-4)
    let loss = SoftmaxCrossEntropy()
    private let metrics: [any Metric] = [TopAccuracy(1)]
    private var sums = MetricSums()
    private lazy var inputs: [BatchInput] = [.values(input)]
    private var steps = 0
    private let faded: Bool

    init(_ subject: Subject, workers: Workers? = nil) throws {
        let n = subject.rows
        samples = subject.batch
        let model = try Parts.models.model(
            named: "mlp:\(n),\(n),\(n)", input: ActivationShape(channels: 784), classes: 10)
        let shapes = model.weightShapes.map { LayerShape(outputs: $0.outputs, inputs: $0.inputs) }
        let densities = try ErdosRenyi(countsKernel: false).densities(
            of: shapes, keptDense: shapes.map { _ in false }, target: subject.density)
        var matrices: [any SparseMatrix] = []
        for (layer, shape) in shapes.enumerated() {
            var random = CounterRandom(seed: 1, purpose: .topology, layer: layer)
            matrices.append(
                try Fixture.matrix(
                    format: subject.format, rows: shape.outputs, columns: shape.inputs, density: densities[layer],
                    random: &random))
        }
        network = try Network(
            model: model, matrices: matrices, batchSize: samples, workers: workers ?? Workers(threads: subject.threads))
        faded = subject.faded
        input = Fixture.panels(784, samples, seed: 3, faded: faded)
        var random = CounterRandom(seed: 4, purpose: .test)
        labels = AlignedBuffer((0..<samples).map { _ in Int32(random.next(below: 10)) })
    }

    /// Three products a stored weight, but no input gradient in the first layer.
    var operations: Double {
        network.weights.enumerated().reduce(0) {
            $0 + ($1.offset == 0 ? 4 : 6) * Double($1.element.storedWeights) * Double(samples)
        }
    }

    /// As training holds them once the optimiser has its state.
    var bytesPerWeight: Double {
        for parameter in network.parameters { parameter.reserveStates(optimizer.states) }
        let weights = network.weights.reduce(0) { $0 + $1.storedWeights }
        return Double(network.weights.reduce(0) { $0 + $1.byteCount }) / Double(weights)
    }

    var denseGradientOperations: Double {
        network.weights.reduce(0) {
            $0 + ($1.storedCount < $1.positionCount ? 2 * Double($1.rows) * Double($1.columns) * Double(samples) : 0)
        }
    }

    func step() throws {
        steps += 1
        sums.reset()
        network.backward(
            inputs, targets: .classes(labels), samples: samples, loss: loss, metrics: metrics, step: steps, into: &sums)
        try network.update(optimizer, learningRate: 0.01)
    }

    /// Batches of two different inputs as the layers saw them, so that no update undoes nothing but the one before it.
    private var kept: [[GradientBatch]] = []

    func keepGradients() throws {
        for seed in [3, 5] as [UInt64] {
            let other = Fixture.panels(784, samples, seed: seed)
            // As in `DenseGradientBenchmark`.
            if faded { Fixture.fade(other.buffer, stride: 2) }
            for i in 0..<other.buffer.count { input.buffer[i] = other.buffer[i] }
            try step()
            kept.append(
                network.weights.indices.compactMap { network.gradientBatch(ofWeights: $0) }.map {
                    GradientBatch(
                        input: Fixture.copy($0.input), outputGradient: Fixture.copy($0.outputGradient), samples: samples
                    )
                })
        }
    }

    func updateTopology() throws {
        steps += 1
        let batches = kept[steps % 2]
        let parameters = network.weights.enumerated().map { index, matrix in
            SparseParameter(
                name: "fc\(index + 1)", shape: LayerShape(outputs: matrix.rows, inputs: matrix.columns), matrix: matrix,
                layer: index, batches: [batches[index]])
        }
        // RigL's mean fraction: half of the first one.
        var policy = try Parts.methods.named("rigl").policy(
            Settings {
                $0.dropFraction = 0.15
                $0.dropSchedule = "constant"
            }, run: RunLength(steps: 1000, stepsPerEpoch: 100)
        )
        let updates = try policy.update(
            UpdateContext(step: 100, seed: 1, workers: network.workers, parameters: parameters))
        for (matrix, update) in zip(network.weights, updates) {
            try matrix.apply(update.change, workers: network.workers)
        }
    }
}
