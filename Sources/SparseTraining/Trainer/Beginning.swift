internal import Foundation
internal import SparseData
internal import SparseModels
internal import SparseParts
internal import SparsePolicies
internal import SparseStore

/// The file that a run begins from (`initFrom`, `maskFrom`), if it begins from one. A run that goes on never looks into it: what it began
/// with is in its own checkpoint.
struct Beginning {
    private let file: (any WeightArrays)?
    private let path: String
    /// The options of a run that goes on, with all that the file decided.
    let recorded: TrainingConfiguration?

    /// - Parameter checkpoint: Of a run that goes on.
    /// - Throws: `ImportError`, or `TrainingError` for a damaged checkpoint.
    init(_ configuration: TrainingConfiguration, checkpoint: SafetensorsFile?) throws {
        path = configuration.startFile?.path ?? ""
        guard let checkpoint else {
            recorded = nil
            file = try configuration.startFile.map { try WeightLocation(path: $0.path).open() }
            return
        }
        do {
            recorded = try CheckpointMetadata.configuration(of: checkpoint)
            file = try SafetensorsArrays(checkpoint, path: path)
        } catch let error as SafetensorsFile.Damage {
            throw TrainingError.damagedCheckpoint(path: path, reason: error.description)
        }
    }

    /// The weights of the file; nil where the network of a checkpoint is to come, or weights are drawn.
    func weights(for model: Model, _ configuration: TrainingConfiguration) throws -> StartingWeights? {
        guard let file, recorded == nil else { return nil }
        return try StartingWeights(file, path: path, model: model, configuration: configuration)
    }

    /// How inputs are scaled, where that was given as numbers, or nobody said and the file has it, as checkpoints and what is
    /// exported of them do.
    func scaling(_ configuration: TrainingConfiguration, of source: DataSource) throws -> FeatureScaling? {
        if !configuration.inputMean.isEmpty {
            let (mean, deviation) = (configuration.inputMean, configuration.inputDeviation)
            return try Standardization.fixed(mean: mean.map { Float($0) }, deviation: deviation.map { Float($0) })
                .scaling(for: source.train)
        }
        // Of a file whose connections alone are wanted the inputs are not its own either; those of a checkpoint are.
        guard configuration.standardization == nil, let file, recorded != nil || configuration.maskFrom == nil else {
            return nil
        }
        let names = [NetworkDescription.meanName, NetworkDescription.scaleName]
        var numbers: [[Float]] = []
        for name in names {
            if let array = file.arrays.first(where: { $0.name == name }) {
                guard array.count <= Int(Int32.max) else {
                    throw ImportError(path: path, reason: "'\(name)' is too long")
                }
                numbers.append(try file.floats(name, 0..<array.count))
            } else if let text = file.texts[name] {
                guard let values = try? JSONDecoder().decode([Float].self, from: Data(text.utf8)) else {
                    throw ImportError(path: path, reason: "its text '\(name)' is no list of numbers")
                }
                numbers.append(values)
            }
        }
        guard numbers.count == names.count else { return nil }
        let features = source.shape.features
        guard numbers.allSatisfy({ $0.count == features }) else {
            throw ConfigurationError.rejected(
                reason:
                    "\(path) scales \(numbers[0].count) inputs, but samples of \(source.name) have \(features); give the "
                    + "--data of that shape, or say how these are scaled (--standardization, or --input-mean and "
                    + "--input-deviation)")
        }
        guard numbers.joined().allSatisfy(\.isFinite) else {
            throw ImportError(path: path, reason: "the scaling of its inputs is not finite")
        }
        return FeatureScaling(means: numbers[0], factors: numbers[1])
    }
}

extension TrainingConfiguration {
    /// How inputs are scaled, in words.
    func scalingText(isOfFile: Bool, path: String) -> String {
        if !self.inputMean.isEmpty {
            return "inputs: (x - \(self.inputMean.optionText)) / \(self.inputDeviation.optionText), as given"
        }
        if self.maskFrom != nil {
            return "inputs: scaled by --standardization \(self.standardization ?? "none") of the training samples"
        }
        if isOfFile { return "inputs: scaled as \(path) has it" }
        return
            "inputs: \(path) does not say how they are scaled; scaled by --standardization \(self.standardization ?? "none") of "
            + "the training samples (--input-mean and --input-deviation say it otherwise)"
    }
}

extension Trainer {
    /// The checkpoint that a run goes on from; what is wrong with it is said when the network is restored.
    static func checkpoint(of folder: RunFolder?) throws -> SafetensorsFile? {
        guard let folder else { return nil }
        let path = CheckpointFolder(url: folder.url, kept: 1).latest.relativePath
        do { return try SafetensorsFile(path: path) } catch let error as SafetensorsFile.Damage {
            throw TrainingError.damagedCheckpoint(path: path, reason: error.description)
        }
    }
}
