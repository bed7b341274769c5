/// MEST's soft memory bound (Yuan et al., NeurIPS 2021, arXiv 2110.14032): a layer stores more than its share of the
/// density while it explores. Each update drops down to that share and grows up to (1 + f) times it, where f falls to 0.
public struct SoftBound: Sendable {
    /// Share of weights stored in the end, over all layers.
    public let density: Double
    /// f, and the step from which it is 0.
    public let schedule: any FractionSchedule
    /// Step from which `schedule` counts as 0.
    public let end: Double

    /// A bound of `density`, softened by the fraction of `schedule` until step `end`.
    public init(density: Double, schedule: any FractionSchedule, end: Double) {
        self.density = density
        self.schedule = schedule
        self.end = end
    }

    /// What each layer stores in the end: in proportion to what it began with, to the exact total.
    func least(of layers: [LayerView]) -> [Int] {
        let budgets = layers.map(\.parameter.budget)
        let positions = layers.map { $0.count + $0.free }.reduce(0, +)
        let total = min(budgets.reduce(0, +), StoredCount.of(density: density, positions: positions))
        return Apportionment.counts(total, shares: budgets.map { Double($0) }, room: budgets)
    }
}

/// Drops down to the bound: what is smallest in |w| + lambda |g|.
public struct SoftBoundDrop: DropRule {
    /// The share that layers return to.
    public let bound: SoftBound
    /// Weight of the gradient in the score, as in `SensitivityDrop`; 0 for magnitude alone.
    public let lambda: Double
    public let followsSchedule = false

    /// Drops what exceeds `bound`.
    public init(bound: SoftBound, lambda: Double = 0) {
        self.bound = bound
        self.lambda = lambda
    }

    public func victims(of layers: [LayerView], fraction: Double, context: UpdateContext) -> [Victims] {
        zip(layers, bound.least(of: layers)).map { layer, least in
            let scores = SensitivityDrop(lambda: lambda).scores(of: layer)
            return Victims(replaced: SmallestScores.indices(max(0, layer.count - least), of: scores))
        }
    }
}

/// Grows up to (1 + f) times the bound.
public struct SoftBoundBudget: GrowthBudget {
    /// The bound, the same as that of the drop rule.
    public let bound: SoftBound

    /// Grows up to the softened `bound`.
    public init(bound: SoftBound) { self.bound = bound }

    public func counts(for layers: [LayerView], victims: [Victims], room: [Int], context: UpdateContext) -> [Int] {
        let extra = Double(context.step) < bound.end ? bound.schedule.fraction(at: context.step) : 0
        return zip(zip(layers, bound.least(of: layers)), zip(victims, room)).map { layer, change in
            let most = layer.1 + Int((extra * Double(layer.1)).rounded())
            return min(change.1, max(0, most - (layer.0.count - change.0.count)))
        }
    }
}
