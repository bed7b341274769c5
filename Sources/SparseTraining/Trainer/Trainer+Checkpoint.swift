internal import Foundation
internal import SparseModels
internal import SparsePolicies
internal import SparseStore

/// Writing checkpoints, and going on from them.
extension Trainer {
    /// The checkpoints of the run folder, if there is one.
    var checkpoints: CheckpointFolder? {
        folder.map { CheckpointFolder(url: $0.url, kept: configuration.keptCheckpoints) }
    }

    /// Going on needs a folder to find the checkpoint in.
    static func check(_ resumption: Resumption, _ folder: RunFolder?) throws(ConfigurationError) {
        if resumption.mayGoOn && folder == nil {
            throw .conflict(options: ["resume", "out"], reason: "the run folder to go on in must be named")
        }
    }

    /// Refuses writers whose cursors could not be told apart.
    func checkCursors() throws(ConfigurationError) {
        let names = writers.map(\.cursorName)
        guard let twice = names.first(where: { name in names.count { $0 == name } > 1 }) else { return }
        throw .rejected(
            reason: "two observers of the run write files with the cursor '\(twice)'; give one another name")
    }

    /// Writes a checkpoint of the moment between two batches.
    /// - Parameter record: That of the epoch that has just ended, if one has: the best of those with the density asked for is
    ///   kept, by the validation samples. Without any there is no best: test samples are not there to choose by.
    func saveCheckpoint(after record: EpochRecord? = nil) throws {
        let history = gatheredHistory()
        guard let checkpoints else {
            checkpointClock.wasWritten(step: state.step)
            return
        }
        let value = topology.isAtDensity ? record?.validation.values.first?.value : nil
        let isBest =
            value.map { value in state.bestOfCheckpoints.map { isBetter(value, than: $0) } ?? true } ?? false
        if isBest { state.bestOfCheckpoints = value }
        do {
            for writer in writers { state.cursors[writer.cursorName] = try writer.cursor() }
            try checkpoints.write(tensors(history), metadata: try metadata(history), step: state.step, isBest: isBest)
            checkpointClock.wasWritten(step: state.step)
            try tell { try $0.checkpointWasWritten(checkpoints.latest.relativePath, step: state.step) }
        } catch let error as TrainingError {
            checkpointClock.wasWritten(step: state.step)
            try goOn(after: error)
        }
    }

    /// Takes the run up where the checkpoint of its folder left it.
    func resume(_ resumption: Resumption) throws {
        let path = (checkpoints?.latest).map(\.relativePath) ?? CheckpointFolder.latestName
        do {
            try resume(resumption, from: received ?? SafetensorsFile(path: path), path: path)
        } catch let error as SafetensorsFile.Damage {
            throw TrainingError.damagedCheckpoint(path: path, reason: error.description)
        }
        for writer in writers {
            if let cursor = state.cursors[writer.cursorName] { try writer.check(cursor: cursor) }
        }
    }

    /// Takes the run up where `file` left it; `path` is for messages.
    /// - Throws: `SafetensorsFile.Damage`, or `ConfigurationError` for options that would give other results.
    func resume(_ resumption: Resumption, from file: SafetensorsFile, path: String) throws {
        let overriding = resumption == .overriding
        var checkpoint = try CheckpointMetadata.state(of: file)
        let changed = try CheckpointMetadata.check(
            file, configuration: configuration, method: setup.method, path: path, overriding: overriding)
        if overriding {
            try CheckpointMetadata.checkShapes(file, network: network, path: path)
            // Older batches may have been of another size; an update to come looks at those that are still to come.
            checkpoint.history = []
        }
        try check(checkpoint, overriding: overriding)
        try NetworkRestorer(
            file: file, network: network, states: setup.optimizer.states, overriding: overriding
        ).restore()
        try restore(checkpoint, from: file)
        if overriding {
            evaluatesAnew = state.lastEpoch != nil
            // What was best was so on other samples.
            if checkpoint.data != dataState || changed.contains(where: { $0.group == .data }) {
                (state.bestOfCheckpoints, state.bestValidation, state.bestEpoch) = (nil, nil, nil)
            }
        }
    }

    private var dataState: CheckpointState.Data {
        CheckpointState.Data(
            training: setup.train.count, validation: setup.validation.count, test: setup.test.count,
            batchesPerEpoch: plan.batchesPerEpoch, fingerprint: dataFingerprint)
    }

