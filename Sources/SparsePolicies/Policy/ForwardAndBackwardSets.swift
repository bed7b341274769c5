internal import SparseStore

/// Top-KAST (Jayakumar, Pascanu, Rae, Osindero, Elsen, NeurIPS 2020, arXiv 2106.03517) without dense weights. In each layer
/// the largest weights form a set B, and the largest of these a smaller set A. The forward pass and the gradient of
/// activations use A only; gradients and weight updates go to all of B, so that a weight can grow before it is used. A
/// penalty c w^2 / 2, divided by the density of A for weights outside A, lets others take their places.
///
/// The published method ranks a dense array of weights. Here only B is stored, and a position outside it has its initial
/// value, which is a function of seed, layer and position: a weight that leaves B returns to that value, where the
/// published method would have kept the last one.
///
/// Blocks are ranked by the sum of their absolute weights; with constant fan-in each output has sets of its own.
public struct ForwardAndBackwardSets: TopologyPolicy {
    public let clock: UpdateClock
    public let forwardPenalty: Double
    /// A layer whose B is full may still leave weights out of A.
    public let changesFullLayers = true

    /// - Parameters:
    ///   - clock: When the sets are chosen anew.
    ///   - penalty: c, per unit of learning rate.
    public init(clock: UpdateClock, penalty: Double) {
        self.clock = clock
        forwardPenalty = penalty
    }

    /// The first A.
    public func begin(_ context: UpdateContext) -> [LayerUpdate] {
        context.parameters.map { parameter in
            LayerUpdate(
                forward: forwardSet(
                    of: parameter, positions: parameter.matrix.storedPositions(),
                    weights: parameter.matrix.storedScores(of: .values)))
        }
    }

    public func update(_ context: UpdateContext) throws(PolicyError) -> [LayerUpdate] {
        try context.parameters.map { parameter throws(PolicyError) in
            let clock = ContinuousClock()
            let began = clock.now
            var update = update(try LayerView(parameter, mayRegrow: false), context)
            update.seconds = (clock.now - began) / .seconds(1)
            return update
        }
    }

    private func update(_ layer: LayerView, _ context: UpdateContext) -> LayerUpdate {
        let parameter = layer.parameter
        var (leaving, entering): ([Int], [Int]) = ([], [])
        for (range, stored) in parts(of: parameter, positions: layer.positions) {
            let exchange = BackwardSetExchange(of: layer, stored: stored, in: range, workers: context.workers)
            leaving += exchange.leaving
            entering += exchange.entering
        }
        let gone = leaving.map { layer.positions[$0] }
        let units = parameter.initialUnits
        let next = merged(
            layer, without: leaving, with: entering, scores: entering.map { units?.score(at: $0) ?? 0 })
        return LayerUpdate(
            change: TopologyChange(
                dropped: gone, grown: entering, grownValues: entering.flatMap { units?.values(at: $0) ?? [] }),
            forward: forwardSet(of: parameter, positions: next.positions, weights: next.weights), dropped: gone.count,
            grown: gone.count, dropThreshold: leaving.map { layer.weights[$0].magnitude }.max())
    }

    /// The parts of a layer that have sets of their own: positions, and the indices of `positions` among them.
    private func parts(of parameter: SparseParameter, positions: [Int]) -> [(range: Range<Int>, stored: Range<Int>)] {
        let all = parameter.matrix.positionCount
        return stride(from: 0, to: all, by: parameter.groupWidth ?? all).map { first in
            let end = min(all, first + (parameter.groupWidth ?? all))
            return (
                first..<end,
                Selection.firstIndex(
                    in: positions, notBelow: first)..<Selection.firstIndex(
                        in: positions, notBelow: end)
            )
        }
    }

    /// A: the positions of the largest units of each part.
    private func forwardSet(of parameter: SparseParameter, positions: [Int], weights: [Float]) -> [Int] {
        let parts = parts(of: parameter, positions: positions)
        let budget = parameter.forwardBudget.map { $0 / parts.count }
        return parts.flatMap { _, stored in
            LargestScores.indices(budget ?? stored.count, of: Array(weights[stored])).map {
                positions[stored.lowerBound + $0]
            }
        }
    }

    /// The layer's units and scores after the exchange, in order of position.
    private func merged(
        _ layer: LayerView, without leaving: [Int], with entering: [Int], scores: [Float]
    ) -> (positions: [Int], weights: [Float]) {
        let kept = SortedPositions.subtract(leaving, from: Array(layer.positions.indices))
        var merged: (positions: [Int], weights: [Float]) = ([], [])
        merged.positions.reserveCapacity(layer.count)
        merged.weights.reserveCapacity(layer.count)
        var next = 0
        func enter(below limit: Int) {
            while next < entering.count, entering[next] < limit {
                merged.positions.append(entering[next])
                merged.weights.append(scores[next])
                next += 1
            }
        }
        for index in kept {
            enter(below: layer.positions[index])
            merged.positions.append(layer.positions[index])
            merged.weights.append(layer.weights[index])
        }
        enter(below: Int.max)
        return merged
    }
}

/// The largest units of a part of a layer (all of it, or one output's) where those that are not stored have their initial
/// weights: what the stored set must lose and gain to consist of them.
struct BackwardSetExchange {
    /// Indices in `LayerView.positions`, ascending.
    private(set) var leaving: [Int] = []
    /// Positions, ascending, as many.
    private(set) var entering: [Int] = []

    /// As many units change places as there are some outside that are strictly larger than the stored ones they replace.
    /// - Parameters:
    ///   - stored: indices in `layer.positions` of the part's stored units.
    ///   - range: positions of the part.
    init(of layer: LayerView, stored: Range<Int>, in range: Range<Int>, workers: Workers) {
        guard let units = layer.parameter.initialUnits, !stored.isEmpty else { return }
        let weights = Array(layer.weights[stored])
        // Every block is computed, whatever the floor: the lowest floor at once.
        let candidates = Self.candidates(weights, rank: units.side == 1 ? weights.count / 64 : 0) { floor in
            units.largest(stored.count, in: range, excluding: layer.positions, notBelow: floor, workers: workers)
        }

        let scores = candidates.map(\.score).sorted(by: >)
        let weakest = SmallestScores.indices(scores.count, of: weights).map { weights[$0].magnitude }.sorted()
        let count = zip(scores, weakest).prefix { $0 > $1 }.count
        guard count > 0 else { return }
        leaving = SmallestScores.indices(count, of: weights).map { stored.lowerBound + $0 }
        // Of equal scores the lower positions enter.
        let threshold = scores[count - 1]
        var ties = count - scores.prefix { $0 > threshold }.count
        for candidate in candidates where candidate.score >= threshold {
            if candidate.score == threshold {
                guard ties > 0 else { continue }
                ties -= 1
            }
            entering.append(candidate.position)
        }
    }

    /// All units outside that may enter, and few others: those that reach a floor which is low enough, because as many reach
    /// it as stored weights are below it. The higher the floor, the fewer positions are looked at.
    /// - Parameter rank: stored weights below the first floor that is tried.
    private static func candidates(
        _ stored: [Float], rank: Int, outside: (_ floor: Float) -> [ScoredPosition]
    ) -> [ScoredPosition] {
        let magnitudes = stored.map(\.magnitude)
        var rank = rank
        while true {
            let found = outside(Selection.smallest(rank + 1, of: magnitudes))
            if found.count >= rank { return found }
            // As many reach a lower floor, too: with as few stored weights below it, it is low enough.
            rank = found.isEmpty ? rank / 16 : found.count
        }
    }
}
