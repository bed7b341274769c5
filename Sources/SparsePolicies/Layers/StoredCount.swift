/// Turns a density into an exact number of stored units.
public enum StoredCount {
    /// N - floor((1 - density) N), as in RigL's code, where (1 - density) N that misses an integer by no more than
    /// rounding errors counts as that integer: density 0.9 of 1000 is 900, not 901. At least 0, at most N.
    public static func of(density: Double, positions: Int) -> Int {
        positions - zeros(sparsity: 1 - density, positions: positions)
    }

    /// floor(sparsity N) with the same care.
    static func zeros(sparsity: Double, positions: Int) -> Int {
        let exact = sparsity * Double(positions)
        let nearest = exact.rounded()
        let zeros = abs(exact - nearest) <= Double(positions) * 0x1p-50 ? nearest : exact.rounded(.down)
        return min(positions, max(0, Int(zeros)))
    }
}
