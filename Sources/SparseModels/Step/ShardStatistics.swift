package import SparseStore

/// Running statistics of batch normalisation where a batch is cut into shards. Each shard has statistics of its own and moves the
/// running ones from where they were before the batch; those after it are the mean over shards, summed in the tree of the gradients.
package struct ShardStatistics {
    private let buffers: [AlignedBuffer<Float>]
    /// Before the batch.
    private let before: [AlignedBuffer<Float>]
    /// All buffers of a shard, one behind the other.
    private var sums: ShardSums
    private let count: Int

    /// - Parameters:
    ///   - network: What its layers keep beside their parameters is what is summed.
    ///   - sums: Of the shards of this process, with nothing in them.
    package init(_ network: Network, sums: ShardSums) {
        self.sums = sums
        buffers = network.buffers.map(\.buffer)
        before = buffers.map { AlignedBuffer(count: $0.count) }
        count = buffers.reduce(0) { $0 + $1.count }
    }

    /// Remembers where the statistics are before a batch.
    package func beginBatch() {
        for (buffer, before) in zip(buffers, before) { _ = before.elements.update(fromContentsOf: buffer.elements) }
    }

    /// Puts them back there for the next shard of this process.
    package mutating func begin(shard: Int, workers: Workers) {
        if count == 0 { return }
        sums.begin(shard: shard, count: count, workers: workers)
        for (buffer, before) in zip(buffers, before) { _ = buffer.elements.update(fromContentsOf: before.elements) }
    }

    /// Takes up what a shard has made of them.
    /// - Parameter share: One over the number of shards that have samples.
    package func add(share: Float) {
        if count == 0 { return }
        let sum = sums.current
        var place = 0
        for buffer in buffers {
            for value in buffer.elements {
                sum[place] = share * value
                place += 1
            }
        }
    }

    /// Sets them to the mean over the shards of all processes.
    package mutating func endBatch(_ reducer: (any GradientReducer)?, workers: Workers) {
        if count == 0 { return }
        let branches = sums.take(workers)
        reducer?.reduce(branches, range: 0..<count)
        var place = 0
        for buffer in buffers {
            _ = buffer.elements.update(fromContentsOf: branches[0].elements[place..<place + buffer.count])
            place += buffer.count
        }
    }
}
