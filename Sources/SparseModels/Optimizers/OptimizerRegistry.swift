public import SparseParts

/// How an optimiser is made, and what goes with it where nothing is said.
public struct OptimizerKind: Sendable {
    /// Learning rate of a run that names none.
    public var usualRate: Double
    /// Largest norm of all gradients together in a run that names no learning rate; nil for any.
    public var usualClipNorm: Double?
    /// Makes it from settings that are in their ranges.
    public var make: @Sendable (Settings) -> any Optimizer

    /// How `make` makes it, and what goes with it.
    public init(
        usualRate: Double, usualClipNorm: Double? = nil, make: @escaping @Sendable (Settings) -> any Optimizer
    ) {
        self.usualRate = usualRate
        self.usualClipNorm = usualClipNorm
        self.make = make
    }
}

extension Parts {
    /// The optimisers known by name: a new one is a file beside this and a line here.
    public static let optimizers = Registry<OptimizerKind>("optimizer", [SGD.entry, Adam.entry, AdamW.entry])
}

extension Registry<OptimizerKind> {
    /// The optimiser of that name.
    /// - Throws: `ModelError` for an unknown name or a setting outside its range.
    public func optimizer(named name: String, _ settings: Settings = Settings()) throws(ModelError) -> any Optimizer {
        guard let entry = entry(named: name) else {
            throw .unknownName(UnknownName(kind: kind, name: name, known: names))
        }
        do throws(OptionError) { for option in entry.options { try option.check(settings) } } catch {
            throw ModelError(error)
        }
        let decaysPerStep = Options().decaysPerStep
        guard settings.decaysPerStep != true || entry.options.contains(where: { $0.name == decaysPerStep.name }) else {
            throw .invalidOption(
                name: Options().optimizer.name, value: name,
                expected: "sgd where weight decay is per step (--\(decaysPerStep.name))")
        }
        return entry.part.make(settings)
    }
}

extension Options {
    /// The rule of the weight update: sgd, adam, adamw.
    public var optimizer: Option<String> {
        Option(
            "optimizer", .optimisation, "NAME", .oneOf(Parts.optimizers.names), default: "sgd", carryOver: .refused,
            "rule of the weight update")
    }

    /// Weight decay: coupled in sgd and adam, decoupled in adamw.
    public var weightDecay: Option<Double> {
        Option(
            "weight-decay", .optimisation, "WD", .notNegative, default: 1e-4, "weight decay; decoupled in adamw")
    }

    /// Largest norm of all gradients together. Nil: any with a learning rate that is set.
    public var clipNorm: Option<Double?> {
        Option(
            "clip-norm", .optimisation, "NORM", .positive, inWords: "none with --lr, else 1 with sgd",
            "largest norm of all gradients together")
    }
}
