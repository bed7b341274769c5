public import SparseStore

/// A rule that moves stored values along their gradient. It holds settings only: its state is in arrays beside the
/// values, so that a change of topology carries it along.
public protocol Optimizer: Sendable {
    /// Name in options, such as "sgd".
    var name: String { get }
    /// What it keeps beside each value, by the part that it plays. `OptimizerSlot.states` come in this order.
    var states: [OptimizerRole] { get }
    /// Moves `slot.values[range]`. Returns false when one of the gradients is not finite.
    func update(_ slot: OptimizerSlot, range: Range<Int>, step: OptimizerStep) -> Bool
}

/// The arrays of one parameter.
public struct OptimizerSlot: Sendable {
    /// What moves, and along what.
    public var values: AlignedBuffer<Float>
    /// Gradient of each of `values`.
    public var gradient: AlignedBuffer<Float>
    /// In the order of the optimiser's `states`.
    public var states: [AlignedBuffer<Float>]

    /// The arrays of stored values that keep the optimiser's states.
    public init(_ stored: StoredValues) {
        self.init(values: stored.values, gradient: stored.gradient, states: stored.states)
    }

    /// Arrays of one length: values, their gradient, and a state for each role of the optimiser.
    public init(values: AlignedBuffer<Float>, gradient: AlignedBuffer<Float>, states: [AlignedBuffer<Float>]) {
        self.values = values
        self.gradient = gradient
        self.states = states
    }
}

/// What changes from update to update.
public struct OptimizerStep: Sendable {
    /// Updates made with this one, from 1.
    public var count: Int
    /// Length of the step.
    public var learningRate: Float
    /// Multiplies every gradient first (clipping).
    public var gradientScale: Float
    /// False for parameters that do not decay.
    public var decays: Bool

    /// Update number `count`; without more, by the gradient as it is, and with decay.
    public init(count: Int, learningRate: Float, gradientScale: Float = 1, decays: Bool = true) {
        self.count = count
        self.learningRate = learningRate
        self.gradientScale = gradientScale
        self.decays = decays
    }
}
