public import SparseParts
public import SparseStore

/// Adam (Kingma, Ba, "Adam: a method for stochastic optimization", ICLR 2015) with coupled weight decay:
///
///     g' = g + weightDecay * w,  m = beta1 m + (1 - beta1) g',  v = beta2 v + (1 - beta2) g'^2
///     w -= rate * (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
///
/// State: m, v. A grown weight's moments start at 0 while t goes on.
public struct Adam: Optimizer {
    public var name: String { "adam" }
    /// Share of the first moment that stays at each step, and of the second.
    public let beta1: Float
    /// Share of the second moment that stays at each step.
    public let beta2: Float
    /// Added to the root of the second moment.
    public let epsilon: Float
    /// Share of a weight that its gradient gains.
    public let weightDecay: Float

    /// - Parameters:
    ///   - beta1: In 0 ..< 1, as `beta2`.
    ///   - beta2: Share that the second moment keeps.
    ///   - epsilon: Added to the root of the second moment.
    ///   - weightDecay: At least 0.
    public init(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0) {
        precondition(beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1 && epsilon > 0 && weightDecay >= 0)
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
    }

    public let states: [OptimizerRole] = [.momentum, .secondMoment]

    public func update(_ slot: OptimizerSlot, range: Range<Int>, step: OptimizerStep) -> Bool {
        OptimizerOperations.adam(
            slot.values, gradient: slot.gradient, first: slot.states[0], second: slot.states[1], range: range,
            count: step.count, rate: step.learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon,
            coupledDecay: step.decays ? weightDecay : 0, decoupledDecay: 0, gradientScale: step.gradientScale)
    }
}

extension Adam {
    /// The entry of `Parts.optimizers`. Its steps do not grow with the gradient, which is not clipped.
    static let entry = Registry<OptimizerKind>.Entry(
        "adam", "Adam", options: [\.beta1, \.beta2, \.adamEpsilon, \.weightDecay],
        OptimizerKind(usualRate: 0.001) {
            Adam(
                beta1: Float($0.beta1), beta2: Float($0.beta2), epsilon: Float($0.adamEpsilon),
                weightDecay: Float($0.weightDecay))
        })
}

extension Options {
    /// Decay of the first moment of adam and adamw.
    public var beta1: Option<Double> {
        Option("beta1", .optimisation, "B", .belowOne, default: 0.9, "decay of the first moment of adam")
    }

    /// Decay of their second moment.
    public var beta2: Option<Double> {
        Option("beta2", .optimisation, "B", .belowOne, default: 0.999, "decay of the second moment of adam")
    }

    /// Added to the root of their second moment.
    public var adamEpsilon: Option<Double> {
        Option(
            "adam-epsilon", .optimisation, "E", .positive, default: 1e-8, "added to the root of that moment")
    }
}
