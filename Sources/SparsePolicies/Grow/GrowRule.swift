public import SparseParts

/// Chooses the units to grow.
public protocol GrowRule: Sendable {
    /// Number of latest batches whose gradients the rule reads from `SparseParameter.batches`.
    var gradientBatches: Int { get }
    /// Up to `count` units of `layer` that are not stored, or were just dropped if they may regrow.
    /// - Parameters:
    ///   - count: Units to grow.
    ///   - layer: The layer after the drop.
    ///   - dropped: positions just dropped, ascending.
    ///   - mayRegrow: whether those are candidates too.
    ///   - context: Step, seed and threads of the update.
    func grow(
        _ count: Int, in layer: LayerView, dropped: [Int], mayRegrow: Bool, context: UpdateContext
    ) throws(PolicyError) -> Growth
    /// What `layer` loses and gains in place of the victims (indices in its positions, ascending) when each group of
    /// `width` consecutive units of a row must keep its number of stored units.
    func exchange(
        _ victims: [Int], group width: Int, in layer: LayerView, mayRegrow: Bool, context: UpdateContext
    ) throws(PolicyError) -> GroupExchange
}

extension GrowRule {
    public var gradientBatches: Int { 0 }
}

/// What a grow rule chose.
public struct Growth: Sendable, Equatable {
    /// Ascending.
    public var positions: [Int]
    /// Starting momentum of each weight, unit after unit and row by row in each, or empty when all start with none.
    public var momenta: [Float]
    /// Smallest score chosen, for rules that score.
    public var threshold: Float?
    /// How many were chosen with score 0.
    public var withoutGradient: Int

    /// Units to grow at `positions`, ascending, with what is known of them.
    public init(positions: [Int], momenta: [Float] = [], threshold: Float? = nil, withoutGradient: Int = 0) {
        self.positions = positions
        self.momenta = momenta
        self.threshold = threshold
        self.withoutGradient = withoutGradient
    }
}

extension Parts {
    /// Makes a grow rule from the settings of a method.
    public typealias MakeGrowRule = @Sendable (Settings) -> any GrowRule

    /// The grow rules known by name.
    public static let growRules = Registry<MakeGrowRule>(
        "grow rule",
        [
            .init("random", "uniformly among the units that are not stored") { _ in RandomGrow() },
            .init(
                "gradient", "the largest absolute dense gradients, streamed", options: [\.gradientAccumulation]
            ) {
                GradientGrow(batches: $0.gradientAccumulation ?? 1)
            },
            .init(
                "momentum", "the largest absolute momentum, replayed from the latest batches",
                options: [\.growMomentum, \.growWindow]
            ) {
                MomentumGrow(coefficient: $0.growMomentum ?? 0.9, window: $0.growWindow ?? 44)
            },
        ])
}

extension Options {
    /// Which positions come.
    public var growRule: Option<String?> {
        .ofMethod("grow-rule", "NAME", .oneOf(Parts.growRules.names), "which positions come")
    }
}
