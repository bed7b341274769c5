internal import SparseStore

/// How the batches that a weight update follows are shared out: into shards, each of as many batches one after the other, and a
/// run of shards for each process. A sum over all is the sum over shards in a binary tree, whoever computed which.
struct ShardPlan: Sendable, Equatable {
    /// Shards of all processes.
    private(set) var count = 1
    /// Batches of a shard.
    private(set) var microBatches = 1
    /// The shards of this process.
    private(set) var own = 0..<1

    /// Everything is computed here.
    init() {}

    /// - Parameters:
    ///   - count: A multiple of the number of processes.
    ///   - microBatches: Batches of a shard.
    ///   - communicator: The processes, where there are several.
    init(_ count: Int, microBatches: Int, _ communicator: (any Communicator)?) {
        (self.count, self.microBatches) = (count, microBatches)
        own = tree.run(of: communicator?.rank ?? 0, among: communicator?.count ?? 1)
    }

    /// In which they are summed.
    var tree: ShardTree { ShardTree(shards: count) }

    /// Sums over the shards of this process.
    var sums: ShardSums { ShardSums(tree, run: own) }

    /// Whether an update follows one batch, all of which is here.
    var isWhole: Bool { count == 1 && microBatches == 1 }

    /// Places of the batches of a shard among those of an update.
    func places(of shard: Int) -> Range<Int> { shard * microBatches..<(shard + 1) * microBatches }

    /// Those of all shards of this process.
    var ownPlaces: Range<Int> { own.lowerBound * microBatches..<own.upperBound * microBatches }

    /// The shard of the last of so many batches.
    func lastShard(of batches: Int) -> Int { max(batches - 1, 0) / microBatches }
}