    private func metadata(_ history: [[GradientBatch]]) throws -> [String: String] {
        let checkpoint = CheckpointState(
            state, optimizerUpdates: network.updateCount, update: topology.decided?.state,
            method: topology.policy.state,
            history: history.map { batch in
                CheckpointState.HistoryBatch(samples: batch.first?.samples ?? 0, scale: batch.first?.scale ?? 1)
            }, data: dataState)
        return try CheckpointMetadata.texts(
            checkpoint, configuration: configuration, network: network,
            description: NetworkDescription(
                setup.train.dataset, batchSize: setup.loader.batchSize, loss: configuration.loss,
                targetScaling: setup.targetScaling))
    }

    private func tensors(_ history: [[GradientBatch]]) -> [Tensor] {
        let next = topology.plan(state)
        // A topology update without a weight update looks at the gradient of the update before.
        let withGradient = next.updatesTopology && !next.trainsWeights
        var tensors = network.parameters.flatMap { $0.tensors(withGradient: withGradient) }
        tensors += network.buffers.map { buffer in
            Tensor(buffer.name, { buffer.buffer.array }, count: buffer.buffer.count)
        }
        for (number, batch) in history.enumerated() {
            for (place, pair) in batch.enumerated() {
                tensors.append(.history(number, place, "input", pair.input))
                tensors.append(.history(number, place, "output_gradient", pair.outputGradient))
            }
        }
        let explored = topology.explored.enumerated().map { layer, positions in
            Tensor("explored.\(layer)", words: positions.bits)
        }
        let forward = network.weights.enumerated().compactMap { layer, matrix in
            matrix.forwardSet.map {
                Tensor(ForwardSet.tensorName(layer), words: $0.bits(among: matrix.storedPositions()))
            }
        }
        let update = topology.decided?.tensors ?? []
        // Bytes, in eights, first: then all the rest is aligned. What differs from run to run comes last.
        let times = [seconds, state.times.training, state.times.topology, epochSeconds].map { Float($0) }
        return explored + forward + update + tensors + NetworkDescription.tensors(setup.loader.scaling) + [
            Tensor("run.seconds", { times }, count: times.count)
        ]
    }

    /// Refuses numbers that no run of this configuration can have.
    private func check(_ checkpoint: CheckpointState, overriding: Bool) throws {
        func require(_ holds: Bool, _ what: String) throws {
            if !holds { throw SafetensorsFile.Damage("its metadata has an impossible \(what)") }
        }
        let run = checkpoint.run
        let counts = [
            run.step, run.lastTopologyStep, run.topologyUpdates, checkpoint.optimizerUpdates, run.epochs, run.batches,
            run.trainingSamples, run.epochSum.samples,
        ]
        try require((counts + run.cursors.values).allSatisfy { (0...(1 << 60)).contains($0) }, "count")
        try require(checkpoint.history.allSatisfy { (0...mostSamplesKept).contains($0.samples) }, "history")
        if overriding { return }
        let before = checkpoint.data
        var now = dataState
        if before.fingerprint == nil { now.fingerprint = nil }
        guard before == now || before.sizesDiffer(from: now) else {
            throw SafetensorsFile.Damage(
                "it was made with other data: as many samples, but other labels or inputs; go on with the data it was made "
                    + "with, or say --override")
        }
        guard before == now else {
            throw SafetensorsFile.Damage(
                "it was made with other data: \(before.training) training, \(before.validation) validation and "
                    + "\(before.test) test samples, now \(now.training), \(now.validation) and \(now.test)")
        }
        try require(run.step <= plan.steps, "step")
        let (begin, overflow) = run.epochs.multipliedReportingOverflow(by: plan.batchesPerEpoch)
        // The last epoch may be shorter than the others.
        let isOver = run.step == plan.steps && run.epochSum.samples == 0
        try require(!overflow && (isOver || run.batches >= begin), "number of batches")
        try require(run.batches - begin <= plan.batchesPerEpoch, "number of batches")
    }

