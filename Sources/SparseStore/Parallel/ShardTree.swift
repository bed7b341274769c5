/// The binary tree in which the shards of a batch are summed: neighbours first, then pairs of neighbours, and so on. The last of an odd
/// number has no neighbour and goes up as it is. The tree follows from the number of shards alone, and with it the bits of a sum.
///
/// A node has the shards from i x 2^level up to (i + 1) x 2^level, or to the last.
package struct ShardTree: Sendable, Equatable {
    /// Shards of a batch.
    package let shards: Int

    /// - Parameter shards: Of a batch, at least one.
    package init(shards: Int) {
        precondition(shards > 0, "a batch has a shard")
        self.shards = shards
    }

    /// The shards of one of several processes, each of which has as many.
    package func run(of rank: Int, among processes: Int) -> Range<Int> {
        rank * shards / processes..<(rank + 1) * shards / processes
    }

    /// The fewest nodes that make up a run of shards: whoever has the run can sum up each of them, and no two of them. A run of 2^level
    /// shards that begins at a multiple of as many is one node.
    package func branches(of run: Range<Int>) -> [Range<Int>] {
        var branches: [Range<Int>] = []
        var rest = run
        while !rest.isEmpty {
            branches.append(branch(beginning: rest))
            rest = branches[branches.count - 1].upperBound..<run.upperBound
        }
        return branches
    }

    /// How many there are.
    package func branchCount(of run: Range<Int>) -> Int {
        var (count, rest) = (0, run)
        while !rest.isEmpty {
            count += 1
            rest = branch(beginning: rest).upperBound..<run.upperBound
        }
        return count
    }

    /// The largest node that a run, which is not empty, begins with.
    private func branch(beginning run: Range<Int>) -> Range<Int> {
        let first = run.lowerBound
        var size = 1
        while first + size < run.upperBound, first.isMultiple(of: 2 * size),
            min(first + 2 * size, shards) <= run.upperBound
        {
            size *= 2
        }
        return first..<min(first + size, run.upperBound)
    }
}

extension ShardTree {
    /// Writes the sum of a node into `sum`.
    /// - Parameters:
    ///   - node: Its shards; or so many others, which are summed as those are.
    ///   - sum: Where it is written.
    ///   - rooms: Of the size of `sum`, as many as the node is high.
    ///   - compute: Writes what one shard gives into a buffer.
    ///   - add: Adds the second buffer to the first.
    package static func sum<Buffer>(
        of node: Range<Int>, into sum: Buffer, rooms: ArraySlice<Buffer>, _ compute: (Int, Buffer) -> Void,
        add: (Buffer, Buffer) -> Void
    ) {
        guard node.count > 1, let room = rooms.last else {
            compute(node.lowerBound, sum)
            return
        }
        let middle = middle(of: node)
        self.sum(of: node.lowerBound..<middle, into: sum, rooms: rooms.dropLast(), compute, add: add)
        self.sum(of: middle..<node.upperBound, into: room, rooms: rooms.dropLast(), compute, add: add)
        add(sum, room)
    }

    /// The sum of one number of each shard of a node.
    /// - Parameters:
    ///   - node: Its shards, as above.
    ///   - compute: What one shard gives.
    package static func sum(of node: Range<Int>, _ compute: (Int) -> Float) -> Float {
        guard node.count > 1 else { return compute(node.lowerBound) }
        let middle = middle(of: node)
        return sum(of: node.lowerBound..<middle, compute) + sum(of: middle..<node.upperBound, compute)
    }

    /// Levels below a node of so many shards.
    package static func height(_ shards: Int) -> Int {
        shards <= 1 ? 0 : Int.bitWidth - (shards - 1).leadingZeroBitCount
    }

    /// Where the second of the two nodes begins that make up this one.
    private static func middle(of node: Range<Int>) -> Int { node.lowerBound + 1 << (height(node.count) - 1) }
}
