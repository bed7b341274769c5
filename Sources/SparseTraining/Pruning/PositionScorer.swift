internal import SparseModels
internal import SparsePolicies
internal import SparseStore

/// What a round of pruning knows of the positions of each layer.
protocol PositionScorer {
    /// Scores are not negative. Where those of a method are, it has two levels: all of the first are above any of the second.
    var levels: Int { get }
    /// The layer's `count` positions of largest score, in order of position; fewer when fewer reach `floor`, or are on this level.
    /// - Throws: `StoreError.nonFiniteGradient`.
    func largest(_ count: Int, ofLayer layer: Int, notBelow floor: Float, level: Int) throws(StoreError)
        -> [ScoredPosition]
}

extension PositionScorer {
    var levels: Int { 1 }
}

/// Scores that the absolute numbers of a field make: initial weights, or chance.
struct FieldScorer: PositionScorer {
    /// One for each weight matrix of the model.
    let units: [InitialUnits]
    let positionCounts: [Int]
    let workers: Workers

    func largest(_ count: Int, ofLayer layer: Int, notBelow floor: Float, level: Int) throws(StoreError)
        -> [ScoredPosition]
    {
        units[layer].largest(count, in: 0..<positionCounts[layer], notBelow: floor, workers: workers)
    }
}

/// Scores of weight and gradient, from a network that has carried a batch forward and back.
struct GradientScorer: PositionScorer {
    let network: Network
    /// The weights that all positions begin with, where all compete; nil where those that are stored do.
    let fields: [NormalField]?
    let score: @Sendable (_ weight: Float, _ gradient: Float) -> Float

    func largest(_ count: Int, ofLayer layer: Int, notBelow floor: Float, level: Int) throws(StoreError)
        -> [ScoredPosition]
    {
        let matrix = network.weights[layer]
        if let fields {
            let gradient = DenseGradient(network.gradientBatch(ofWeights: layer).map { [$0] } ?? [])
            return try matrix.largestScores(
                count, notBelow: floor, of: gradient, field: fields[layer], workers: network.workers, score)
        }
        let positions = matrix.storedPositions()
        let (weights, gradients) = (matrix.elements(of: .values), matrix.elements(of: .gradient))
        var found: [ScoredPosition] = []
        for (index, position) in positions.enumerated() {
            let score = score(weights[index], gradients[index].magnitude)
            guard score.isFinite else { throw .nonFiniteGradient(position: position) }
            if score >= floor { found.append(ScoredPosition(position: position, score: score)) }
        }
        return found
    }
}

/// Signed scores of all positions, which are held.
struct SignedScorer: PositionScorer {
    /// For each weight matrix of the model a score for each position; none where nobody asks.
    let scores: [[Float]]

    var levels: Int { 2 }

    func largest(_ count: Int, ofLayer layer: Int, notBelow floor: Float, level: Int) throws(StoreError)
        -> [ScoredPosition]
    {
        var found: [ScoredPosition] = []
        for (position, score) in scores[layer].enumerated() {
            guard score.isFinite else { throw .nonFiniteGradient(position: position) }
            guard score < 0 ? level == 1 : level == 0 else { continue }
            // -0 is 0. On the second level the order of the absolute values, the other way round.
            let key =
                level == 0
                ? score.magnitude
                : Float(bitPattern: Float.greatestFiniteMagnitude.bitPattern - score.magnitude.bitPattern)
            if key >= floor { found.append(ScoredPosition(position: position, score: key)) }
        }
        return found
    }
}
