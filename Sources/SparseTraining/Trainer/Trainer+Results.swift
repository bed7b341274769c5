internal import Foundation
internal import SparseModels
internal import SparsePolicies
internal import SparseStore

/// What a run says of itself.
extension Trainer {
    /// Evaluates the network and sums up an epoch whose batches came to `sum`.
    func record(_ sum: MetricSums, seconds: Double) throws -> EpochRecord {
        let (loss, metrics, best) = (setup.loss.measured, setup.metrics.metrics, setup.metrics.forTraining)
        let validated = try validation.map {
            try finite($0.evaluate(network, loss: loss, metrics: best, processes: processes))
        }
        let ofValidation = scores(validated ?? MetricSums(), best)
        if topology.isAtDensity, let value = ofValidation.values[0].value {
            let isBest = state.bestValidation.map { isBetter(value, than: $0) } ?? true
            if isBest { (state.bestValidation, state.bestEpoch) = (value, epoch) }
        }
        let tested = try finite(testScores(loss, metrics))
        return EpochRecord(
            epoch: epoch, step: state.step, learningRate: setup.schedule.rate(step: max(state.step - 1, 0)),
            train: scores(sum, best), validation: ofValidation, test: scores(tested, metrics),
            nonzeros: topology.nonzeros, density: density, trainFLOPsRatio: state.flops.ratio, seconds: self.seconds,
            samplesPerSecond: Double(sum.samples) / seconds)
    }

    /// Evaluates the test samples; at the end of a run that has a folder also class by class.
    private func testScores(_ loss: any Loss, _ metrics: [any Metric]) -> MetricSums {
        let classes = setup.model.output.channels
        guard hasFolder, state.step == plan.steps || isCancelled || hasLostPatience(after: epoch),
            classes <= ClassReport.mostClassesWritten,
            case .classes = setup.test.dataset.targets, setup.test.count > 0,
            var tally = ClassTally(classes: classes, loss: setup.loss.name)
        else { return test.evaluate(network, loss: loss, metrics: metrics, processes: processes) }
        // Class by class they are counted by the process that writes; the others have nothing to wait for.
        let sums = test.evaluate(network, loss: loss, metrics: metrics) { outputs, batch in
            guard case .classes(let labels) = batch.targets else { return }
            tally.add(outputs, labels: labels, samples: batch.count)
        }
        classReport = tally.report(names: setup.test.dataset.classNames)
        return sums
    }

    /// Every step is done, or the validation samples say that more would be in vain.
    var isOver: Bool { state.step >= plan.steps || hasLostPatience(after: state.epochs) }

    /// So many epochs are over, and the best of them was too long ago.
    func hasLostPatience(after epochs: Int) -> Bool {
        guard let patience = configuration.patience, let best = state.bestEpoch else { return false }
        return epochs - best >= patience
    }

    /// The summary of a run that comes to the best of its networks: what that makes of the test samples.
    func withBest(_ summary: TrainingSummary) throws -> TrainingSummary {
        guard configuration.result == .best, !summary.interrupted, let folder,
            let best = checkpoints?.best.relativePath, FileManager.default.fileExists(atPath: best)
        else { return summary }
        var summary = summary
        summary.resultEpoch = state.bestEpoch
        guard setup.test.count > 0 else { return summary }
        let model = try TrainedModel(contentsOf: folder.path, checkpoint: .best, threads: setup.workers.threads)
        let evaluation = try model.evaluate(setup.source.test, loss: setup.loss, metrics: setup.listedMetrics)
        summary.test = evaluation.scores
        classReport = evaluation.report ?? classReport
        return summary
    }

