/// Where units of a matrix are stored.
struct LayerTopology {
    /// Rows and columns of the matrix, and the side of a unit.
    var shape: [Int]
    /// Ascending.
    var stored: [Int]

    /// Positions in both, and positions in one of two at least; nil for matrices of different shapes.
    func overlap(with other: LayerTopology) -> (both: Int, any: Int)? {
        guard shape == other.shape else { return nil }
        var (both, i, j) = (0, 0, 0)
        while i < stored.count && j < other.stored.count {
            if stored[i] == other.stored[j] { both += 1 }
            (i, j) = (i + (stored[i] <= other.stored[j] ? 1 : 0), j + (stored[i] >= other.stored[j] ? 1 : 0))
        }
        return (both, stored.count + other.stored.count - both)
    }
}
