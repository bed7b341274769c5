/// The units that a drop rule takes from a layer, as indices in `LayerView.positions`.
public struct Victims: Sendable, Equatable {
    /// Dropped to be replaced: by default the layer grows as many. Ascending.
    public var replaced: [Int]
    /// Taken out without replacement, as a falling density has it. Ascending, apart from `replaced`.
    public var removed: [Int]

    public init(replaced: [Int], removed: [Int] = []) {
        self.replaced = replaced
        self.removed = removed
    }

    /// All of them, ascending.
    public var all: [Int] { removed.isEmpty ? replaced : (replaced + removed).sorted() }
    /// How many they are.
    public var count: Int { replaced.count + removed.count }
}
