internal import Foundation
public import SparseParts

/// How a method chooses the connections of a dense random network that is then trained with no others: pruning at initialisation. In rounds
/// of falling density every position is scored, and the best are kept.
///
/// A new way is a `Method` whose `initialPruning` makes one of these.
public struct InitialPruning: Sendable {
    /// What a round computes before positions are scored.
    public var signal: Signal
    /// Rounds; after round r of R, counted from 1, the share of positions that is kept is that of the end to the power r / R.
    public var rounds: Int
    /// Whether a position that a round took away may come back in a later one: its gradient is that of the pruned network, its weight the
    /// one that it had in the dense network.
    public var revives: Bool
    /// What positions compete with each other.
    public var scope: PruningScope
    /// Samples of which the gradient of the loss is taken in a round.
    public var samples: Int
    /// How much a position counts, not below 0, by the weight that it begins with and the number that the signal gives for it.
    public var score: @Sendable (_ weight: Float, _ signal: Float) -> Float

    /// What a round knows of a position beside its weight.
    public enum Signal: Sendable {
        /// A random number from 0 to 1.
        case chance
        /// Nothing: 0.
        case none
        /// The gradient of the loss.
        case lossGradient
        /// The gradient of the sum of the outputs for inputs of 1, in the network of absolute weights without normalisation by batch.
        case flowGradient
    }

    /// Rounds of one kind.
    public init(
        signal: Signal, rounds: Int = 1, revives: Bool = false, scope: PruningScope = .global, samples: Int = 128,
        score: @escaping @Sendable (_ weight: Float, _ signal: Float) -> Float
    ) {
        precondition(rounds > 0 && samples > 0, "a round has samples")
        (self.signal, self.rounds, self.revives) = (signal, rounds, revives)
        (self.scope, self.samples, self.score) = (scope, samples, score)
    }

    /// The same with rounds, scope and samples as the options have them.
    init(
        _ settings: Settings, signal: Signal, revives: Bool = false,
        score: @escaping @Sendable (_ weight: Float, _ signal: Float) -> Float
    ) {
        self.init(
            signal: signal, rounds: settings.rounds ?? 1, revives: revives, scope: settings.scope ?? .global,
            samples: settings.pruneSamples ?? 128, score: score)
    }

    /// Why layers of a structure cannot be pruned: single weights are scored.
    @Sendable static func refusal(_ structure: LayerStructure, _: Settings) -> String? {
        structure == .unstructured ? nil : "it scores single weights"
    }

    /// How many of `count` positions are left after a round, where `final` are at the end: their share of all to the power r / R, rounded
    /// down, but never fewer than at the end.
    package func kept(of count: Int, afterRound round: Int, final: Int) -> Int {
        precondition((1...rounds).contains(round) && (0...count).contains(final), "a round of the pruning")
        if round == rounds || final == 0 { return final }
        let share = Double(final) / Double(count)
        return max(final, Int(Double(count) * pow(share, Double(round) / Double(rounds))))
    }
}

/// What positions compete with each other for being kept.
public enum PruningScope: String, OptionChoice {
    /// Those of a layer, whose density the distribution says.
    case layer
    /// Those of all layers, as many as the density leaves of all.
    case global
}

extension Options {
    /// Rounds of a pruning.
    public var rounds: Option<Int?> {
        .ofMethod("rounds", "N", .count, "rounds of falling density in which a network is pruned")
    }

    /// What positions compete for being kept: layer, global.
    public var scope: Option<PruningScope?> {
        .ofMethod("scope", "NAME", .choice, "of a pruning: positions compete within their layer or with all")
    }

    /// Samples of which a round of pruning takes the gradient.
    public var pruneSamples: Option<Int?> {
        .ofMethod("prune-samples", "N", .count, "training samples of which each round of pruning takes the gradient")
    }
}
