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

    /// Writes a checkpoint of the moment between two batches.
    /// - Parameter record: That of the epoch that has just ended, if one has: the best of those with the density asked for is
    ///   kept, by the validation samples. Without any there is no best: test samples are not there to choose by.
    func saveCheckpoint(after record: EpochRecord? = nil) throws {
        guard let checkpoints, let folder else { return }
        let value = topology.isAtDensity ? record?.validation.values.first?.value : nil
        let isBest = value.map { value in bestOfCheckpoints.map { isBetter(value, than: $0) } ?? true } ?? false
        if isBest { bestOfCheckpoints = value }
        do {
            try folder.flush()
            try checkpoints.write(tensors, metadata: try metadata(folder), step: step, isBest: isBest)
            checkpointClock.wasWritten(step: step)
            try tell { try $0.checkpointWasWritten(checkpoints.latest.relativePath, step: step) }
        } catch let error as TrainingError {
            checkpointClock.wasWritten(step: step)
            try goOn(after: error)
        }
    }

    /// Takes the run up where the checkpoint of its folder left it.
    /// - Returns: Lines of the metrics that were written by then; nil when there is nothing to go on from.
    func resume(_ resumption: Resumption) throws -> Int? {
        guard let checkpoints, let folder else { return nil }
        let path = checkpoints.latest.relativePath
        do {
            let lines = try resume(resumption, from: SafetensorsFile(path: path), path: path)
            try folder.checkMetrics(lines: lines)
            return lines
        } catch let error as SafetensorsFile.Damage {
            throw TrainingError.damagedCheckpoint(path: path, reason: error.description)
        }
    }

    /// Takes the run up where `file` left it; `path` is for messages.
    /// - Throws: `SafetensorsFile.Damage`, or `ConfigurationError` for options that would give other results.
    func resume(_ resumption: Resumption, from file: SafetensorsFile, path: String) throws -> Int {
        let overriding = resumption == .overriding
        var state = try CheckpointMetadata.state(of: file)
        let changed = try CheckpointMetadata.check(
            file, configuration: configuration, method: setup.method, path: path, overriding: overriding)
        if overriding {
            try CheckpointMetadata.checkShapes(file, network: network, path: path)
            // Older batches may have been of another size; an update to come looks at those that are still to come.
            state.history = []
        }
        try check(state, overriding: overriding)
        try NetworkRestorer(
            file: file, network: network, states: setup.optimizer.states, overriding: overriding
        ).restore()
        try restore(state, from: file)
        if overriding {
            evaluatesAnew = lastEpoch != nil
            // What was best was so on other samples.
            if state.data != dataState || changed.contains(where: { $0.group == .data }) {
                (bestOfCheckpoints, bestValidation) = (nil, nil)
            }
        }
        return state.metricsLines
    }

    private var dataState: RunState.Data {
        RunState.Data(
            training: setup.train.count, validation: setup.validation.count, test: setup.test.count,
            batchesPerEpoch: plan.batchesPerEpoch, fingerprint: dataFingerprint)
    }

    private func metadata(_ folder: RunFolder) throws -> [String: String] {
        var last = lastEpoch
        last?.seconds = 0
        last?.samplesPerSecond = 0
        let state = RunState(
            step: step, lastTopologyStep: topology.lastStep, topologyUpdates: topology.updates,
            optimizerUpdates: network.updateCount, epochs: epochsDone, batches: batches,
            epochSum: RunState.Sum(epochSum), trainingSamples: trainingSamples, flops: flops,
            update: topology.decided?.state, method: topology.policy.state,
            history: topology.history.kept.map { batch in
                RunState.HistoryBatch(samples: batch.first?.samples ?? 0, scale: batch.first?.scale ?? 1)
            },
            bestValidationAccuracy: bestValidation, bestAccuracy: bestOfCheckpoints, lastEpoch: last,
            warnings: warnings, metricsLines: folder.lines, data: dataState)
        return try CheckpointMetadata.texts(
            state, configuration: configuration, network: network,
            description: NetworkDescription(setup, loss: configuration.loss))
    }

    private var tensors: [Tensor] {
        let next = topology.plan(after: step)
        // A topology update without a weight update looks at the gradient of the update before.
        let withGradient = next.updatesTopology && !next.trainsWeights
        var tensors = network.parameters.flatMap { $0.tensors(withGradient: withGradient) }
        tensors += network.buffers.map { buffer in
            Tensor(buffer.name, { buffer.buffer.array }, count: buffer.buffer.count)
        }
        for (number, batch) in topology.history.kept.enumerated() {
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
        let times = [seconds, trainingSeconds, topology.seconds, epochSeconds].map { Float($0) }
        return explored + forward + update + tensors + NetworkDescription.tensors(setup.loader.scaling) + [
            Tensor("run.seconds", { times }, count: times.count)
        ]
    }

    /// Refuses numbers that no run of this configuration can have.
    private func check(_ state: RunState, overriding: Bool) throws {
        func require(_ holds: Bool, _ what: String) throws {
            if !holds { throw SafetensorsFile.Damage("its metadata has an impossible \(what)") }
        }
        let counts = [
            state.step, state.lastTopologyStep, state.topologyUpdates, state.optimizerUpdates, state.epochs,
            state.batches, state.trainingSamples, state.metricsLines, state.epochSum.samples,
        ]
        try require(counts.allSatisfy { (0...(1 << 60)).contains($0) }, "count")
        try require(state.history.allSatisfy { (0...network.batchSize).contains($0.samples) }, "history")
        if overriding { return }
        var now = dataState
        if state.data.fingerprint == nil { now.fingerprint = nil }
        guard state.data == now || state.data.sizesDiffer(from: now) else {
            throw SafetensorsFile.Damage(
                "it was made with other data: as many samples, but other labels or inputs; go on with the data it was made "
                    + "with, or say --override")
        }
        guard state.data == now else {
            throw SafetensorsFile.Damage(
                "it was made with other data: \(state.data.training) training, \(state.data.validation) validation and "
                    + "\(state.data.test) test samples, now \(dataState.training), \(dataState.validation) and "
                    + "\(dataState.test)")
        }
        try require(state.step <= plan.steps, "step")
        let (begin, overflow) = state.epochs.multipliedReportingOverflow(by: plan.batchesPerEpoch)
        // The last epoch may be shorter than the others.
        let isOver = state.step == plan.steps && state.epochSum.samples == 0
        try require(!overflow && (isOver || state.batches >= begin), "number of batches")
        try require(state.batches - begin <= plan.batchesPerEpoch, "number of batches")
    }

    private func restore(_ state: RunState, from file: SafetensorsFile) throws {
        step = state.step
        epochsDone = state.epochs
        epoch = state.epochs
        batches = state.batches
        epochSum = state.epochSum.metricSums
        trainingSamples = state.trainingSamples
        flops = state.flops
        bestValidation = state.bestValidationAccuracy
        bestOfCheckpoints = state.bestAccuracy
        // Without it the run goes on: there are steps to do, or an epoch to be evaluated.
        lastEpoch = step < plan.steps || epochSum.samples > 0 ? nil : state.lastEpoch
        network.updateCount = state.optimizerUpdates
        let times = try file.floats("run.seconds", count: 4).map { Double($0) }
        (secondsBefore, trainingSeconds, topology.seconds, epochSecondsBefore) = (
            times[0], times[1], times[2], times[3]
        )
        if state.data.batchesPerEpoch != plan.batchesPerEpoch {
            // Other batches than before: the epoch begins anew.
            (batches, epochSum, epochSecondsBefore) = (epochsDone * plan.batchesPerEpoch, MetricSums(), 0)
        }
        topology.policy.state = state.method
        (topology.lastStep, topology.updates) = (state.lastTopologyStep, state.topologyUpdates)
        topology.adoptConnections()
        try restoreForwardSets(from: file)
        for layer in topology.explored.indices {
            let bits = try file.words("explored.\(layer)")
            do throws(PolicyError) { try topology.explored[layer].restore(bits) } catch {
                throw SafetensorsFile.Damage("tensor 'explored.\(layer)' is that of another layer")
            }
        }
        try restoreHistory(state.history, from: file)
        try restoreUpdate(state.update, from: file)
        warnings = state.warnings ?? []
    }

    func restoreUpdate(_ update: RunState.Update?, from file: SafetensorsFile) throws {
        topology.decided = try update.map {
            try DecidedUpdate($0, from: file, matrices: topology.changeable)
        }
    }

    /// Chooses the weights that the forward pass used; the policy chose the first ones when the trainer was made.
    func restoreForwardSets(from file: SafetensorsFile) throws {
        for (layer, matrix) in network.weights.enumerated() where setup.budgets[layer].forwardDensity != nil {
            try topology.useForward(
                try ForwardSet.positions(of: layer, in: file, among: matrix.storedPositions()), layer)
        }
    }

    private func restoreHistory(_ history: [RunState.HistoryBatch], from file: SafetensorsFile) throws {
        if history.isEmpty { return }
        let inputs = setup.loader.makeBatch(shape: setup.shape, halos: network.model.inputHalos).inputs
        var batches: [[GradientBatch]] = []
        for (number, kept) in history.enumerated() {
            var batch = topology.history.emptyCopy(inputs: inputs)
            for place in batch.indices {
                try file.fill(batch[place].input.buffer, from: Tensor.historyName(number, place, "input"))
                try file.fill(
                    batch[place].outputGradient.buffer, from: Tensor.historyName(number, place, "output_gradient"))
                (batch[place].samples, batch[place].scale) = (kept.samples, kept.scale)
            }
            batches.append(batch)
        }
        guard topology.history.restore(batches) else {
            throw SafetensorsFile.Damage("it holds more batches than a topology update looks at")
        }
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
