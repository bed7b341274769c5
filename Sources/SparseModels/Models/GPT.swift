public import SparseParts

/// gpt:LAYERSxWIDTH: language models that predict the next token (Radford et al., "Language models are unsupervised multitask learners",
/// 2019). Tokens and places have dense tables of WIDTH numbers; then LAYERS blocks x += o(attention(q, k, v)), x += fc2(GELU(fc1)), which
/// read x normalised and have no biases; the output multiplies by the table of the tokens. Starting values as in GPT-2: deviation .02,
/// and .02 / sqrt(2 LAYERS) at the end of each branch.
enum GPT {
    static let entry = ModelEntry(
        name: "gpt", usage: "gpt:4x128", summary: "transformer of LAYERSxWIDTH that predicts the next token of a text",
        options: [\.heads, \.norm, \.activation, \.attention, \.dropout], vocabulary: 65,
        narrowed: narrowed, preset: preset, usualDistribution: "uniform"
    ) { argument, input, classes, options throws(ModelError) in
        guard let size = Size(argument ?? "4x128") else {
            throw .invalidArgument(
                model: "gpt", argument: argument ?? "",
                expected:
                    "LAYERSxWIDTH, from 1 to \(Size.mostLayers) and from 1 to \(Size.mostWidth), such as gpt:4x128")
        }
        guard let vocabulary = input.vocabulary else {
            throw .invalidOption(
                name: "model 'gpt'", value: "given samples of \(input)",
                expected: "tokens: data that are a text (--data FILE --tokenizer characters)")
        }
        guard classes == vocabulary else {
            throw .invalidOption(
                name: "model 'gpt'", value: "given \(classes) outputs for tokens of \(vocabulary)",
                expected: "one output for each token")
        }
        let heads = options.heads ?? usualHeads(size.width)
        guard size.width % heads == 0 else {
            throw .invalidOption(
                name: "heads", value: "\(heads)", expected: "a divisor of the width, which is \(size.width)")
        }
        guard options.context <= 1 << 20 else {
            throw .invalidOption(name: "context", value: "\(options.context)", expected: "at most \(1 << 20)")
        }
        return try Model(
            name: argument.map { "gpt:\($0)" } ?? "gpt", input: input,
            layers: layers(size, heads: heads, vocabulary: vocabulary, options))
    }

    /// AdamW as small transformers are usually trained with it.
    private static let preset = Settings {
        $0.optimizer = "adamw"
        $0.beta2 = 0.99
        $0.weightDecay = 0.1
        $0.decaysVectors = false
        $0.clipNorm = 1
        $0.learningRateSchedule = "cosine-after-warmup"
        $0.learningRateFloor = 0.1
    }

    @Sendable private static func narrowed(_ argument: String?, by share: Double) -> String? {
        Size(argument ?? "4x128").map { size in
            // As many heads, or all their channels, must go on being whole.
            let width = Width.narrowed(size.width, by: share)
            return "gpt:\(size.layers)x\(width)"
        }
    }

    /// The divisor of the width that gives heads of nearly 64 channels, but 4 heads where there would be fewer.
    static func usualHeads(_ width: Int) -> Int {
        let wanted = max(4, width / 64)
        return (1...wanted).last { width % $0 == 0 } ?? 1
    }

    private struct Size {
        static let mostLayers = 1000
        static let mostWidth = 65_536
        var layers: Int
        var width: Int

        init?(_ text: String) {
            let numbers = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
            guard numbers.count == 2, let layers = numbers[0], let width = numbers[1],
                (1...Self.mostLayers).contains(layers), (1...Self.mostWidth).contains(width)
            else { return nil }
            (self.layers, self.width) = (layers, width)
        }
    }

