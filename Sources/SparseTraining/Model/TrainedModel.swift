internal import Foundation
public import SparseData
public import SparseModels
internal import SparseStore

/// A trained network that stands alone: its layers, weights and statistics, how its inputs are scaled, and what its outputs
/// are called. It is read from a checkpoint, without the training data, the trainer, or the optimiser's state.
///
///     let model = try TrainedModel(contentsOf: "runs/mine/checkpoint.safetensors")
///     let result = try model.evaluate(DataSource.open("digits").test)
///     print(result.accuracy, result.loss)
///
/// One caller at a time uses it; it spreads its work over threads.
public final class TrainedModel {
    /// The layers.
    public let model: Model
    /// The network with its weights.
    public let network: Network
    /// Shape of a sample as the data has it.
    public let sampleShape: SampleShape
    /// Number of outputs, one a class.
    public let classes: Int
    /// What they are called, if the data said so.
    public let classNames: [String]?
    /// Name of the loss that was minimised: cross-entropy, mse.
    public let loss: String
    /// The options of the run that made it.
    public let configuration: TrainingConfiguration
    private let scaling: FeatureScaling
    private let batchSize: Int

    /// What the network comes to on some samples.
    public struct Evaluation: Codable, Sendable, Equatable {
        /// Share of the samples whose class has the largest output.
        public var accuracy: Double
        /// Mean loss of a sample.
        public var loss: Double
        public var samples: Int
    }

    /// Reads a checkpoint, or the latest checkpoint of a run folder.
    /// - Parameters:
    ///   - path: A file, or a folder that has `checkpoint.safetensors`.
    ///   - kinds: The kinds of layers that may occur; a program adds its own.
    ///   - threads: Threads that compute; all cores without it. It changes no result.
    /// - Throws: `TrainedModelError`.
    public convenience init(contentsOf path: String, kinds: LayerKinds = .standard, threads: Int? = nil) throws {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        guard exists else { throw TrainedModelError(path: path, reason: "no such file or run folder") }
        let file =
            isFolder.boolValue
            ? URL(filePath: path, directoryHint: .isDirectory).appending(path: CheckpointFolder.latestName).relativePath
            : path
        do {
            try self.init(try SafetensorsFile(path: file), kinds: kinds, threads: threads)
        } catch let error as SafetensorsFile.Damage {
            throw TrainedModelError(path: file, reason: error.description)
        } catch let error as ModelError {
            throw TrainedModelError(path: file, reason: error.description)
        }
    }

    /// - Throws: `SafetensorsFile.Damage` or `ModelError`.
    init(_ file: SafetensorsFile, kinds: LayerKinds, threads: Int?) throws {
        try CheckpointMetadata.checkVersion(of: file)
        let description = try NetworkDescription(of: file)
        let reader = NetworkReader(
            file: file, workers: Workers(threads: threads ?? ProcessInfo.processInfo.activeProcessorCount))
        network = try reader.network(kinds: kinds, batchSize: description.batchSize)
        model = network.model
        sampleShape = SampleShape(
            channels: description.shape[0], rows: description.shape[1], columns: description.shape[2])
        (classes, classNames) = (description.classes, description.classNames)
        (loss, batchSize) = (description.loss, description.batchSize)
        guard model.output.elements == classes else {
            throw SafetensorsFile.Damage("it has \(model.output.elements) outputs for \(classes) classes")
        }
        let features = model.input.elements
        guard Double(features) == description.shape.reduce(1.0, { $0 * Double($1) }) else {
            throw SafetensorsFile.Damage("it has \(features) inputs for samples of shape \(description.shape)")
        }
        scaling = FeatureScaling(
            means: try file.floats(NetworkDescription.meanName, count: features),
            factors: try file.floats(NetworkDescription.scaleName, count: features))
        configuration = try CheckpointMetadata.configuration(of: file)
    }

    /// Accuracy and loss on samples of the shape that it was trained on.
    /// - Throws: `DataError` for samples of another shape or with other classes, and without any.
    public func evaluate(_ samples: Subset) throws -> Evaluation {
        let dataset = samples.dataset
        guard samples.count > 0 else {
            throw DataError(.empty, in: dataset.name, "no samples to evaluate", expected: "at least one")
        }
        guard dataset.shape.features == sampleShape.features, dataset.classes == classes else {
            throw DataError(
                .inconsistent, in: dataset.name, "samples of \(dataset.shape) in \(dataset.classes) classes",
                expected: "samples of \(sampleShape) in \(classes) classes, as the network was trained on")
        }
        if let classNames, let names = dataset.classNames, names != classNames {
            throw DataError(
                .inconsistent, in: dataset.name, "classes \(names.prefix(8).joined(separator: ", "))",
                expected: "the classes that the network was trained on: \(classNames.prefix(8).joined(separator: ", "))"
            )
        }
        let shape = SampleShape(channels: model.input.channels, rows: model.input.rows, columns: model.input.columns)
        let evaluator = Evaluator(
            samples, batchSize: batchSize, scaling: scaling, shape: shape, halo: network.inputHalo)
        let sum = evaluator.evaluate(network, loss: configuration.makeLoss().measured)
        return Evaluation(accuracy: sum.accuracy, loss: sum.meanLoss, samples: sum.samples)
    }
}

extension TrainingConfiguration {
    /// The test samples of the data that the configuration names. Samples to train on are let go of where a data set has them
    /// apart.
    /// - Throws: `DataError`.
    public func testSamples() throws(DataError) -> Subset { try DataSource.open(data, options: dataOptions).test }
}

/// A file that is no trained network.
public struct TrainedModelError: Error, Equatable, CustomStringConvertible {
    /// The file.
    public var path: String
    /// What is wrong with it.
    public var reason: String

    public var description: String { "\(path): \(reason)" }
}
