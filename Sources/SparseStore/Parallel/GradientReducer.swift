/// Sums gradients over the processes that train one network together, each on batches of its own. Without one a process is
/// alone, and nothing is summed.
///
/// Every process makes the same calls in the same order, with ranges of the same length: what is computed between two of them
/// follows from sums alone, never from threads. Processes use one instruction set.
public protocol GradientReducer: Sendable {
    /// How many processes there are. One that does not say has dense gradients summed whole.
    var processes: Int { get }
    /// Replaces the values of the range by their sums over all processes, taken in an order that does not depend on who
    /// computed what. Called by one thread at a time.
    func reduce(_ values: AlignedBuffer<Float>, range: Range<Int>)
    /// What any of the processes gives, ascending and each once; nil where they give too many.
    /// - Parameters:
    ///   - positions: Those of this one, ascending.
    ///   - limit: How many they may give in all.
    func union(of positions: [UInt32], limit: Int) -> [UInt32]?
}

extension GradientReducer {
    public var processes: Int { 1 }
    public func union(of positions: [UInt32], limit: Int) -> [UInt32]? { positions.count > limit ? nil : positions }
}
