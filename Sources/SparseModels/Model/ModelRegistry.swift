public import SparseParts

/// How models of one kind are written and built.
public struct ModelKind: Sendable {
    /// How it is written, such as "mlp:300,100".
    public let usage: String
    /// Whether a name is one of a family such as wrn-DEPTH-WIDTH; the whole name is then the argument.
    let matches: @Sendable (String) -> Bool
    /// Builds the layers; `argument` is the text after the colon, if there is one.
    public let build: Build

    /// Builds a model for samples of shape `input` and so many classes.
    public typealias Build =
        @Sendable (_ argument: String?, _ input: ActivationShape, _ classes: Int, _ options: Settings)
        throws(ModelError) -> Model
}

/// A kind of model that can be asked for by name, which is the part before the colon.
public typealias ModelEntry = Registry<ModelKind>.Entry

extension Registry<ModelKind>.Entry {
    /// A kind of model.
    /// - Parameters:
    ///   - name: What it is chosen by.
    ///   - usage: How it is written, such as "mlp:300,100".
    ///   - summary: One line: what it is.
    ///   - options: The options for models that it reads, such as `[\.dropout]`.
    ///   - matches: Whether a name is one of a family such as wrn-DEPTH-WIDTH; the whole name is then the argument.
    ///   - build: Builds the layers.
    public init(
        name: String, usage: String, summary: String, options: [PartialKeyPath<Options>] = [],
        matches: @escaping @Sendable (String) -> Bool = { _ in false }, build: @escaping ModelKind.Build
    ) {
        self.init(name, summary, options: options, ModelKind(usage: usage, matches: matches, build: build))
    }
}

extension Parts {
    /// The models known by name: a new one is a file in `Models` and a line here.
    public static let models = Registry<ModelKind>(
        "model",
        [
            MultilayerPerceptron.entry,
            MultilayerPerceptron.lenet300,
            PlainConvolutionalNetworks.lenet5,
            PlainConvolutionalNetworks.vggC,
            PlainConvolutionalNetworks.vgg16,
        ] + ResidualNetworks.cifar + ResidualNetworks.deep + [
            WideResidualNetworks.entry,
            PlainConvolutionalNetworks.mobilenet,
        ])
}

extension Registry<ModelKind> {
    /// The kind of model that `text` names, if there is one.
    package func entry(of text: String) -> ModelEntry? {
        let name = text.prefix { $0 != ":" }
        return entries.first { $0.part.matches(String(name)) } ?? entries.first { $0.name == name }
    }

    /// The model that `text` names, such as "mlp:300,100", for samples of shape `input` and this many classes.
    /// - Throws: `ModelError` for an unknown name, an argument or an option that the model cannot take.
    public func model(
        named text: String, input: ActivationShape, classes: Int, options: Settings = Settings()
    ) throws(ModelError) -> Model {
        guard classes > 0 else {
            throw .invalidOption(name: "classes", value: "\(classes)", expected: "at least 1")
        }
        let pieces = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let entry = entry(of: text) else {
            throw .unknownName(UnknownName(kind: kind, name: pieces[0], known: names))
        }
        do throws(OptionError) { for option in entry.options { try option.check(options) } } catch {
            throw ModelError(error)
        }
        let argument = entry.part.matches(pieces[0]) ? text : pieces.count > 1 ? pieces[1] : nil
        return try entry.part.build(argument, input, classes, options)
    }
}

extension Options {
    /// The network: mlp:300,100, resnet20, wrn-22-2, ...; `Parts.models` has all.
    public var model: Option<String> {
        Option(
            "model", .model, "MODEL", .text("a model"), default: "mlp:300,100", carryOver: .refused,
            "network, see sparsetrain models")
    }

    /// Probability with which a hidden activation is zeroed in training; with 0 there are no dropout layers.
    public var dropout: Option<Double> {
        Option("dropout", .model, "P", .belowOne, default: 0, "probability that a hidden activation is zeroed")
    }

    /// Batch normalisation after each hidden layer's weights.
    public var batchNorm: Option<Bool> {
        Option(
            "batch-norm", .model, "", .flag, default: false, carryOver: .refused, "batch norm after each hidden layer")
    }
}
