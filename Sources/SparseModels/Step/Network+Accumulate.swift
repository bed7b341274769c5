internal import SparseStore

/// Gradients of several batches that one update follows: shards, one after the other, and the batches of each.
extension Network {
    /// Begins the next shard of the batches that an update follows. Gradients of a shard are added in the order of its batches,
    /// and shards in a binary tree (`ShardTree`), so that no bit depends on threads, nor on who computes which shard.
    /// - Parameter shard: Its number among all; with the first of this process the sums begin anew.
    package func beginShard(_ shard: Int) {
        let count = parameters.reduce(0) { $0 + $1.values.count }
        gradientSums.begin(shard: shard, count: count, workers: workers)
    }

    /// Computes the gradients of all parameters for the batch of the last `backward` and adds them, multiplied, to those of the
    /// shard, for the next `update`.
    /// - Parameter share: Of the batch among those of the update: its samples over those of all of them.
    package func accumulateGradients(share: Float) {
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        computeGradients()
        let (plan, sum, parameters) = (updatePlan, gradientSums.current, parameters)
        workers.run(tasks: plan.chunks.count, of: "accumulation") { index in
            let chunk = plan.chunks[index]
            VectorOperations.add(
                parameters[chunk.parameter].gradient, range: chunk.range, times: share, to: sum, at: chunk.place)
        }
    }
}
