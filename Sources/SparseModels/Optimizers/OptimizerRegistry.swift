/// Settings from which an optimiser is made by name. Those that it does not know are ignored.
public struct OptimizerOptions: Sendable, Equatable {
    public var momentum: Float
    public var nesterov: Bool
    public var weightDecay: Float
    /// Whether weight decay is per step, not per unit of learning rate: of sgd only.
    public var decaysPerStep: Bool
    public var beta1: Float
    public var beta2: Float
    public var epsilon: Float

    public init(
        momentum: Float = 0.9, nesterov: Bool = false, weightDecay: Float = 0,
        decaysPerStep: Bool = false, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8
    ) {
        self.momentum = momentum
        self.nesterov = nesterov
        self.weightDecay = weightDecay
        self.decaysPerStep = decaysPerStep
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
    }
}

/// The optimisers known by name.
public enum OptimizerRegistry {
    /// A name, the options that it reads and others may not, and how to make what it names.
    public typealias Entry = (
        name: String, reads: Set<String>, make: @Sendable (OptimizerOptions) -> any Optimizer
    )

    /// All of them: a new optimiser is one file and one line here.
    public static let entries: [Entry] = [
        (
            "sgd", ["momentum", "nesterov", "decay-per-step"],
            {
                SGD(
                    momentum: $0.momentum, nesterov: $0.nesterov, weightDecay: $0.weightDecay,
                    decaysPerStep: $0.decaysPerStep)
            }
        ),
        (
            "adam", adamOptions,
            { Adam(beta1: $0.beta1, beta2: $0.beta2, epsilon: $0.epsilon, weightDecay: $0.weightDecay) }
        ),
        (
            "adamw", adamOptions,
            { AdamW(beta1: $0.beta1, beta2: $0.beta2, epsilon: $0.epsilon, weightDecay: $0.weightDecay) }
        ),
    ]

    private static let adamOptions: Set<String> = ["beta1", "beta2", "adam-epsilon"]

    /// The optimiser of that name.
    /// - Throws: `ModelError` for an unknown name or a setting outside its range.
    public static func optimizer(
        named name: String, options: OptimizerOptions = OptimizerOptions()
    ) throws(ModelError) -> any Optimizer {
        guard let entry = entries.first(where: { $0.name == name }) else {
            throw .unknown(kind: "optimizer", name: name, known: entries.map(\.name))
        }
        for (setting, value) in [
            ("momentum", options.momentum), ("beta1", options.beta1), ("beta2", options.beta2),
        ] where !(value >= 0 && value < 1) {
            throw .invalidOption(name: setting, value: "\(value)", expected: "at least 0 and less than 1")
        }
        guard options.weightDecay >= 0 && options.weightDecay.isFinite else {
            throw .invalidOption(name: "weight-decay", value: "\(options.weightDecay)", expected: "at least 0")
        }
        guard !options.decaysPerStep || name == "sgd" else {
            throw .invalidOption(
                name: "optimizer", value: name, expected: "sgd where weight decay is per step (--decay-per-step)")
        }
        guard options.epsilon > 0 && options.epsilon.isFinite else {
            throw .invalidOption(name: "adam-epsilon", value: "\(options.epsilon)", expected: "more than 0")
        }
        return entry.make(options)
    }
}
