package import SparseStore

/// What is taken off each target number, and what the rest is divided by, so that a network finds numbers around 0 of deviation 1.
public struct TargetScaling: Codable, Sendable, Equatable {
    /// Of each number.
    public let means: [Float]
    /// Of each number; 1 for one that never varies.
    public let deviations: [Float]

    /// Mean and population deviation of each target number of some samples, summed in double precision; nil for other targets, and
    /// without samples.
    package init?(of samples: Subset) {
        guard case .numbers(let count) = samples.dataset.targets, samples.count > 0 else { return nil }
        var (means, deviations) = ([Float](), [Float]())
        for index in 0..<count {
            let numbers = samples.samples.map { Double(samples.dataset.number(index, of: $0)) }
            // Rounding must not make a deviation of a number that never varies: others would then be very far from it.
            guard let first = numbers.first, numbers.contains(where: { $0 != first }) else {
                means.append(Float(numbers.first ?? 0))
                deviations.append(1)
                continue
            }
            let mean = numbers.reduce(0, +) / Double(numbers.count)
            let squares = numbers.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
            let deviation = Float((squares / Double(samples.count)).squareRoot())
            means.append(Float(mean))
            deviations.append(deviation.isNormal && (1 / deviation).isFinite ? deviation : 1)
        }
        (self.means, self.deviations) = (means, deviations)
    }

    /// What turns standardised inputs back, for networks that give their inputs again.
    package init(inputs scaling: FeatureScaling) {
        means = scaling.means
        deviations = scaling.factors.map { $0.isNormal && (1 / $0).isNormal ? 1 / $0 : 1 }
    }

    /// Places of the numbers that are the same in all samples.
    package static func constants(of samples: Subset) -> [Int] {
        guard case .numbers(let count) = samples.dataset.targets, let first = samples.samples.first else { return [] }
        return (0..<count).filter { index in
            let number = samples.dataset.number(index, of: first)
            return samples.samples.allSatisfy { samples.dataset.number(index, of: $0) == number }
        }
    }

    /// Nil unless there are `count` means and as many deviations, all of them numbers that can be computed with.
    package func checked(count: Int) -> TargetScaling? {
        let isSound =
            means.count == count && deviations.count == count && means.allSatisfy(\.isFinite)
            && deviations.allSatisfy { $0.isNormal && $0 > 0 }
        return isSound ? self : nil
    }

    /// A network's outputs in the units of the data, sample after sample.
    package func unscaled(_ outputs: [Float]) -> [Float] {
        outputs.indices.map { index in
            let number = index % means.count
            return Float(Double(outputs[index]) * Double(deviations[number]) + Double(means[number]))
        }
    }
}

/// The samples of another data set, with target numbers that are standardised.
struct ScaledTargets: WrappedDataset {
    let base: any Dataset
    let scaling: TargetScaling

    func number(_ index: Int, of sample: Int) -> Float {
        // Differences of large numbers may be more than single precision holds.
        Float(
            (Double(base.number(index, of: sample)) - Double(scaling.means[index]))
                / Double(scaling.deviations[index]))
    }
}

extension Subset {
    /// The same samples with standardised target numbers.
    package func scaled(by scaling: TargetScaling?) -> Subset {
        guard let scaling else { return self }
        return Subset(ScaledTargets(base: dataset, scaling: scaling), samples: samples)
    }
}
