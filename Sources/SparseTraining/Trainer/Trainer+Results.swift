internal import SparseModels
internal import SparsePolicies
internal import SparseStore

/// What a run says of itself.
extension Trainer {
    /// Evaluates the network and sums up an epoch whose batches came to `sum`.
    func record(_ sum: LossSum, seconds: Double) throws -> EpochRecord {
        let ofTest = try finite(test.evaluate(network, loss: setup.loss.measured))
        let tested = ofTest.samples > 0 ? ofTest : nil
        let validated = try validation.map { try finite($0.evaluate(network, loss: setup.loss.measured)) }
        if let validated, topology.isAtDensity {
            bestValidationAccuracy = max(bestValidationAccuracy ?? 0, validated.accuracy)
        }
        return EpochRecord(
            epoch: epoch, step: step, learningRate: setup.schedule.rate(step: max(step - 1, 0)),
            trainLoss: sum.meanLoss, trainAccuracy: sum.accuracy, validationLoss: validated?.meanLoss,
            validationAccuracy: validated?.accuracy, testLoss: tested?.meanLoss, testAccuracy: tested?.accuracy,
            testTop5: setup.source.classes > 4 ? tested?.top5Accuracy : nil, nonzeros: topology.nonzeros,
            density: density,
            trainFLOPsRatio: flops.ratio, seconds: self.seconds,
            samplesPerSecond: Double(sum.samples) / seconds)
    }

    /// The record of an epoch that is over, measured again: with other samples to test, say.
    func evaluatedAnew(_ record: EpochRecord) throws -> EpochRecord {
        var anew = try self.record(LossSum(), seconds: 1)
        (anew.epoch, anew.step, anew.learningRate) = (record.epoch, record.step, record.learningRate)
        (anew.trainLoss, anew.trainAccuracy) = (record.trainLoss, record.trainAccuracy)
        anew.samplesPerSecond = Double(trainingSamples) / trainingSeconds
        return anew
    }

    /// The result of the run, whose last epoch came to `last`.
    func summary(_ last: EpochRecord) -> TrainingSummary {
        TrainingSummary(
            algorithm: setup.method.name, model: configuration.model, data: configuration.data,
            seed: configuration.seed, threads: setup.workers.threads, epochs: epoch, steps: step,
            batchSize: setup.loader.batchSize, density: density, nonzeros: topology.nonzeros,
            backwardNonzeros: topology.forward.map { _ in topology.stored.reduce(0, +) },
            parameters: topology.stored.reduce(0, +) + vectors, denseParameters: positions + vectors,
            testAccuracy: last.testAccuracy, testTop5: last.testTop5, testLoss: last.testLoss,
            trainLoss: last.trainLoss, bestValidationAccuracy: bestValidationAccuracy, seconds: seconds,
            samplesPerSecond: Double(trainingSamples) / trainingSeconds, peakRSSBytes: PeakMemory.bytes,
            topologyUpdates: topology.updates, topologySeconds: topology.seconds,
            exploredFraction: topology.exploredFraction, trainFLOPsRatio: flops.ratio,
            interrupted: step < plan.steps,
            warnings: warnings,
            layers: setup.budgets.indices.map { index in
                let (budget, stored) = (setup.budgets[index], topology.used[index])
                return TrainingSummary.Layer(
                    name: budget.name, shape: [budget.shape.outputs, budget.shape.fanIn],
                    density: Double(stored) / Double(budget.shape.count), nonzeros: stored,
                    format: network.weights[index].format + budget.structure.suffix)
            })
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
