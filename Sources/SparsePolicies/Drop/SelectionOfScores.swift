internal import SparseStore

/// Selection by the total order of all methods: absolute score first, then position.
public enum SmallestScores {
    /// Indices of the `count` smallest absolute scores, ascending; of equal ones the lower indices. Linear time.
    /// Scores must not be NaN.
    public static func indices(_ count: Int, of scores: [Float]) -> [Int] {
        Selection.indices(ofSmallestMagnitudes: count, of: scores)
    }
}

/// Selection from the other end of the total order.
public enum LargestScores {
    /// Indices of the `count` largest absolute scores, ascending: all but those that `SmallestScores` would take first.
    public static func indices(_ count: Int, of scores: [Float]) -> [Int] {
        let left = SmallestScores.indices(scores.count - min(count, scores.count), of: scores)
        return SortedPositions.subtract(left, from: Array(scores.indices))
    }
}

/// Selection over all layers at once, by (absolute weight, layer, position).
enum GlobalSmallest {
    /// For each layer the ascending indices of its share of the `count` smallest absolute weights of all layers.
    static func indices(_ count: Int, of weights: [[Float]]) -> [[Int]] {
        var chosen: [[Int]] = weights.map { _ in [] }
        var layer = 0
        var first = 0
        for index in SmallestScores.indices(count, of: Array(weights.joined())) {
            while index >= first + weights[layer].count {
                first += weights[layer].count
                layer += 1
            }
            chosen[layer].append(index - first)
        }
        return chosen
    }
}
