/// Vectors summed over the shards that one process has, which come one after the other, in the tree over all shards (`ShardTree`). What is
/// whole is summed up at once, so that a process that has 2^level shards holds at most level + 1 sums.
package struct ShardSums {
    private let tree: ShardTree
    private let run: Range<Int>
    /// A sum for each branch that waits for what comes behind it; the last is that of the current shard.
    private var sums: [AlignedBuffer<Float>] = []
    private var depth = 0
    private var count = 0

    /// - Parameters:
    ///   - tree: Over all shards.
    ///   - run: The shards of this process.
    package init(_ tree: ShardTree = ShardTree(shards: 1), run: Range<Int> = 0..<1) {
        precondition(!run.isEmpty && run.lowerBound >= 0 && run.upperBound <= tree.shards, "shards of the tree")
        (self.tree, self.run) = (tree, run)
    }

    /// Whether there are sums that nobody has taken yet.
    package var isBegun: Bool { depth > 0 }

    /// The shard that comes first.
    package var first: Int { run.lowerBound }

    /// The sum of the current shard, which may be longer than was asked for.
    package var current: AlignedBuffer<Float> { sums[depth - 1] }

    /// Begins the next shard with zeros; with the first, the sums begin anew. Every shard is begun, though nothing may be added to it.
    /// - Parameters:
    ///   - shard: Its number among all.
    ///   - count: Length of the vectors, the same for all shards of a sum.
    ///   - workers: Threads that add.
    package mutating func begin(shard: Int, count: Int, workers: Workers) {
        precondition(run.contains(shard), "a shard of another process")
        if shard == first { (depth, self.count) = (0, count) }
        join(to: tree.branchCount(of: first..<shard), workers)
        if sums.count == depth { sums.append(AlignedBuffer(count: count)) }
        if sums[depth].count < count { sums[depth] = AlignedBuffer(count: count) }
        depth += 1
        let begun = current
        inParts(workers) { begun.elements[$0].update(repeating: 0) }
    }

    /// The sums of the branches that the shards of this process make up, in their order; they are then begun anew.
    package mutating func take(_ workers: Workers) -> [AlignedBuffer<Float>] {
        join(to: tree.branchCount(of: run), workers)
        defer { depth = 0 }
        return Array(sums[..<depth])
    }

    /// Sums up the last two until there are so many left.
    private mutating func join(to branches: Int, _ workers: Workers) {
        while depth > branches {
            let (sum, addend) = (sums[depth - 2], sums[depth - 1])
            depth -= 1
            inParts(workers) { VectorOperations.add(addend, times: 1, to: sum, range: $0) }
        }
    }

    private func inParts(_ workers: Workers, _ body: @Sendable (Range<Int>) -> Void) {
        let (count, tasks) = (count, max(1, min(4 * workers.parts, count / 4_096)))
        workers.run(tasks: tasks, of: "sums over shards") { body(Part($0, of: tasks).range(of: count, unit: 16)) }
    }
}

extension ShardTree {
    /// How many sums whoever has these shards holds at once, at most.
    package func sumsHeld(of run: Range<Int>) -> Int {
        run.map { branchCount(of: run.lowerBound..<$0) + 1 }.max() ?? 0
    }
}
