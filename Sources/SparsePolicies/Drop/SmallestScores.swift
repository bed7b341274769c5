internal import SparseStore

/// Selection by the total order of all methods: absolute score first, then position.
public enum SmallestScores {
    /// Indices of the `count` smallest absolute scores, ascending; of equal ones the lower indices. Linear time.
    /// Scores must not be NaN.
    public static func indices(_ count: Int, of scores: [Float]) -> [Int] {
        guard count > 0 else { return [] }
        guard count < scores.count else { return Array(scores.indices) }
        let digits = scores.map(\.magnitude.bitPattern)
        let threshold = Selection.smallest(count, of: digits)
        var ties = count - digits.count { $0 < threshold }
        var chosen: [Int] = []
        chosen.reserveCapacity(count)
        for index in digits.indices where digits[index] <= threshold {
            if digits[index] == threshold {
                if ties == 0 { continue }
                ties -= 1
            }
            chosen.append(index)
        }
        return chosen
    }
}
