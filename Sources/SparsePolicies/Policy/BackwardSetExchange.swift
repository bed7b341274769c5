internal import SparseStore

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
