/// Sums gradients over the processes that train one network together, each on batches of its own. Without one a process is
/// alone, and nothing is summed.
///
/// Every process makes the same calls in the same order, with ranges of the same length: what is computed between two of them
/// follows from sums alone, never from threads. Processes use one instruction set.
public protocol GradientReducer: Sendable {
    /// How many parts there are to a sum: the branches of all processes. One that does not say has dense gradients summed whole.
    var parts: Int { get }
    /// The runs of this process's shards that it sums up by itself, in their order: the branches that `reduce` is given. One that does
    /// not say has all shards of the process summed up.
    /// - Parameter shards: How many shards this process has.
    func branches(of shards: Int) -> [Range<Int>]
    /// Replaces the values of the range in the first buffer by the sums of those of all buffers of all processes, taken in an order that
    /// does not depend on who computed what. The other buffers may come back with anything. Called by one thread at a time.
    /// - Parameters:
    ///   - branches: One buffer for each branch of this process.
    ///   - range: Of each buffer what is summed.
    func reduce(_ branches: [AlignedBuffer<Float>], range: Range<Int>)
    /// What any of the processes gives, ascending and each once; nil where they give too many.
    /// - Parameters:
    ///   - positions: Those of this one, ascending.
    ///   - limit: How many they may give in all.
    func union(of positions: [UInt32], limit: Int) -> [UInt32]?
}

extension GradientReducer {
    public var parts: Int { 1 }
    public func branches(of shards: Int) -> [Range<Int>] { [0..<shards] }
    public func union(of positions: [UInt32], limit: Int) -> [UInt32]? { positions.count > limit ? nil : positions }
}