    private static func layers(
        _ size: Size, heads: Int, vocabulary: Int, _ options: Settings
    ) -> [any ModelPart] {
        let deviation = 0.02
        let ending = deviation / Double(2 * size.layers).squareRoot()
        func norm(_ name: String) -> any LayerDefinition {
            options.norm == .layer ? LayerNorm(name: name) : RMSNorm(name: name)
        }
        func activation(_ name: String) -> any LayerDefinition {
            switch options.activation {
            case .gelu: GELU(name: name)
            case .geluTanh: GELU(name: name, kind: .tanh)
            case .silu: SiLU(name: name)
            }
        }
        func linear(_ name: String, _ outputs: Int, _ deviation: Double) -> Linear {
            Linear(name: name, outputs: outputs, bias: false, deviation: deviation)
        }
        func dropped(_ name: String) -> [any ModelPart] {
            options.dropout > 0 ? [Dropout(name: name, rate: Float(options.dropout))] : []
        }
        var parts: [any ModelPart] = [
            TokenEmbedding(name: "tok", width: size.width, deviation: deviation),
            PositionEmbedding(name: "pos", context: options.context, deviation: deviation),
        ]
        parts += dropped("dropout")
        var stream = options.dropout > 0 ? "dropout" : "pos"
        /// Adds the end of a branch, where dropout is perhaps, to what it branched off.
        func add(to parts: inout [any ModelPart], _ block: String, _ end: String, _ number: Int) {
            parts += dropped("\(block)dropout\(number)")
            let branch = options.dropout > 0 ? "\(block)dropout\(number)" : block + end
            parts.append(Reading(branch, stream, by: Addition(name: "\(block)sum\(number)")))
            stream = "\(block)sum\(number)"
        }
        for block in 1...size.layers {
            let name = "block\(block)."
            parts += [
                norm(name + "ln1"), linear(name + "q", size.width, deviation),
                Reading(name + "ln1", by: linear(name + "k", size.width, deviation)),
                Reading(name + "ln1", by: linear(name + "v", size.width, deviation)),
                Reading(
                    name + "q", name + "k", name + "v",
                    by: Attention(name: name + "attention", heads: heads, causal: options.attention == .causal)),
                linear(name + "o", size.width, ending),
            ]
            add(to: &parts, name, "o", 1)
            parts += [
                norm(name + "ln2"), linear(name + "fc1", 4 * size.width, deviation), activation(name + "act"),
                linear(name + "fc2", size.width, ending),
            ]
            add(to: &parts, name, "fc2", 2)
        }
        parts.append(norm("ln"))
        parts.append(TiedLinear(name: "head", embedding: "tok", outputs: vocabulary))
        return parts
    }
}

/// Normalisations of a transformer.
public enum TransformerNorm: String, OptionChoice {
    /// By mean and variance.
    case layer
    /// By the mean of squares.
    case rms
}

/// Activations of a transformer.
public enum TransformerActivation: String, OptionChoice {
    /// GELU by the error function.
    case gelu
    /// GELU by tanh.
    case geluTanh = "gelu-tanh"
    /// SiLU.
    case silu
}

/// What a token sees of its window.
public enum TransformerAttention: String, OptionChoice {
    /// Itself and the tokens before it.
    case causal
    /// All tokens.
    case full
}

extension Options {
    /// Heads of a transformer's attention; nil: heads of nearly 64 channels, and at least 4 if they divide the width.
    public var heads: Option<Int?> {
        Option(
            "heads", .model, "COUNT", .count, inWords: "of nearly 64 channels", carryOver: .refused,
            "heads of a transformer's attention, a divisor of its width")
    }

    /// Normalisation of a transformer.
    public var norm: Option<TransformerNorm> {
        Option(
            "norm", .model, "NAME", .choice, default: .layer, carryOver: .refused, "normalisation of a transformer")
    }

    /// Activation of a transformer.
    public var activation: Option<TransformerActivation> {
        Option(
            "activation", .model, "NAME", .choice, default: .gelu, carryOver: .refused, "activation of a transformer")
    }

    /// What a token sees of its window.
    public var attention: Option<TransformerAttention> {
        Option(
            "attention", .model, "NAME", .choice, default: .causal, carryOver: .refused,
            "what a token of a transformer sees of its window")
    }
}
