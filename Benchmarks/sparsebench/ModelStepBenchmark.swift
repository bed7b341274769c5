import Foundation
import SparseData
import SparseModels
import SparseParts
import SparsePolicies
import SparseStore

/// Whole training steps of a convolutional network on random 32 x 32 images: uniform density with the first layer dense,
/// SGD with momentum and weight decay. The record tells where the time goes, with the assembly and augmentation of the batch
/// beside it, which the step's own time does not contain.
enum ModelStepBenchmark {
    static let benchmark = Benchmark(
        op: "model_step",
        standard: [
            Subject(op: "model_step", rows: 0, columns: 0, batch: 128, density: 0.1, threads: 1, model: "wrn-22-2")
        ]
    ) { subject in
        let fixture = try ModelFixture(subject)
        return Work(
            operations: fixture.operations, bytesPerWeight: fixture.bytesPerWeight, run: { try fixture.step() },
            shares: subject.threads == 1 ? { try fixture.shares() } : nil)
    }
}

/// A network in training on batches of random images.
final class ModelFixture {
    let network: Network
    private let loader: BatchLoader
    private let order: SampleOrder
    private var batch: Batch
    private let optimizer = SGD(momentum: 0.9, weightDecay: 5e-4)
    private let loss = SoftmaxCrossEntropy()
    private let metrics: [any Metric] = [TopAccuracy(1)]
    private var sums = MetricSums()
    private var steps = 0
    private let samples: Int
    /// Two for each stored weight and its uses, forward and twice back; the first layer has no gradient of its input.
    let operations: Double

    init(_ subject: Subject, workers: Workers? = nil) throws {
        samples = subject.batch
        let (model, matrices, work) = try ModelFixture.model(subject, standard: "wrn-22-2")
        let shape = model.input
        operations = work * Double(subject.batch)
        network = try Network(
            model: model, matrices: matrices, batchSize: subject.batch,
            workers: workers ?? Workers(threads: subject.threads))
        var random = CounterRandom(seed: 4, purpose: .test)
        let count = 4 * subject.batch
        let dataset = try InMemoryDataset(
            features: (0..<count * shape.elements).map { _ in Float(random.nextUnit() - 0.5) * 3 },
            labels: (0..<count).map { _ in random.next(below: 10) },
            shape: SampleShape(channels: 3, rows: 32, columns: 32), classes: 10)
        loader = BatchLoader(
            Subset(dataset), batchSize: subject.batch, scaling: .identity(shape.elements),
            augmentation: Augmentation())
        order = SampleOrder(Subset(dataset), seed: 1, epoch: 0)
        batch = loader.makeBatch(shape: dataset.shape, halo: network.inputHalo)
        loader.load(0, of: order, into: &batch)
        if subject.faded { Fixture.fade(batch.input.buffer) }
    }

    /// The network of the subject (or `standard`) on 32 x 32 images with random weights, and the operations of a sample's
    /// training step.
    static func model(
        _ subject: Subject, standard: String
    ) throws -> (model: Model, matrices: [any SparseMatrix], work: Double) {
        let shape = ActivationShape(channels: 3, rows: 32, columns: 32)
        let model = try Parts.models.model(named: subject.model ?? standard, input: shape, classes: 10)
        guard let asked = MatrixFormat(subject.format) else {
            throw Options.Wrong(description: "unknown format \(subject.format)")
        }
        var matrices: [any SparseMatrix] = []
        var work = 0.0
        for (layer, shape) in model.weightShapes.enumerated() {
            let isDense = layer == 0 || subject.density == 1
            let hasBlocks = shape.convolution?.hasBlocks(ofSide: asked.unitSide) ?? true
            let format = isDense ? .dense : hasBlocks ? asked : .csr
            var random = CounterRandom(seed: 1, purpose: .topology, layer: layer)
            let matrix = try Fixture.matrix(
                format: format.description, rows: shape.rows, columns: shape.columns,
                density: isDense ? 1 : subject.density, random: &random)
            // As wide as the fan-in asks for, or activations grow until they are no numbers.
            let scale = 20 * (2 / (Double(matrix.storedWeights) / Double(shape.rows))).squareRoot()
            for i in 0..<matrix.values.count { matrix.values[i] *= Float(scale) }
            matrix.valuesHaveChanged()
            matrices.append(matrix)
            work += Double(matrix.storedWeights * shape.uses) * (layer == 0 ? 4 : 6)
        }
        return (model, matrices, work)
    }

    var bytesPerWeight: Double {
        for parameter in network.parameters { parameter.reserveStates(optimizer.states) }
        let weights = network.weights.reduce(0) { $0 + $1.storedWeights }
        return Double(network.weights.reduce(0) { $0 + $1.byteCount }) / Double(weights)
    }

    func step() throws {
        steps += 1
        sums.reset()
        network.backward(
            batch.inputs, targets: batch.targets, samples: samples, loss: loss, metrics: metrics, step: steps,
            into: &sums)
        try network.update(optimizer, learningRate: 0.001)
    }

    /// Milliseconds of processor time by kind of work, each the least of some steps.
    func shares() throws -> [String: Double] {
        let clock = Timing.processorSeconds
        var least: [String: Double] = [:]
        for turn in 0..<5 {
            var kinds: [String: Double] = [:]
            let begin = clock()
            loader.load(turn % 4, of: order, into: &batch)
            kinds["batch and augmentation"] = clock() - begin
            steps += 1
            let timer = StepTimer(network, clock: clock)
            network.observer = timer
            defer { network.observer = nil }
            sums.reset()
            network.backward(
                batch.inputs, targets: batch.targets, samples: samples, loss: loss, metrics: metrics, step: steps,
                into: &sums)
            try network.update(optimizer, learningRate: 0.001)
            let times = timer.times
            for (layer, seconds) in zip(network.layers, times.layers) {
                let kind = "\(type(of: layer))".replacing("Layer", with: "")
                kinds[kind, default: 0] += seconds
            }
            kinds["loss"] = times.loss
            kinds["optimizer"] = times.optimizer
            for (kind, seconds) in kinds { least[kind] = min(least[kind] ?? .infinity, seconds * 1e3) }
        }
        return least
    }
}