    private func restore(_ checkpoint: CheckpointState, from file: SafetensorsFile) throws {
        state = checkpoint.run
        let times = try file.floats("run.seconds", count: 4).map { Double($0) }
        state.times = RunState.Times(run: times[0], training: times[1], epoch: times[3], topology: times[2])
        // Without it the run goes on: there are steps to do, or an epoch to be evaluated.
        if !isOver || state.epochSum.samples > 0 { state.lastEpoch = nil }
        if checkpoint.data.batchesPerEpoch != plan.batchesPerEpoch {
            // Other batches than before: the epoch begins anew.
            state.batches = state.epochs * plan.batchesPerEpoch
            (state.epochSum, state.times.epoch) = (MetricSums(), 0)
        }
        try restoreNetwork(checkpoint, from: file)
        for layer in topology.explored.indices {
            let bits = try file.words("explored.\(layer)")
            do throws(PolicyError) { try topology.explored[layer].restore(bits) } catch {
                throw SafetensorsFile.Damage("tensor 'explored.\(layer)' is that of another layer")
            }
        }
        try restoreHistory(checkpoint.history, from: file)
    }

    /// What the network and the method are in, where the arrays are those of the file already.
    func restoreNetwork(_ checkpoint: CheckpointState, from file: SafetensorsFile) throws {
        network.updateCount = checkpoint.optimizerUpdates
        topology.policy.state = checkpoint.method
        topology.adoptConnections()
        // The weights that the forward pass used; the policy chose the first ones when the trainer was made.
        for (layer, matrix) in network.weights.enumerated() where setup.budgets[layer].forwardDensity != nil {
            try topology.useForward(
                try ForwardSet.positions(of: layer, in: file, among: matrix.storedPositions()), layer)
        }
        topology.decided = try checkpoint.update.map {
            try DecidedUpdate($0, from: file, matrices: topology.changeable)
        }
    }

    private func restoreHistory(_ history: [CheckpointState.HistoryBatch], from file: SafetensorsFile) throws {
        if history.isEmpty { return }
        let shards = setup.shards
        guard history.count % shards.count == 0 else {
            throw SafetensorsFile.Damage("it holds a part of a batch that a topology update looks at")
        }
        let inputs = setup.loader.makeBatch(shape: setup.shape, halos: network.model.inputHalos).inputs
        let batches = try stride(from: 0, to: history.count, by: shards.count).map { first in
            var parts = GradientHistory.shards(of: topology.history.emptyCopy(inputs: inputs))
            for (index, shard) in shards.own.enumerated() {
                let number = first + shard
                for place in parts[index].indices {
                    let batch = parts[index][place]
                    try file.fill(batch.input.buffer, from: Tensor.historyName(number, place, "input"))
                    try file.fill(
                        batch.outputGradient.buffer, from: Tensor.historyName(number, place, "output_gradient"))
                    parts[index][place].samples = history[number].samples
                    parts[index][place].scale = history[number].scale
                }
            }
            return GradientHistory.batch(of: parts)
        }
        guard topology.history.restore(batches) else {
            throw SafetensorsFile.Damage("it holds more batches than a topology update looks at")
        }
    }

    /// What a kept batch may have at most, those of a shard one behind the other.
    private var mostSamplesKept: Int {
        let shards = setup.shards
        return shards.isWhole ? network.batchSize : shards.microBatches * Panels.count(network.batchSize) * Panels.lanes
    }

    /// The batches kept for an update to come, shard after shard, each a batch by itself: of all processes for the one that
    /// writes, nothing for the others.
    private func gatheredHistory() -> [[GradientBatch]] {
        let own = topology.history.kept.map(GradientHistory.shards)
        guard hasFolder, let processes else { return own.flatMap(\.self) }
        return own.flatMap { processes.gather($0) }
    }
}

extension Tensor {
    static func historyName(_ number: Int, _ layer: Int, _ what: String) -> String {
        "history.\(number).\(layer).\(what)"
    }

    static func history(_ number: Int, _ layer: Int, _ what: String, _ panels: Panels) -> Tensor {
        Tensor(historyName(number, layer, what), { panels.buffer.array }, count: panels.buffer.count)
    }
}

extension SafetensorsFile {
    /// Copies a tensor into a buffer of as many numbers.
    func fill(_ buffer: AlignedBuffer<Float>, from name: String) throws {
        _ = buffer.elements.update(fromContentsOf: try floats(name, count: buffer.count))
    }
}
