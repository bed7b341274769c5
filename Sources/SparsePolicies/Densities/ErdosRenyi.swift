internal import Foundation

/// Erdos-Renyi (Mocanu et al. 2018) and Erdos-Renyi-kernel (Evci et al., arXiv 1911.11134) densities: a layer's density
/// is proportional to (sum of its dimensions) / (product of its dimensions), to a power, scaled such that all layers
/// together meet the target. A layer that would pass 1 becomes dense, and the rest share what that frees.
public struct ErdosRenyi: DensityDistribution {
    /// True: kernel height and width are dimensions (ERK). Nothing changes for linear layers.
    public let countsKernel: Bool
    /// 1 in the paper; 0 gives uniform densities.
    public let power: Double

    public init(countsKernel: Bool, power: Double = 1) {
        self.countsKernel = countsKernel
        self.power = power
    }

    public func densities(of shapes: [LayerShape], keptDense: [Bool], target: Double) throws(PolicyError) -> [Double] {
        guard power.isFinite && power >= 0 else {
            throw .invalidOption(name: "erk-power", value: "\(power)", expected: "a number of at least 0")
        }
        let raw = shapes.map(rawDensity)
        var isDense = keptDense
        while let scale = try scale(shapes: shapes, raw: raw, isDense: isDense, target: target) {
            let free = shapes.indices.filter { !isDense[$0] }
            let largest = free.map { raw[$0] }.max() ?? 0
            // One maximum at a time: the budget that it frees may keep the next one below 1, or lift it above.
            if largest * scale <= 1 { return shapes.indices.map { isDense[$0] ? 1 : scale * raw[$0] } }
            for index in free where raw[index] == largest { isDense[index] = true }
        }
        return shapes.map { _ in 1 }
    }

    private func rawDensity(_ shape: LayerShape) -> Double {
        guard countsKernel && shape.isConvolution else {
            return pow(Double(shape.outputs + shape.inputs) / Double(shape.outputs * shape.inputs), power)
        }
        let sum = shape.outputs + shape.inputs + shape.kernelHeight + shape.kernelWidth
        return pow(Double(sum) / Double(shape.count), power)
    }

    /// The factor of the raw densities that meets the target, zeros rounded down per layer as in RigL's code; nil when
    /// every layer is dense.
    private func scale(
        shapes: [LayerShape], raw: [Double], isDense: [Bool], target: Double
    ) throws(PolicyError) -> Double? {
        var budget = 0.0
        var divisor = 0.0
        for (index, shape) in shapes.enumerated() {
            let zeros = StoredCount.zeros(sparsity: 1 - target, positions: shape.count)
            if isDense[index] {
                budget -= Double(zeros)
            } else {
                budget += Double(shape.count - zeros)
                divisor += raw[index] * Double(shape.count)
            }
        }
        if divisor == 0 { return nil }
        guard budget > 0 else {
            let dense = shapes.indices.filter { isDense[$0] }.map { shapes[$0].count }.reduce(0, +)
            let all = shapes.map(\.count).reduce(0, +)
            throw .impossibleBudget(
                "the layers kept dense hold \(dense) weights, and density \(target) allows \(all) layers' weights "
                    + "only \(StoredCount.of(density: target, positions: all))")
        }
        return budget / divisor
    }
}