    /// Writes what people and other programs read of a run that is over. A run whose page cannot be written is a run all the same.
    func writeResults(_ summary: TrainingSummary) throws {
        guard let folder else { return }
        do {
            if let classReport { try folder.write(classReport) }
            guard configuration.report else { return }
            let source = try ReportSource(
                folder: folder.path, configuration: configuration, summary: summary, network: network,
                sampleShape: setup.test.dataset.shape, columns: setup.train.dataset.columns,
                sampleUnit: setup.source.sampleUnit)
            try TrainingReport(source).write(to: folder.url.appending(path: FolderContent.report))
        } catch let error as TrainingError {
            try goOn(after: error)
        } catch let error as ConfigurationError {
            let path = folder.url.appending(path: FolderContent.report).relativePath
            try goOn(after: .cannotWrite(path: path, reason: "\(error)"))
        }
    }

    /// Loss and metrics of what was summed up.
    func scores(_ sums: MetricSums, _ metrics: [any Metric]) -> Scores {
        MetricList.scores(sums, metrics, outputs: setup.model.output.channels)
    }

    /// Whether one value of the metric that "best" means is better than another.
    func isBetter(_ value: Double, than other: Double) -> Bool {
        setup.metrics.ofBest.isBetterHigher ? value > other : value < other
    }

    /// The record of an epoch that is over, measured again: with other samples to test, say.
    func evaluatedAnew(_ record: EpochRecord) throws -> EpochRecord {
        var anew = try self.record(MetricSums(), seconds: 1)
        (anew.epoch, anew.step, anew.learningRate) = (record.epoch, record.step, record.learningRate)
        anew.train = record.train
        anew.samplesPerSecond = Double(state.trainingSamples) / state.times.training
        return anew
    }

    /// The result of the run, whose last epoch came to `last`.
    func summary(_ last: EpochRecord) -> TrainingSummary {
        var summary = TrainingSummary(
            method: setup.method.name, model: configuration.model, data: configuration.data,
            seed: configuration.seed, threads: setup.workers.threads, epochs: epoch, steps: state.step,
            batchSize: setup.loader.batchSize, density: density, nonzeros: topology.nonzeros,
            backwardNonzeros: topology.forward.map { _ in topology.stored.reduce(0, +) },
            parameters: topology.stored.reduce(0, +) + vectors, denseParameters: positions + vectors,
            test: last.test, trainLoss: last.trainLoss,
            bestValidation: Scores.Value(name: setup.metrics.ofBest.name, value: state.bestValidation),
            seconds: seconds, trainingSeconds: state.times.training,
            samplesPerSecond: Double(state.trainingSamples) / state.times.training, peakRSSBytes: PeakMemory.bytes,
            topologyUpdates: state.topologyUpdates, topologySeconds: state.times.topology,
            exploredFraction: topology.exploredFraction, trainFLOPsRatio: state.flops.ratio,
            interrupted: !isOver,
            warnings: state.warnings,
            layers: layers)
        summary.communication = communication
        summary.effectiveDensity = Double(network.weightsOnPaths.reduce(0, +)) / Double(positions)
        return summary
    }

    /// Each layer with weights as it is now, in the model's order: before `run` as the run begins, or goes on.
    public var layers: [TrainingSummary.Layer] {
        setup.budgets.indices.map { index in
            let (budget, stored) = (setup.budgets[index], topology.used[index])
            return TrainingSummary.Layer(
                name: budget.name, shape: [budget.shape.outputs, budget.shape.fanIn],
                density: Double(stored) / Double(budget.shape.count), nonzeros: stored,
                format: network.weights[index].format + budget.structure.suffix)
        }
    }

    /// Positions of all weight matrices.
    private var positions: Int { setup.layerShapes.map(\.count).reduce(0, +) }

    /// Stored weights over positions, all layers together.
    private var density: Double { Double(topology.nonzeros) / Double(positions) }

    /// Values of biases and normalisations.
    private var vectors: Int {
        network.parameters.filter { $0.matrix == nil }.map(\.values.count).reduce(0, +)
    }
}

extension LayerStructure {
    /// What a layer's format does not say yet.
    fileprivate var suffix: String {
        switch self {
        case .unstructured, .blocks: ""
        case .groups, .constantFanIn: " " + description
        }
    }
}
