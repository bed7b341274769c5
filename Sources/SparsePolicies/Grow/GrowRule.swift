/// Chooses the units to grow.
public protocol GrowRule: Sendable {
    /// Number of latest batches whose gradients the rule reads from `SparseParameter.batches`.
    var gradientBatches: Int { get }
    /// Up to `count` units of `layer` that are not stored, or were just dropped if they may regrow.
    /// - Parameters:
    ///   - dropped: positions just dropped, ascending.
    ///   - mayRegrow: whether those are candidates too.
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

    public init(positions: [Int], momenta: [Float] = [], threshold: Float? = nil, withoutGradient: Int = 0) {
        self.positions = positions
        self.momenta = momenta
        self.threshold = threshold
        self.withoutGradient = withoutGradient
    }
}

extension Catalog where Item == @Sendable (MethodOptions) -> any GrowRule {
    /// The grow rules known by name.
    public static var growRules: Self {
        Catalog(
            "grow rule",
            [
                Entry("random", "uniformly among the units that are not stored") { _ in RandomGrow() },
                Entry("gradient", "the largest absolute dense gradients, streamed", reads: ["grad-accumulation"]) {
                    options in
                    GradientGrow(batches: options.gradAccumulation ?? 1)
                },
                Entry(
                    "momentum", "the largest absolute momentum, replayed from the latest batches",
                    reads: ["grow-momentum", "grow-window"]
                ) { options in
                    MomentumGrow(coefficient: options.growMomentum ?? 0.9, window: options.growWindow ?? 44)
                },
            ])
    }
}
