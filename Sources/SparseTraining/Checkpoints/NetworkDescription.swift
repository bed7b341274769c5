internal import Foundation
internal import SparseData
internal import SparseModels
internal import SparseStore

/// What a checkpoint says of its network beside the numbers: enough to use it where neither the data nor the code that built
/// the model is at hand. The layers are the text `model` of the header, this is the text `samples`; the scaling of the inputs
/// is two tensors.
struct NetworkDescription: Codable {
    static let modelKey = "model"
    static let samplesKey = "samples"
    /// Of each feature what is taken off, and what the rest is multiplied by.
    static let meanName = "input.mean"
    static let scaleName = "input.scale"

    /// Channels, rows and columns of a sample's first input as the data has them.
    var shape: [Int]
    /// What the outputs are compared with: nil or "classes", "tokens", "numbers", "labels", "inputs", "none".
    var targets: String?
    /// Number of classes, of tokens, of numbers, or of inputs.
    var classes: Int
    /// What they are called.
    var classNames: [String]?
    /// The columns of the table that it was trained on.
    var columns: TableColumns?
    /// How target numbers were standardised, if they were.
    var targetScaling: TargetScaling?
    /// Tokens of a window, and what they stand for, of a network that reads a text.
    var context: Int?
    var vocabulary: Vocabulary?
    /// Samples, or windows, that were evaluated together: sums are taken batch by batch.
    var batchSize: Int
    /// The loss that was minimised.
    var loss: String

    enum CodingKeys: String, CodingKey {
        case shape, targets, classes, columns
        case classNames = "class_names"
        case batchSize = "batch_size"
        case targetScaling = "target_scaling"
        case loss, context, vocabulary
    }

    /// A longer window is none of a run.
    private static let mostTokens = 1 << 30

    /// Reads and checks it.
    /// - Throws: `SafetensorsFile.Damage`, also for a file of format version 1, which has none.
    init(of file: SafetensorsFile) throws {
        guard let text = file.metadata[Self.samplesKey] else {
            throw SafetensorsFile.Damage(
                "it was written by a release that did not keep what a network alone needs; --resume its run with this "
                    + "release for a checkpoint that has it")
        }
        do { self = try JSONDecoder().decode(Self.self, from: Data(text.utf8)) } catch {
            throw SafetensorsFile.Damage("its metadata '\(Self.samplesKey)' is not that of a checkpoint")
        }
        guard shape.count == 3, shape.allSatisfy({ (1...Int(Int32.max)).contains($0) }), kind != nil, classes >= 0,
            (1...1_000_000_000).contains(batchSize), classNames.map({ $0.count == classes }) ?? true,
            targetScaling.map({ $0.checked(count: classes) != nil && targets == "numbers" }) ?? true,
            (context != nil) == (targets == "tokens"), (1...Self.mostTokens).contains(context ?? 1),
            vocabulary.map({ $0.count == classes && targets == "tokens" }) ?? true
        else { throw SafetensorsFile.Damage("its metadata '\(Self.samplesKey)' has impossible numbers") }
    }

    /// - Parameters:
    ///   - dataset: What the network is trained on.
    ///   - batchSize: Samples that are evaluated together.
    init(_ dataset: any Dataset, batchSize: Int, loss: String, targetScaling: TargetScaling? = nil) {
        shape = [dataset.shape.channels, dataset.shape.rows, dataset.shape.columns]
        switch dataset.targets {
        case .classes(let count): (targets, classes) = (nil, count)
        case .tokens(let count): (targets, classes) = ("tokens", count)
        case .numbers(let count): (targets, classes) = ("numbers", count)
        case .labels(let count): (targets, classes) = ("labels", count)
        case .inputs(let count): (targets, classes) = ("inputs", count)
        case .none: (targets, classes) = ("none", 0)
        }
        classNames = dataset.classNames
        columns = dataset.columns
        (context, vocabulary) = (dataset.sequence?.length, dataset.vocabulary)
        self.targetScaling = targetScaling
        self.batchSize = batchSize
        self.loss = loss
    }

    /// What the outputs are compared with; nil for what no release writes.
    var kind: TargetKind? {
        switch targets {
        case nil, "classes": classes > 0 ? .classes(classes) : nil
        case "tokens": classes > 0 ? .tokens(classes) : nil
        case "numbers": classes > 0 ? .numbers(classes) : nil
        case "labels": classes > 0 ? .labels(classes) : nil
        case "inputs": classes > 0 ? .inputs(classes) : nil
        case "none": TargetKind.none
        default: nil
        }
    }

    /// The texts for a checkpoint's header.
    func texts(_ model: Model) throws -> [String: String] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [
            Self.modelKey: String(decoding: try model.json(), as: UTF8.self),
            Self.samplesKey: String(decoding: try encoder.encode(self), as: UTF8.self),
        ]
    }

    /// The tensors of a scaling.
    static func tensors(_ scaling: FeatureScaling) -> [Tensor] {
        [
            Tensor(meanName, { scaling.means }, count: scaling.count),
            Tensor(scaleName, { scaling.factors }, count: scaling.count),
        ]
    }
}
