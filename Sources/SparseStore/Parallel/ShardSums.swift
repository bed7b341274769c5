/// Vectors summed over shards that come one after the other, in a binary tree: neighbours first, then pairs of neighbours, and so on,
/// so that the shards of one process are a branch of the tree over all. At most log2 of the shards + 1 sums are held.
package struct ShardSums {
    /// Of each vector a sum for each level of the tree that waits for its other half; the last is that of the current shard.
    private var levels: [[AlignedBuffer<Float>]] = []
    private var depth = 0

    package init() {}

    /// Whether there are sums that nobody has taken yet.
    package var isBegun: Bool { depth > 0 }

    /// The sums of the current shard.
    package var current: [AlignedBuffer<Float>] { levels[depth - 1] }

    /// Begins the next shard with zeros. Every shard is begun, though nothing may be added to it.
    /// - Parameters:
    ///   - shard: From 0.
    ///   - counts: Length of each vector, the same for all shards of a sum.
    package mutating func begin(shard: Int, counts: some Collection<Int>, workers: Workers) {
        if shard == 0 { depth = 0 }
        // Each bit of the number is a branch that is whole.
        join(to: shard.nonzeroBitCount, workers)
        if levels.count == depth { levels.append([]) }
        if levels[depth].count != counts.count || !zip(levels[depth], counts).allSatisfy({ $0.count == $1 }) {
            levels[depth] = counts.map { AlignedBuffer(count: $0) }
        }
        depth += 1
        let begun = current
        workers.run(tasks: begun.count) { begun[$0].fill(0) }
    }

    /// The sums over all shards, which are then begun anew.
    package mutating func take(_ workers: Workers) -> [AlignedBuffer<Float>] {
        join(to: 1, workers)
        depth = 0
        return levels[0]
    }

    /// Sums up the two lowest branches until there are so many left.
    private mutating func join(to branches: Int, _ workers: Workers) {
        while depth > branches {
            let pairs = Array(zip(levels[depth - 2], levels[depth - 1]))
            depth -= 1
            workers.run(tasks: pairs.count, of: "sums over shards") { index in
                let (sum, addend) = pairs[index]
                for i in 0..<sum.count { sum.pointer[i] += addend.pointer[i] }
            }
        }
    }
}
