internal import SparseParts
public import SparseStore

/// Moves each value by the learning rate against the sign of its momentum m = m / 2 + g. State: m.
public struct MineOptimizer: Optimizer {
    public var name: String { "mine" }
    public var states: [OptimizerRole] { [.momentum] }

    public init() {}

    public func update(_ slot: OptimizerSlot, range: Range<Int>, step: OptimizerStep) -> Bool {
        var isFinite = true
        for place in range {
            let gradient = slot.gradient[place] * step.gradientScale
            isFinite = isFinite && gradient.isFinite
            let momentum = slot.states[0][place] / 2 + gradient
            slot.states[0][place] = momentum
            if momentum != 0 { slot.values[place] -= momentum > 0 ? step.learningRate : -step.learningRate }
        }
        return isFinite
    }
}

extension MineOptimizer {
    /// The entry of `Parts.optimizers`.
    static let entry = Registry<OptimizerKind>.Entry(
        "mine", "by the sign of the momentum", OptimizerKind(usualRate: 0.001) { _ in MineOptimizer() })
}
