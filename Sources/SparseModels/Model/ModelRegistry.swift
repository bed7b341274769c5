public import SparseParts

/// How models of one kind are written and built.
public struct ModelKind: Sendable {
    /// How it is written, such as "mlp:300,100".
    public let usage: String
    /// Whether a name is one of a family such as wrn-DEPTH-WIDTH; the whole name is then the argument.
    let matches: @Sendable (String) -> Bool
    /// The same model with all its widths multiplied by a share, as it is written; nil where a name cannot say that. A narrow
    /// dense network is what a sparse one of as many parameters is compared with.
    public let narrowed: Narrowed
    /// What such models are usually trained with, where nobody says otherwise.
    public let preset: Settings
    /// Name of the distribution of the density over layers that they are usually given; nil: as the method has it.
    public let usualDistribution: String?
    /// Of models that read tokens: how many tokens there are when nobody says; nil for models that read numbers.
    public let vocabulary: Int?
    /// Builds the layers; `argument` is the text after the colon, if there is one.
    public let build: Build

    /// Writes a model with its widths multiplied by `share`, each rounded and at least 1.
    /// - Parameters:
    ///   - argument: The text after the colon, if there is one.
    ///   - share: Above 0 and at most 1.
    public typealias Narrowed = @Sendable (_ argument: String?, _ share: Double) -> String?

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
    ///   - vocabulary: For a model that reads tokens: of how many it is described.
    ///   - narrowed: How the same model with smaller widths is written, if its name can say that.
    ///   - preset: Options that such models are usually trained with, in place of their defaults.
    ///   - usualDistribution: Name of the distribution of the density over their layers; nil: as the method has it.
    ///   - build: Builds the layers.
    public init(
        name: String, usage: String, summary: String, options: [PartialKeyPath<Options>] = [],
        matches: @escaping @Sendable (String) -> Bool = { _ in false }, vocabulary: Int? = nil,
        narrowed: @escaping ModelKind.Narrowed = { _, _ in nil }, preset: Settings = Settings(),
        usualDistribution: String? = nil, build: @escaping ModelKind.Build
    ) {
        self.init(
            name, summary, options: options,
            ModelKind(
                usage: usage, matches: matches, narrowed: narrowed, preset: preset,
                usualDistribution: usualDistribution, vocabulary: vocabulary, build: build))
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
            GPT.entry,
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
        guard let entry = entry(of: text) else {
            throw .unknownName(UnknownName(kind: kind, name: String(text.prefix { $0 != ":" }), known: names))
        }
        do throws(OptionError) { for option in entry.options { try option.check(options) } } catch {
            throw ModelError(error)
        }
        return try entry.part.build(argument(of: text, for: entry), input, classes, options)
    }

    /// The sizes for which the model that `text` names is described: 3 x 32 x 32 images of ten classes, or tokens.
    package func example(of text: String) -> (input: ActivationShape, classes: Int) {
        if let vocabulary = entry(of: text)?.part.vocabulary {
            return (ActivationShape(tokensOf: vocabulary), vocabulary)
        }
        return (ActivationShape(channels: 3, rows: 32, columns: 32), 10)
    }

    /// The model that `text` names with its widths multiplied by `share`, as it is written; nil where there is no such name.
    package func narrowed(_ text: String, by share: Double) -> String? {
        entry(of: text).flatMap { $0.part.narrowed(argument(of: text, for: $0), share) }
    }

    private func argument(of text: String, for entry: ModelEntry) -> String? {
        let pieces = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return entry.part.matches(pieces[0]) ? text : pieces.count > 1 ? pieces[1] : nil
    }
}

/// Widths of layers, as models write them after a colon.
enum Width {
    /// Channels that a convolution can have.
    static let most = 4096

    /// A width multiplied by a share: at least 1.
    static func narrowed(_ width: Int, by share: Double) -> Int { max(1, Int((Double(width) * share).rounded())) }

    /// The number of channels after the colon.
    /// - Parameter usual: That of the model without an argument.
    static func channels(_ argument: String?, usual: Int, model: String) throws(ModelError) -> Int {
        guard let argument else { return usual }
        guard let width = Int(argument), (1...most).contains(width) else {
            throw .invalidArgument(
                model: model, argument: argument,
                expected: "channels of the first stage from 1 to \(most), such as \(model):\(usual / 2)")
        }
        return width
    }
}

extension Options {
    /// The network: mlp:300,100, resnet20, wrn-22-2, ...; `Parts.models` has all.
    public var model: Option<String> {
        Option(
            "model", .model, "MODEL", .text("a model"), default: "mlp:300,100", carryOver: .refused,
            "network, see sparsetrain models"
        ).withCommas()
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
