internal import Foundation
public import SparseParts

/// Erdos-Renyi (Mocanu et al. 2018) and Erdos-Renyi-kernel (Evci et al., arXiv 1911.11134) densities: a layer's density
/// is proportional to (sum of its dimensions) / (product of its dimensions), to a power, scaled such that all layers
/// together meet the target. A layer that would pass 1 becomes dense, and the rest share what that frees.
public struct ErdosRenyi: DensityDistribution {
    /// True: kernel height and width are dimensions (ERK). Nothing changes for linear layers.
    public let countsKernel: Bool
    /// 1 in the paper; 0 gives uniform densities.
    public let power: Double

    /// Erdos-Renyi densities; those of the kernel (ERK) when it `countsKernel`.
    public init(countsKernel: Bool, power: Double = 1) {
        self.countsKernel = countsKernel
        self.power = power
    }

    public func densities(of shapes: [LayerShape], keptDense: [Bool], target: Double) throws(PolicyError) -> [Double] {
        guard power.isFinite && power >= 0 else {
            throw .invalidOption(name: "erk-power", value: "\(power)", expected: "a number of at least 0")
        }
        let ratios = shapes.map(ratio)
        var isDense = keptDense
        while let largest = shapes.indices.filter({ !isDense[$0] }).map({ ratios[$0] }).max() {
            // Against the largest: a power may be so high that all of them would be 0.
            let raw = power == 1 ? ratios : ratios.map { pow($0 / largest, power) }
            let scale = try scale(shapes: shapes, raw: raw, isDense: isDense, target: target)
            // One maximum at a time: the budget that it frees may keep the next one below 1, or lift it above.
            if (power == 1 ? largest : 1) * scale <= 1 {
                return shapes.indices.map { isDense[$0] ? 1 : scale * raw[$0] }
            }
            for index in shapes.indices where !isDense[index] && ratios[index] == largest { isDense[index] = true }
        }
        return shapes.map { _ in 1 }
    }

    /// Sum of the dimensions over their product.
    private func ratio(_ shape: LayerShape) -> Double {
        guard countsKernel && shape.isConvolution else {
            return Double(shape.outputs + shape.inputs) / Double(shape.outputs * shape.inputs)
        }
        let sum = shape.outputs + shape.inputs + shape.kernelHeight + shape.kernelWidth
        return Double(sum) / Double(shape.count)
    }

    /// The factor of the raw densities that meets the target, zeros rounded down per layer as in RigL's code.
    private func scale(
        shapes: [LayerShape], raw: [Double], isDense: [Bool], target: Double
    ) throws(PolicyError) -> Double {
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
        guard budget > 0 else {
            let dense = shapes.indices.filter { isDense[$0] }.map { shapes[$0].count }.reduce(0, +)
            let all = shapes.map(\.count).reduce(0, +)
            throw .impossibleBudget(
                "the layers that are dense hold \(dense) weights, and density \(target) allows all layers together "
                    + "\(StoredCount.of(density: target, positions: all)) of \(all); a higher --density, fewer --dense-layers or "
                    + "--distribution uniform would do")
        }
        return budget / divisor
    }
}

extension Options {
    /// Power of the Erdos-Renyi ratio.
    public var erkPower: Option<Double?> {
        .ofMethod("erk-power", "P", .power, inWords: "1", carryOver: .refused, "power of the Erdos-Renyi ratio")
            .filledIn { _ in 1 }
    }
}
