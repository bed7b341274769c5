internal import Foundation
public import SparseParts

/// How a method chooses the connections of a dense random network that is then trained with no others: pruning at initialisation. In rounds
/// of falling density every position is scored, and the best are kept with the weights that they have.
///
/// A new way is a `Method` whose `initialPruning` makes one of these.
public struct InitialPruning: Sendable {
    /// How much a position counts.
    public var score: Score
    /// Rounds; after round r of R, counted from 1, the share of positions that is kept is that of the end to the power r / R.
    public var rounds: Int
    /// Whether a position that a round took away may come back in a later one: its gradient is that of the pruned network, its weight the
    /// one that it had in the dense network.
    public var revives: Bool
    /// What positions compete with each other.
    public var scope: PruningScope
    /// Samples of which a round takes the gradient of the loss.
    public var samples: Int

    /// How much a position counts.
    public enum Score: Sendable {
        /// Nothing of the position: chance decides.
        case random
        /// The absolute weight.
        case magnitude
        /// A function of the weight and the absolute gradient of the loss, not below 0.
        case loss(@Sendable (_ weight: Float, _ gradient: Float) -> Float)
        /// What flows through it: the weight times the gradient of the sum of the outputs for inputs of 1, in the network of absolute weights
        /// without normalisation by batch.
        case flow
        /// The weight times the Hessian of the loss, at this temperature of the outputs, times the gradient: what the square of the
        /// gradient's length loses without it.
        case gradientFlow(temperature: Float)
    }

    /// Rounds of one kind.
    /// - Parameters:
    ///   - score: How much a position counts.
    ///   - rounds: At least 1; of `gradientFlow` 1.
    ///   - revives: Whether what a round took away may come back; for scores of the loss.
    ///   - scope: What competes with each other.
    ///   - samples: Of which a round takes the gradient; at least 1.
    public init(
        _ score: Score, rounds: Int = 1, revives: Bool = false, scope: PruningScope = .global, samples: Int = 128
    ) {
        precondition(rounds > 0 && samples > 0, "a round has samples")
        if case .gradientFlow = score {
            precondition(rounds == 1, "the gradient's flow is scored once, in a dense network")
        }
        (self.score, self.rounds, self.revives) = (score, rounds, revives)
        (self.scope, self.samples) = (scope, samples)
    }

    /// The same with rounds, scope and samples as the options have them.
    init(_ settings: Settings, _ score: Score, revives: Bool = false) {
        var rounds = settings.rounds ?? 1
        if case .gradientFlow = score { rounds = 1 }
        self.init(
            score, rounds: rounds, revives: revives, scope: settings.scope ?? .global,
            samples: settings.pruneSamples ?? 128)
    }

    /// |w g|, the score of SNIP and of those that follow it.
    static let sensitivity = Score.loss { weight, gradient in (weight * gradient).magnitude }

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
    /// Those of a layer: at initialisation as many are kept as the distribution says, while training as many as the density of all.
    case layer
    /// Those of all layers, as many as the densities leave of all.
    case global
}

extension Options {
    /// Rounds of a pruning.
    public var rounds: Option<Int?> {
        .ofMethod("rounds", "N", .rounds, carryOver: .refused, "rounds of falling density in which a network is pruned")
    }

    /// What positions compete for being kept: layer, global.
    public var scope: Option<PruningScope?> {
        .ofMethod(
            "scope", "NAME", .choice, carryOver: .refused,
            "of a pruning: positions compete within their layer or with all")
    }

    /// Samples of which a round of pruning takes the gradient.
    public var pruneSamples: Option<Int?> {
        .ofMethod(
            "prune-samples", "N", .count, carryOver: .refused,
            "training samples, or windows of a text, of which each round of pruning takes the gradient")
    }
}

extension Method {
    /// A method that prunes a dense random network and trains what is left of it, with no other connections.
    /// - Parameters:
    ///   - name: What it is chosen by.
    ///   - summary: One line: what it is.
    ///   - citation: The paper.
    ///   - preset: Values of the options that it reads beside the density, its distribution (uniform) and the scope (global).
    ///   - initialPruning: How the network is pruned, by settings that are complete where the preset is.
    public init(
        name: String, summary: String, citation: String, preset: Settings = Settings(),
        initialPruning: @escaping @Sendable (Settings) -> InitialPruning
    ) {
        let common = Settings {
            $0.distribution = "uniform"
            $0.scope = .global
        }
        self.init(
            name: name, summary: summary, citation: citation, preset: preset.over(common), movesWeights: true,
            initialPruning: initialPruning,
            refusal: { structure, _ in structure == .unstructured ? nil : "it scores single weights" },
            make: { _, _ in StaticPolicy() })
    }
}
