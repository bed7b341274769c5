import Foundation
import SparseData
import SparseModels
import SparseParts
import SparsePolicies
import SparseStore

/// Whole training steps of a convolutional network on random 32 x 32 images: uniform density with the first layer dense,
/// SGD with momentum and weight decay; or of a language model on windows of 128 random tokens of 65, all projections sparse, AdamW
/// and gradients clipped. The record tells where the time goes, with the assembly and augmentation of the batch
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
    private let optimizer: any Optimizer
    private let settings: UpdateSettings
    private let loss = SoftmaxCrossEntropy()
    private let metrics: [any Metric] = [TopAccuracy(1)]
    private var sums = MetricSums()
    private var steps = 0
    private var samples: Int { batch.count }
    /// Two for each stored weight and its uses, forward and twice back; the first layer has no gradient of its input.
    let operations: Double

    init(_ subject: Subject, workers: Workers? = nil) throws {
        let (model, matrices, work) = try ModelFixture.model(subject, standard: "wrn-22-2")
        let shape = model.input
        let workers = workers ?? Workers(threads: subject.threads)
        var random = CounterRandom(seed: 4, purpose: .test)
        if let vocabulary = shape.vocabulary {
            let tokens = (0...4 * subject.batch * Self.context).map { _ in random.next(below: vocabulary) }
            let dataset = try TokenDataset(
                tokens: tokens, vocabulary: Vocabulary(ids: vocabulary),
                sequence: SequenceShape(length: Self.context, windows: .inOrder))
            let windows = Subset(dataset, samples: (0..<4 * subject.batch).map { $0 * Self.context })
            operations = work * Double(subject.batch * Self.context)
            loader = BatchLoader(windows, batchSize: subject.batch, scaling: .identity(1))
            network = try Network(model: model, matrices: matrices, batchSize: loader.laneCount, workers: workers)
            network.sequenceLength = Self.context
            order = SampleOrder(windows, seed: 1, epoch: 0)
            batch = loader.makeBatch(shape: dataset.shape)
            loader.load(0, of: order, into: &batch)
            (optimizer, settings) = (
                AdamW(beta2: 0.99, weightDecay: 0.1), UpdateSettings(clipNorm: 1, decaysVectors: false)
            )
            return
        }
        (optimizer, settings) = (SGD(momentum: 0.9, weightDecay: 5e-4), UpdateSettings())
        operations = work * Double(subject.batch)
        network = try Network(model: model, matrices: matrices, batchSize: subject.batch, workers: workers)
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

    /// Tokens of a window of a language model.
    private static let context = 128

    /// The network of the subject (or `standard`) on 32 x 32 images, or on tokens, with random weights, and the operations of a
    /// sample's training step.
    static func model(
        _ subject: Subject, standard: String
    ) throws -> (model: Model, matrices: [any SparseMatrix], work: Double) {
        let name = subject.model ?? standard
        let (shape, classes) = Parts.models.example(of: name)
        let model = try Parts.models.model(
            named: name, input: shape, classes: classes, options: Settings { $0.context = Self.context })
        guard let asked = MatrixFormat(subject.format) else {
            throw Options.Wrong(description: "unknown format \(subject.format)")
        }
        var matrices: [any SparseMatrix] = []
        var work = 0.0
        for (layer, shape) in model.weightShapes.enumerated() {
            let isDense = layer == 0 && model.input.vocabulary == nil || subject.density == 1
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
            work += Double(matrix.storedWeights * shape.uses) * (layer == 0 && model.input.vocabulary == nil ? 4 : 6)
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
        try network.update(optimizer, learningRate: 0.001, settings: settings)
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
            try network.update(optimizer, learningRate: 0.001, settings: settings)
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
