internal import SparseStore

/// SRigL (Lasby, Golubeva, Evci, Nica, Ioannou, ICLR 2024, arXiv 2305.02299): RigL with the same number of inputs for
/// every active output. An output that keeps too few salient weights is ablated, and its weights go to the others; it is
/// judged anew at each update and can come back.
public struct ConstantFanIn: TopologyPolicy {
    public let clock: UpdateClock
    public let trainsOnUpdate: Bool
    public let gradientBatches: Int
    /// Share of the weights that an update replaces.
    public let schedule: any FractionSchedule
    /// gamma: an output with fewer salient weights than this share of the fan-in is ablated; 0 for none.
    public let ablation: Double

    /// SRigL's policy: when it updates, what goes, and how many salient weights an output needs to stay.
    public init(
        clock: UpdateClock, schedule: any FractionSchedule, gradientBatches: Int = 1, ablation: Double = 0.3,
        trainsOnUpdate: Bool = false
    ) {
        self.clock = clock
        self.schedule = schedule
        self.gradientBatches = gradientBatches
        self.ablation = ablation
        self.trainsOnUpdate = trainsOnUpdate
    }

    public func dropFraction(at step: Int) -> Double? { schedule.fraction(at: step) }

    public func update(_ context: UpdateContext) throws(PolicyError) -> [LayerUpdate] {
        try context.parameters.map { parameter throws(PolicyError) in
            guard parameter.matrix.storedCount < parameter.matrix.positionCount else { return LayerUpdate() }
            let clock = ContinuousClock()
            let began = clock.now
            var update = try update(LayerView(parameter, mayRegrow: true), context)
            update.seconds = (clock.now - began) / .seconds(1)
            return update
        }
    }

    private func update(_ layer: LayerView, _ context: UpdateContext) throws(PolicyError) -> LayerUpdate {
        let columns = layer.unitsAcross
        let dropCount = Int(schedule.fraction(at: context.step) * Double(layer.count))
        let nonzero = layer.weights.count { $0 != 0 }
        let keepCount = min(layer.count - dropCount, nonzero)
        let batches = try mean(of: layer.parameter.batches, layer, context)
        let active = try activeRows(layer, keep: keepCount, grow: dropCount, batches: batches, context)
        let fanIn = min(columns, layer.parameter.budget / max(1, active.count { $0 }))

        // The largest weights of the active rows stay, at most the fan-in in each row.
        let inActive = layer.weights.indices.filter { active[layer.positions[$0] / columns] }
        let candidates = LargestScores.indices(keepCount, of: inActive.map { layer.weights[$0] }).map { inActive[$0] }
        let kept = Dictionary(grouping: candidates) { layer.positions[$0] / columns }.mapValues { row in
            LargestScores.indices(fanIn, of: row.map { layer.weights[$0] }).map { row[$0] }
        }
        let dropped = SortedPositions.subtract(kept.values.joined().sorted(), from: Array(layer.weights.indices))
        let wanted = active.indices.map { active[$0] ? fanIn - (kept[$0]?.count ?? 0) : 0 }
        let closed = SortedPositions.subtract(dropped.map { layer.positions[$0] }, from: layer.positions)
        let chosen: [ScoredPosition]
        do {
            chosen = try layer.parameter.matrix.largestGradients(
                of: DenseGradient(batches, reducer: context.reducer), perRow: wanted, closed: closed,
                workers: context.workers)
        } catch {
            throw .store(layer: layer.parameter.name, error)
        }
        return LayerUpdate(
            exchanging: dropped, mayKeep: dropped, for: Growth(chosen), in: layer, regrowth: .keepsValue,
            newValues: .zero, context: context)
    }

    /// The mean of the latest batches' gradients.
    private func mean(
        of batches: [GradientBatch], _ layer: LayerView, _ context: UpdateContext
    ) throws(PolicyError) -> [GradientBatch] {
        var latest = Array(batches.suffix(gradientBatches))
        guard !latest.isEmpty else { throw .missingGradients(layer: layer.parameter.name, step: context.step) }
        for index in latest.indices { latest[index].scale /= Float(latest.count) }
        return latest
    }

    /// Which outputs keep enough salient weights: of the `keep` largest stored weights of the layer, or the `grow`
    /// largest gradients of all its positions.
    private func activeRows(
        _ layer: LayerView, keep: Int, grow: Int, batches: [GradientBatch], _ context: UpdateContext
    ) throws(PolicyError) -> [Bool] {
        let (rows, columns) = (layer.unitsDown, layer.unitsAcross)
        guard ablation > 0 && !layer.parameter.isOutput else { return Array(repeating: true, count: rows) }
        let byGradient = try Growth.largest(
            grow, of: batches, in: layer, dropped: layer.positions, mayRegrow: true, context)
        let byWeight = LargestScores.indices(keep, of: layer.weights).map { layer.positions[$0] }
        var salient = [Int](repeating: 0, count: rows)
        for position in byWeight { salient[position / columns] += 1 }
        for position in SortedPositions.subtract(byWeight, from: byGradient.positions) {
            salient[position / columns] += 1
        }
        // As many rows as could hold the budget densely stay in any case: the bar is lowered to the next one's count.
        let least = min(rows - 1, layer.parameter.budget / columns)
        let bar = min(
            max(1, Int(ablation * Double(layer.parameter.budget / rows))), salient.sorted(by: >)[least])
        return salient.map { $0 >= bar }
    }
}
