public import SparseParts
public import SparseStore

/// Stochastic gradient descent with momentum and coupled weight decay:
///
///     g' = g + weightDecay * w,  v = momentum * v + g',  w -= rate * v
///
/// or with Nesterov's momentum w -= rate * (g' + momentum * v) (Sutskever, Martens, Dahl, Hinton, "On the importance of
/// initialization and momentum in deep learning", ICML 2013). State: v, unless momentum is 0.
///
/// With `decaysPerStep` each step takes weightDecay * w off, whatever the rate, as the published code of SET does:
///
///     v = momentum * v + g,  w = w - rate * v - weightDecay * w
public struct SGD: Optimizer {
    public var name: String { "sgd" }
    /// Share of the velocity that stays at each step.
    public let momentum: Float
    /// Whether a step looks ahead along the velocity.
    public let nesterov: Bool
    /// Share of a weight that its gradient gains.
    public let weightDecay: Float
    /// Whether decay takes its share off the weight itself, whatever the learning rate.
    public let decaysPerStep: Bool

    /// - Parameters:
    ///   - momentum: In 0 ..< 1.
    ///   - nesterov: Whether the step looks ahead (Nesterov).
    ///   - weightDecay: At least 0; per unit of learning rate unless `decaysPerStep`.
    ///   - decaysPerStep: Whether weight decay is not multiplied by the learning rate.
    public init(
        momentum: Float = 0.9, nesterov: Bool = false, weightDecay: Float = 0, decaysPerStep: Bool = false
    ) {
        precondition(momentum >= 0 && momentum < 1 && weightDecay >= 0)
        self.momentum = momentum
        self.nesterov = nesterov
        self.weightDecay = weightDecay
        self.decaysPerStep = decaysPerStep
        states = momentum == 0 ? [] : [.momentum]
    }

    public let states: [OptimizerRole]

    public func update(_ slot: OptimizerSlot, range: Range<Int>, step: OptimizerStep) -> Bool {
        let decay = step.decays ? weightDecay : 0
        return OptimizerOperations.sgd(
            slot.values, gradient: slot.gradient, velocity: momentum == 0 ? nil : slot.states[0], range: range,
            rate: step.learningRate, momentum: momentum, nesterov: nesterov,
            coupledDecay: decaysPerStep ? 0 : decay, decoupledDecay: decaysPerStep ? decay : 0,
            gradientScale: step.gradientScale)
    }
}

extension SGD {
    /// The entry of `Parts.optimizers`.
    static let entry = Registry<OptimizerKind>.Entry(
        "sgd", "stochastic gradient descent with momentum",
        options: [\.momentum, \.nesterov, \.weightDecay, \.decaysPerStep],
        OptimizerKind(usualRate: 0.05, usualClipNorm: 1) {
            SGD(
                momentum: Float($0.momentum), nesterov: $0.nesterov, weightDecay: Float($0.weightDecay),
                decaysPerStep: $0.decaysPerStep ?? false)
        })
}

extension Options {
    /// Momentum of sgd.
    public var momentum: Option<Double> {
        Option("momentum", .optimisation, "M", .belowOne, default: 0.9, "momentum of sgd")
    }

    /// Nesterov's form of momentum.
    public var nesterov: Option<Bool> {
        Option("nesterov", .optimisation, "", .flag, default: false, "Nesterov's form of momentum")
            .refused("needs --optimizer sgd and a --momentum above 0") {
                $0.nesterov && ($0.momentum == 0 || $0.optimizer != "sgd")
            }
    }
}
