internal import SparseData
internal import SparseModels
internal import SparsePolicies
internal import SparseStore

/// What the processes have agreed on after a batch: nothing that only one of them knows may decide what all do.
struct Agreement {
    var isCancelled = false
    /// Whether the clock of rank 0 says that a checkpoint is due.
    var isTimeForCheckpoint = false
}

/// An update whose batches are shared out into shards, or that follows several batches.
extension Trainer {
    /// Carries the batches of this process forward and their gradients back, and sums up what all processes found.
    /// - Parameter use: What is done with them.
    func passShards(_ update: BatchFeeder.Update, _ use: BatchPlan) throws -> MetricSums {
        let (shards, looks) = (setup.shards, use.updatesTopology || use.keepsGradients)
        let used = Float(shards.lastShard(of: update.count) + 1)
        if looks { topology.history.beginUpdate(inputs: emptyInputs) }
        statistics?.beginBatch()
        /// The first of this process that is not finite.
        var failure: String?
        for (index, shard) in shards.own.enumerated() {
            if use.trainsWeights { network.beginShard(shard) }
            statistics?.begin(shard: shard, workers: network.workers)
            shardSums[index].reset()
            let places = shards.places(of: shard).clamped(to: update.places)
            for place in places {
                let batch = update[place]
                batchSum.reset()
                network.backward(
                    batch.inputs, targets: batch.targets, samples: batch.count, loss: setup.loss,
                    metrics: trainingMetrics, step: state.batches * setup.groups.size + place, into: &batchSum)
                shardSums[index] += batchSum
                if !batchSum.loss.isFinite {
                    failure = failure ?? network.firstNotFinite
                    continue
                }
                if use.trainsWeights { network.accumulateGradients(share: update.share(of: batch)) }
                if looks { topology.gatherGradients(share: update.share(of: batch), shard: index) }
            }
            if !places.isEmpty { statistics?.add(share: 1 / used) }
        }
        let sum = try agree(failure)
        statistics?.endBatch(network.reducer, workers: network.workers)
        return sum
    }

    /// The sums over all shards, in their order.
    /// - Parameter failure: What of this process is not finite.
    private func agree(_ failure: String?) throws -> MetricSums {
        guard let processes else {
            if let failure { throw TrainingError.notFinite(what: failure, step: state.step) }
            return shardSums.reduce(into: MetricSums()) { $0 += $1 }
        }
        let width = MetricSums.count(of: trainingMetrics, outputs: network.model.output.channels)
        let each = 2 + shardSums.count * width
        let all = processes.gather(count: each) { numbers in
            numbers[0] = isCancelledHere ? 1 : 0
            numbers[1] = checkpointClock.isTime ? 1 : 0
            for (index, sums) in shardSums.enumerated() {
                let first = 2 + index * width
                sums.write(to: UnsafeMutableBufferPointer(rebasing: numbers[first..<first + width]))
            }
        }
        var sum = MetricSums()
        agreement = Agreement(isTimeForCheckpoint: all[1] == 1)
        for rank in 0..<processes.count {
            if all[rank * each] == 1 { agreement.isCancelled = true }
            for index in shardSums.indices {
                let first = rank * each + 2 + index * width
                let ofShard = MetricSums(UnsafeMutableBufferPointer(rebasing: all[first..<first + width]))
                guard ofShard.loss.isFinite else {
                    let what = rank == processes.rank ? failure : nil
                    throw TrainingError.notFinite(what: what ?? "the loss of rank \(rank)", step: state.step)
                }
                sum += ofShard
            }
        }
        return sum
    }

    /// Whether a checkpoint is due by the clock.
    var isTimeForCheckpoint: Bool { processes == nil ? checkpointClock.isTime : agreement.isTimeForCheckpoint }

    /// Inputs of the shape of a batch's.
    private var emptyInputs: [BatchInput] {
        setup.loader.makeBatch(shape: setup.shape, halos: network.model.inputHalos).inputs
    }
}
