internal import SparseStore

/// Selection by the total order of all methods: absolute score first, then position.
public enum SmallestScores {
    /// Indices of the `count` smallest absolute scores, ascending; of equal ones the lower indices. Linear time.
    /// Scores must not be NaN.
    public static func indices(_ count: Int, of scores: [Float]) -> [Int] {
        Selection.indices(ofSmallestMagnitudes: count, of: scores)
    }
}
