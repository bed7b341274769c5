internal import Foundation
public import SparseParts
internal import SparseStore

/// How the density of a layer becomes a number of weights. Wherever they then lie, every choice of positions is equally
/// likely, so that drawing the number first gives the distribution of the published procedures.
///
/// Closed, because it is those procedures that it repeats. Numbers of a program's own are densities of its own, and a
/// `DensityDistribution` gives any.
public enum WeightSampling: String, OptionChoice {
    /// The number of the density.
    case exact
    /// Each position independently with probability density (SET's Keras code, SNFS, ITOP, GraNet).
    case bernoulli
    /// As many positions as the density says, drawn with replacement; those drawn twice count once (SET's code of 2018).
    case withReplacement = "with-replacement"

    /// The budget with the number that is drawn for it. Layers that are full, or kept dense, stay as they are.
    package func drawn(_ budget: LayerBudget, layer: Int, seed: UInt64) -> LayerBudget {
        guard self != .exact, !budget.isKeptDense, budget.density < 1 else { return budget }
        var random = CounterRandom(seed: seed, purpose: .weightCount, layer: layer)
        let positions = budget.shape.count
        let count =
            self == .bernoulli
            ? WeightSampling.successes(of: positions, probability: budget.density, random: &random)
            : WeightSampling.distinct(budget.storedCount, below: positions, random: &random)
        var budget = budget
        budget.density = Double(count) / Double(positions)
        return budget
    }

    /// Successes in independent trials, from the geometric numbers of failures between them.
    private static func successes(of trials: Int, probability: Double, random: inout CounterRandom) -> Int {
        guard probability > 0 else { return 0 }
        var (passed, count) = (0.0, 0)
        while true {
            passed += (log(1 - random.nextUnit()) / log(1 - probability)).rounded(.down) + 1
            if passed > Double(trials) { return count }
            count += 1
        }
    }

    /// Distinct numbers among `draws` independent ones.
    private static func distinct(_ draws: Int, below population: Int, random: inout CounterRandom) -> Int {
        var count = 0
        for _ in 0..<draws where random.next(below: population) >= count { count += 1 }
        return count
    }
}

extension Options {
    /// How a layer's density becomes a number of weights: exact, bernoulli, with-replacement.
    public var sampling: Option<WeightSampling?> {
        .ofMethod(
            "sampling", "NAME", .choice, carryOver: .refused,
            "how a layer's density becomes a number of weights"
        ).filledIn { _ in .exact }
    }
}
