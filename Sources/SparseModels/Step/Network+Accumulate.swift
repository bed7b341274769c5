internal import SparseStore

/// Gradients of several batches that one update follows: shards, one after the other, and the batches of each.
extension Network {
    /// Begins the next shard of the batches that an update follows. Gradients of a shard are added in the order of its batches,
    /// and shards in a binary tree (`ShardSums`), so that no bit depends on threads, nor on who computes which shard.
    /// - Parameter shard: From 0, with which the sums begin anew.
    package func beginShard(_ shard: Int) {
        accumulated.begin(shard: shard, counts: parameters.lazy.map { $0.values.count }, workers: workers)
    }

    /// Computes the gradients of all parameters for the batch of the last `backward` and adds them, multiplied, to those of the
    /// shard, for the next `update`.
    /// - Parameter share: Of the batch among those of the update: its samples over those of all of them.
    package func accumulateGradients(share: Float) {
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        computeGradients()
        let (plan, sums, parameters) = (updatePlan, accumulated.current, parameters)
        workers.run(tasks: plan.chunks.count, of: "accumulation") { chunk in
            let (parameter, range) = plan.chunks[chunk]
            VectorOperations.add(parameters[parameter].gradient, times: share, to: sums[parameter], range: range)
        }
    }

    /// Makes the sums the gradients of the parameters. False when there are none.
    func takeAccumulatedGradients() -> Bool {
        guard accumulated.isBegun else { return false }
        let (plan, sums, parameters) = (updatePlan, accumulated.take(workers), parameters)
        workers.run(tasks: plan.chunks.count, of: "accumulation") { chunk in
            let (parameter, range) = plan.chunks[chunk]
            _ = parameters[parameter].gradient.elements[range].update(fromContentsOf: sums[parameter].elements[range])
        }
        return true
    }
}
