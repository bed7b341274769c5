internal import Foundation
public import SparseData
public import SparseModels
internal import SparseParts
public import SparseStore

/// A trained network that stands alone: its layers, weights and statistics, how its inputs are scaled, and what its outputs
/// are called. It is read from a checkpoint, without the training data, the trainer, or the optimiser's state.
///
///     let model = try TrainedModel(contentsOf: "runs/mine/checkpoint.safetensors")
///     let prediction = try model.predict(features)
///     print(prediction.className ?? "", prediction.probabilities)
///
/// Any number of tasks and threads may use it at once; what each of them gets does not depend on the others, nor on the number of
/// threads. It holds values and positions of the weights; gradients and an optimiser's state it has none.
public final class TrainedModel: Sendable {
    /// The layers.
    public var model: Model { pool.network.model }
    /// What was trained: weights, biases, scales and shifts, to be read only.
    public var parameters: [Parameter] { pool.network.parameters }
    /// What else a network keeps: running statistics, to be read only.
    public var buffers: [NamedBuffer] { pool.network.buffers }
    /// The weight matrices, in the order of `model.weightShapes`, to be read only.
    public var weights: [any SparseMatrix] { pool.network.weights }
    /// Shape of a sample as the data has it, that of its first input.
    public let sampleShape: SampleShape
    /// What the outputs stand for: classes, numbers, labels, or the inputs.
    public let targets: TargetKind
    /// What these are called, if the data said so.
    public let classNames: [String]?
    /// Name of the loss that was minimised: cross-entropy, mse.
    public let loss: String
    /// The options of the run that made it.
    public let configuration: TrainingConfiguration
    /// The columns of the table that it was trained on, if it was one.
    public let columns: TableColumns?
    /// How it reads a text; nil for a network whose samples stand alone.
    public let sequence: SequenceShape?
    /// What the tokens stand for that it reads and gives, if the data said so.
    public let vocabulary: Vocabulary?
    /// How target numbers were standardised: what the network gives is turned back by it. Nil: it was not done.
    public let targetScaling: TargetScaling?
    /// How raw inputs become what the network reads.
    public let scaling: FeatureScaling
    let path: String
    private let batchSize: Int
    let pool: NetworkPool
    let reading: OutputReading

    /// What the network comes to on some samples.
    public struct Evaluation: Encodable, Sendable, Equatable {
        /// Mean loss of a sample, and the metrics: keys `loss`, `accuracy`, ...
        public var scores: Scores
        /// Samples that were measured.
        public var samples: Int
        /// For classes, if there are not more than 4096 of them: how each of them does.
        public var report: ClassReport?
        /// Samples that were read, scaled and evaluated in a second.
        public var samplesPerSecond: Double
        /// What is counted in `samples`: "samples", or "tokens".
        public var sampleUnit = "samples"

