internal import SparseStore

/// A method made of parts: at each tick of the clock a share of the units given by the schedule is chosen by the drop
/// rule, the budget says how many grow in which layer, and the grow rule says where. Most published methods, and most
/// that users invent, are one of these.
public struct DropAndGrow: TopologyPolicy {
    public var clock: UpdateClock
    public var trainsOnUpdate: Bool
    /// Share of the units that an update replaces.
    public var schedule: any FractionSchedule
    /// Which units go.
    public var drop: any DropRule
    /// How many grow in which layer.
    public var budget: any GrowthBudget
    /// Where they grow.
    public var grow: any GrowRule
    /// What becomes of units that are dropped and grown in one update.
    public var regrowth: Regrowth
    /// What grown weights begin with.
    public var newValues: NewValueRule
    public var changesFullLayers: Bool
    public var grows = true

    /// A policy of parts: when, how much, what goes, how much and what grows, and what grown weights begin with.
    public init(
        clock: UpdateClock, schedule: any FractionSchedule, drop: any DropRule, budget: any GrowthBudget = OwnBudget(),
        grow: any GrowRule, regrowth: Regrowth = .keepsValue, newValues: NewValueRule = .zero,
        trainsOnUpdate: Bool = true, changesFullLayers: Bool = false
    ) {
        self.clock = clock
        self.schedule = schedule
        self.drop = drop
        self.budget = budget
        self.grow = grow
        self.regrowth = regrowth
        self.newValues = newValues
        self.trainsOnUpdate = trainsOnUpdate
        self.changesFullLayers = changesFullLayers
    }

    public var gradientBatches: Int { grow.gradientBatches }

    public func dropFraction(at step: Int) -> Double? { drop.followsSchedule ? schedule.fraction(at: step) : nil }

    public var state: [String: Double] {
        get { drop.state }
        set { drop.state = newValue }
    }

    public mutating func update(_ context: UpdateContext) throws(PolicyError) -> [LayerUpdate] {
        var updates = context.parameters.map { _ in LayerUpdate() }
        let taking = context.parameters.indices.filter { takesPart(context.parameters[$0]) }
        let mayRegrow = regrowth != .forbidden
        var layers = try taking.map { index throws(PolicyError) in
            try LayerView(context.parameters[index], mayRegrow: mayRegrow)
        }
        var victims = try drop.victims(
            of: layers, fraction: schedule.fraction(at: context.step), context: context)
        let room = zip(layers, victims).map { mayRegrow ? $0.free + $1.count : $0.free }
        let counts = try budget.counts(for: layers, victims: victims, room: room, context: context)
        for index in taking.indices {
            // What was read of a layer, and what it loses, is let go with its change: it is most of what an update holds.
            let (layer, victims) = (layers.removeFirst(), victims.removeFirst())
            let clock = ContinuousClock()
            let began = clock.now
            var update = try change(layer, victims: victims, grow: counts[index], context: context)
            update.seconds = (clock.now - began) / .seconds(1)
            updates[taking[index]] = update
        }
        return updates
    }

    private func takesPart(_ parameter: SparseParameter) -> Bool {
        changesFullLayers || parameter.matrix.storedCount < parameter.matrix.positionCount
    }

    private func change(
        _ layer: LayerView, victims: Victims, grow count: Int, context: UpdateContext
    ) throws(PolicyError) -> LayerUpdate {
        if let width = layer.parameter.groupWidth {
            return try exchange(layer, group: width, victims: victims, grow: count, context: context)
        }
        // The list of all victims is made twice rather than held while the gradients are searched.
        let growth =
            count == 0
            ? Growth(positions: [])
            : try grow.grow(
                count, in: layer, dropped: victims.all.map { layer.positions[$0] }, mayRegrow: regrowth != .forbidden,
                context: context)
        return LayerUpdate(
            exchanging: victims.all, mayKeep: victims.replaced, for: growth, in: layer, regrowth: regrowth,
            newValues: newValues, context: context)
    }

    /// The change of a layer whose structure fixes the number of units in each group.
    private func exchange(
        _ layer: LayerView, group width: Int, victims: Victims, grow count: Int, context: UpdateContext
    ) throws(PolicyError) -> LayerUpdate {
        guard victims.removed.isEmpty && count == victims.count else {
            throw .unfitStructure(
                method: "the method", layer: layer.parameter.name, structure: "groups of \(width)",
                reason: "it moves weights between layers, and this one always stores as many")
        }
        if count == 0 { return LayerUpdate() }
        let exchange = try grow.exchange(
            victims.replaced, group: width, in: layer, mayRegrow: regrowth != .forbidden, context: context)
        return LayerUpdate(
            exchanging: exchange.dropped, mayKeep: exchange.dropped, for: exchange.growth, in: layer,
            regrowth: regrowth, newValues: newValues, context: context)
    }
}
