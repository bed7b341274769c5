/// Choices that hold for a whole model.
public struct ModelOptions: Sendable, Equatable {
    /// Probability with which dropout zeroes a hidden activation in training, in 0 ..< 1; 0 means no dropout layers.
    public var dropout: Float
    /// Batch normalisation after each hidden layer's weights.
    public var batchNorm: Bool

    public init(dropout: Float = 0, batchNorm: Bool = false) {
        self.dropout = dropout
        self.batchNorm = batchNorm
    }
}

/// A kind of model that can be asked for by name.
public struct ModelEntry: Sendable {
    /// The part before the colon.
    public let name: String
    /// How it is written, such as "mlp:300,100".
    public let usage: String
    /// One line for lists.
    public let summary: String
    /// Whether a name is one of a family such as wrn-DEPTH-WIDTH; the whole name is then the argument.
    let matches: @Sendable (String) -> Bool
    /// Which of the options for models (`dropout`, `batch-norm`) it reads.
    public let reads: Set<String>
    /// Builds the layers; `argument` is the text after the colon, if there is one.
    public let build: Build

    public typealias Build =
        @Sendable (_ argument: String?, _ input: ActivationShape, _ classes: Int, _ options: ModelOptions)
        throws(ModelError) -> Model

    init(
        name: String, usage: String, summary: String, reads: Set<String> = [],
        matches: @escaping @Sendable (String) -> Bool = { _ in false }, build: @escaping Build
    ) {
        self.name = name
        self.usage = usage
        self.summary = summary
        self.reads = reads
        self.matches = matches
        self.build = build
    }
}

/// The models known by name.
public enum ModelRegistry {
    /// All of them: a new model is one file and one line here.
    public static let entries: [ModelEntry] =
        [
            MultilayerPerceptron.entry,
            MultilayerPerceptron.lenet300,
            PlainConvolutionalNetworks.lenet5,
            PlainConvolutionalNetworks.vggC,
            PlainConvolutionalNetworks.vgg16,
        ] + ResidualNetworks.cifar + ResidualNetworks.deep + [
            WideResidualNetworks.entry,
            PlainConvolutionalNetworks.mobilenet,
        ]

    /// The kind of model that `text` names, if there is one.
    public static func entry(of text: String) -> ModelEntry? {
        let name = text.prefix { $0 != ":" }
        return entries.first { $0.matches(String(name)) } ?? entries.first { $0.name == name }
    }

    /// The model that `text` names, such as "mlp:300,100", for samples of shape `input` and this many classes.
    public static func model(
        named text: String, input: ActivationShape, classes: Int, options: ModelOptions = ModelOptions()
    ) throws(ModelError) -> Model {
        guard options.dropout >= 0 && options.dropout < 1 else {
            throw .invalidOption(name: "dropout", value: "\(options.dropout)", expected: "at least 0 and less than 1")
        }
        guard classes > 0 else {
            throw .invalidOption(name: "classes", value: "\(classes)", expected: "at least 1")
        }
        let pieces = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if let family = entries.first(where: { $0.matches(pieces[0]) }) {
            return try family.build(text, input, classes, options)
        }
        guard let entry = entries.first(where: { $0.name == pieces[0] }) else {
            throw .unknown(kind: "model", name: pieces[0], known: entries.map(\.name))
        }
        return try entry.build(pieces.count > 1 ? pieces[1] : nil, input, classes, options)
    }
}
