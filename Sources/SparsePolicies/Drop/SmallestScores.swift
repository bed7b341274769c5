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
        var ties = count
        for digit in digits { ties -= digit < threshold ? 1 : 0 }
        // Which ones pass is chance: each index is written, and overwritten by the next unless it counts.
        return [Int](unsafeUninitializedCapacity: count + 1) { chosen, end in
            var n = 0
            for index in digits.indices {
                chosen[n] = index
                let tie = (digits[index] == threshold ? 1 : 0) & (ties > 0 ? 1 : 0)
                ties &-= tie
                n &+= (digits[index] < threshold ? 1 : 0) | tie
            }
            end = n
        }
    }
}
