/// Selection from the other end of the total order.
public enum LargestScores {
    /// Indices of the `count` largest absolute scores, ascending: all but those that `SmallestScores` would take first.
    public static func indices(_ count: Int, of scores: [Float]) -> [Int] {
        let left = SmallestScores.indices(scores.count - min(count, scores.count), of: scores)
        return SortedPositions.subtract(left, from: Array(scores.indices))
    }
}
