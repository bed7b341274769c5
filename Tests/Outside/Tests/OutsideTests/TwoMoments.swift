import SparseTraining

/// A running mean of squared gradients, which scales the step, and momentum: in this order, so that whoever takes the first
/// state for momentum is wrong.
struct TwoMoments: Optimizer {
    var name: String { "two-moments" }
    var caution: Float = 0.01
    let states: [OptimizerRole] = ["curvature", .momentum]

    func update(_ slot: OptimizerSlot, range: Range<Int>, step: OptimizerStep) -> Bool {
        let (curvature, momentum) = (slot.states[0], slot.states[1])
        var isFinite = true
        for i in range {
            let gradient = slot.gradient[i] * step.gradientScale
            isFinite = isFinite && gradient.isFinite
            curvature[i] = 0.98 * curvature[i] + 0.02 * gradient * gradient
            momentum[i] = 0.9 * momentum[i] + 0.1 * gradient
            slot.values[i] -= step.learningRate * momentum[i] / (curvature[i].squareRoot() + caution)
        }
        return isFinite
    }
}