        /// Share of the samples whose class has the largest output; nil without classes.
        public var accuracy: Double? { scores["accuracy"] }
        /// Mean loss of a sample.
        public var loss: Double { scores.loss ?? .nan }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: AnyKey.self)
            try container.encode(scores, prefix: "", nulls: false)
            try container.encode(samples, forKey: AnyKey("samples"))
            try container.encode(samplesPerSecond, forKey: AnyKey("samples_per_second"))
            try report?.encode(to: encoder)
        }
    }

    /// Reads a checkpoint, or one of a run folder.
    /// - Parameters:
    ///   - path: A file, or a run folder.
    ///   - checkpoint: Which of a folder.
    ///   - threads: Threads that compute; as many as the process may use processors without it. It changes no result.
    /// - Throws: `TrainedModelError`.
    public convenience init(
        contentsOf path: String, checkpoint: CheckpointChoice = .result, threads: Int? = nil
    ) throws {
        let file = try checkpoint.path(of: path)
        do {
            try self.init(try SafetensorsFile(path: file), path: file, threads: threads)
        } catch let error as SafetensorsFile.Damage {
            throw TrainedModelError(path: file, reason: error.description)
        } catch let error as ModelError {
            throw TrainedModelError(path: file, reason: error.description)
        }
    }

    /// - Throws: `SafetensorsFile.Damage` or `ModelError`.
    init(_ file: SafetensorsFile, path: String = "", threads: Int?) throws {
        self.path = path
        try CheckpointMetadata.checkVersion(of: file)
        let description = try NetworkDescription(of: file)
        let workers = Workers(threads: threads ?? ProcessLimits.processors)
        // One sample's activations: this network holds the weights, and others compute.
        let network = try NetworkReader(file: file, workers: workers).network(batchSize: 1)
        let model = network.model
        sampleShape = SampleShape(
            channels: description.shape[0], rows: description.shape[1], columns: description.shape[2])
        (targets, classNames) = (description.kind ?? .none, description.classNames)
        sequence = description.context.map { SequenceShape(length: $0) }
        vocabulary = description.vocabulary
        loss = description.loss
        batchSize = NetworkReader.batchSize(description.batchSize, of: model, lanes: sequence?.lanes ?? 1)
        if case .tokens(let tokens) = targets, model.output.elements != tokens || model.input.vocabulary != tokens {
            throw SafetensorsFile.Damage("it does not read and give each of \(tokens) tokens")
        }
        if case .classes(let classes) = targets, model.output.elements != classes {
            throw SafetensorsFile.Damage("it has \(model.output.elements) outputs for \(classes) classes")
        }
        if case .inputs(let inputs) = targets, model.output.elements != inputs || model.input.elements != inputs {
            throw SafetensorsFile.Damage(
                "it has \(model.output.elements) outputs for \(inputs) of its \(model.input.elements) inputs")
        }
        let features = model.input.elements
        guard Double(features) == description.shape.reduce(1.0, { $0 * Double($1) }) else {
            throw SafetensorsFile.Damage("it has \(features) inputs for samples of shape \(description.shape)")
        }
        scaling = FeatureScaling(
            means: try file.floats(NetworkDescription.meanName, count: features),
            factors: try file.floats(NetworkDescription.scaleName, count: features))
        configuration = try CheckpointMetadata.configuration(of: file)
        (columns, targetScaling) = (description.columns, description.targetScaling)
        pool = NetworkPool(network, scaling: scaling, workers: workers)
        reading = OutputReading(
            targets: targets, classNames: classNames,
            targetScaling: targets.areInputs ? TargetScaling(inputs: scaling) : targetScaling,
            loss: Parts.losses.entry(named: loss)?.part(configuration.settings) ?? SoftmaxCrossEntropy())
    }

    /// Number of classes; 0 for outputs of another kind.
    public var classes: Int { if case .classes(let classes) = targets { classes } else { 0 } }

    /// Loss and metrics on samples of the shape that it was trained on.
    /// - Parameters:
    ///   - samples: What to measure on.
    ///   - own: A loss of the program's own that it was trained with; else the one of its name is known.
    ///   - metrics: What to measure beside the loss; those of its run without them.
    /// - Throws: `DataError` for samples of another shape or with other targets, and without any; `TrainedModelError` for a loss
    ///   that is not known.
    public func evaluate(
        _ samples: Subset, loss own: (any Loss)? = nil, metrics: MetricList? = nil
    ) throws -> Evaluation {
        try evaluate(samples, loss: own, metrics: metrics, against: targets)
    }

    /// The same of samples whose targets are those of the network in another form.
    func evaluate(
        _ samples: Subset, loss own: (any Loss)? = nil, metrics: MetricList? = nil, against targets: TargetKind
    ) throws -> Evaluation {
        let dataset = samples.dataset
        guard samples.count > 0 else {
            throw DataError(.empty, in: dataset.name, "no samples to evaluate", expected: "at least one")
        }
        guard (dataset.sequence == nil) == (sequence == nil) else {
            throw DataError(
                .inconsistent, in: dataset.name, sequence == nil ? "a text" : "samples that are no text",
                expected: sequence == nil
                    ? "samples of \(sampleShape) with \(targets), as the network was trained on"
                    : "a text (--tokenizer), as the network was trained on")
        }
        guard dataset.sequence?.length == sequence?.length else {
            throw DataError(
                .inconsistent, in: dataset.name, "windows of \(dataset.sequence?.length ?? 0) tokens",
                expected: "--context \(sequence?.length ?? 0), as the network was trained on")
        }
        guard dataset.shape.features == sampleShape.features, dataset.targets == targets,
            dataset.inputs.count == model.inputs.count
        else {
            throw DataError(
                .inconsistent, in: dataset.name, "samples of \(dataset.shape) with \(dataset.targets)",
                expected: "samples of \(sampleShape) with \(targets), as the network was trained on")
        }
        if let classNames, let names = dataset.classNames, names != classNames {
            throw DataError(
                .inconsistent, in: dataset.name, "classes \(names.prefix(8).joined(separator: ", "))",
                expected: "the classes that the network was trained on: \(classNames.prefix(8).joined(separator: ", "))"
            )
        }
        guard own != nil || Parts.losses.entry(named: loss) != nil else {
            throw TrainedModelError(
                path: path, reason: "it was trained with the loss '\(loss)' of another program; give that to evaluate")
        }
        let measured = (own ?? configuration.makeLoss()).measured
        let listed = try metrics ?? MetricList.named(configuration.metrics, for: targets)
        guard let metrics = targetScaling.map({ listed.inUnits(of: $0.deviations) }) ?? listed else {
            throw TrainedModelError(
                path: path,
                reason: "its target numbers were standardised, and a metric of "
                    + listed.metrics.map(\.name).joined(separator: ", ") + " does not say what it is in their units")
        }
        let samples = samples.scaled(by: targetScaling)
        let shape = SampleShape(channels: model.input.channels, rows: model.input.rows, columns: model.input.columns)
        let evaluator = Evaluator(
            samples, batchSize: batchSize, scaling: scaling, shape: shape, halos: model.inputHalos)
        var tally = ClassTally(classes: classes, loss: self.loss)
        let stopwatch = Stopwatch()
        let network = try pool.makeNetwork(batchSize: batchSize * (sequence?.lanes ?? 1), of: sequence)
        let sums = evaluator.evaluate(network, loss: measured, metrics: metrics.metrics) { outputs, batch in
            guard case .classes(let labels) = batch.targets else { return }
            tally?.add(outputs, labels: labels, samples: batch.count)
        }
        return Evaluation(
            scores: MetricList.scores(sums, metrics.metrics, outputs: model.output.channels), samples: sums.samples,
            report: tally?.report(names: classNames), samplesPerSecond: Double(sums.samples) / stopwatch.seconds,
            sampleUnit: sequence == nil ? "samples" : "tokens")
    }
}

extension TrainingConfiguration {
    /// The test samples of the data that the configuration names. Samples to train on are let go of where a data set has them
    /// apart.
    /// - Throws: `DataError`.
    public func testSamples() throws(DataError) -> Subset { try openedData().test }

    /// The data that the configuration names, with their parts.
    /// - Throws: `DataError`.
    package func openedData() throws(DataError) -> DataSource { try .open(self.data, options: dataOptions) }

    /// The same; a table is read as that was which a network was trained on.
    /// - Throws: `DataError`.
    package func openedData(
        for model: TrainedModel, needsTargets: Bool = true
    ) throws(DataError) -> DataSource {
        var options = dataOptions
        options.trained = TrainedColumns(
            columns: model.columns, features: model.sampleShape.features, classNames: model.classNames,
            targets: model.targets, vocabulary: model.vocabulary, needsTargets: needsTargets)
        return try .open(self.data, options: options)
    }
}

/// A file that is no trained network.
public struct TrainedModelError: Error, Equatable, CustomStringConvertible {
    /// The file.
    public var path: String
    /// What is wrong with it.
    public var reason: String

    public var description: String { "\(path): \(reason)" }
}
