internal import SparseKernels

/// One pass of an optimiser over a range of values, gradient and state. Each returns false when a gradient was not
/// finite. Formulas and their papers are with the optimisers themselves.
package enum OptimizerOperations {
    /// w = (1 - decoupledDecay) w - rate * v, with v = momentum * v + g' (or, Nesterov, g' + momentum * v in its place) and
    /// g' = gradientScale * gradient + coupledDecay * w. Without `velocity` v is g'. Both take the w before the step.
    package static func sgd(
        _ values: AlignedBuffer<Float>, gradient: AlignedBuffer<Float>, velocity: AlignedBuffer<Float>?,
        range: Range<Int>, rate: Float, momentum: Float, nesterov: Bool, coupledDecay: Float, decoupledDecay: Float,
        gradientScale: Float
    ) -> Bool {
        let first = range.lowerBound
        precondition(first >= 0 && range.upperBound <= min(values.count, gradient.count))
        var settings = st_sgd(
            rate: rate, momentum: momentum, gradient_scale: gradientScale, weight_decay: coupledDecay,
            shrink: 1 - decoupledDecay)
        let kernels = InstructionSet.kernels.optimizers
        guard let velocity else {
            return kernels.sgd(values.pointer + first, gradient.pointer + first, range.count, &settings) != 0
        }
        precondition(range.upperBound <= velocity.count)
        let pass = nesterov ? kernels.sgd_nesterov : kernels.sgd_momentum
        return pass(
            values.pointer + first, gradient.pointer + first, velocity.pointer + first, range.count, &settings) != 0
    }

    /// m = beta1 m + (1 - beta1) g', v = beta2 v + (1 - beta2) g'^2, with g' = gradientScale * gradient + coupledDecay
    /// * w; w = (1 - rate * decoupledDecay) w - rate * (m / (1 - beta1^count)) / (sqrt(v / (1 - beta2^count)) + epsilon)
    package static func adam(
        _ values: AlignedBuffer<Float>, gradient: AlignedBuffer<Float>, first m: AlignedBuffer<Float>,
        second v: AlignedBuffer<Float>, range: Range<Int>, count: Int, rate: Float, beta1: Float, beta2: Float,
        epsilon: Float, coupledDecay: Float, decoupledDecay: Float, gradientScale: Float
    ) -> Bool {
        let first = range.lowerBound
        precondition(first >= 0 && range.upperBound <= min(values.count, gradient.count, m.count, v.count))
        precondition(count > 0, "updates are counted from 1")
        var settings = st_adam(
            beta1: beta1, beta2: beta2, epsilon: epsilon, gradient_scale: gradientScale, weight_decay: coupledDecay,
            shrink: 1 - rate * decoupledDecay, step: Float(Double(rate) / (1 - power(Double(beta1), count))),
            root_correction: Float(1 / (1 - power(Double(beta2), count)).squareRoot()))
        return InstructionSet.kernels.optimizers.adam(
            values.pointer + first, gradient.pointer + first, m.pointer + first, v.pointer + first, range.count,
            &settings) != 0
    }

    /// base^exponent by repeated squaring.
    private static func power(_ base: Double, _ exponent: Int) -> Double {
        var (result, square, rest) = (1.0, base, exponent)
        while rest > 0 {
            if rest & 1 == 1 { result *= square }
            square *= square
            rest >>= 1
        }
        return result
    }
}
