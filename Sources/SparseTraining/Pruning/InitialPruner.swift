internal import SparseData
internal import SparseModels
internal import SparsePolicies
internal import SparseStore

/// Chooses the connections of a run whose method prunes a dense random network before it is trained.
///
/// Weights are functions of their positions, so that dense linear layers are in no memory: products make what they need of them
/// (`GeneratedMatrix`), scores are looked through a tile at a time, and what is kept of those is as much as the round keeps. Convolutions,
/// whose weights are few beside the activations, are held dense while they are scored in the first round, and `gradientFlow` holds all
/// layers: it needs the gradient of all positions at once.
struct InitialPruner {
    let pruning: InitialPruning
    /// The method's name.
    let method: String
    let model: Model
    let budgets: [LayerBudget]
    /// The weight at every position of each layer, were it dense.
    let fields: [NormalField]
    let seed: UInt64
    let loss: any Loss
    let samples: PruningSamples
    /// Lanes of the batches of an update of the run, by which operations are counted.
    let laneCount: Int
    let workers: Workers

    /// What a pruning came to.
    struct Outcome {
        /// For each weight matrix of the model the positions that are kept, ascending; nil for one that was left alone.
        var connections: [[Int]?]
        /// Operations that the passes took, a sample of the run's batch.
        var operations: Double
    }

    /// - Throws: `ConfigurationError` for a network that cannot be scored.
    func prune() throws -> Outcome {
        var outcome = Outcome(connections: budgets.map { _ in nil }, operations: 0)
        let layers = budgets.indices.filter { !budgets[$0].isKeptDense }
        for round in 1...pruning.rounds {
            let scorer = try scorer(round, &outcome)
            do throws(PolicyError) {
                let groups = pruning.scope == .global ? [layers] : layers.map { [$0] }
                for group in groups where !group.isEmpty {
                    let all = group.reduce(0) { $0 + budgets[$1].shape.count }
                    let final = group.reduce(0) { $0 + budgets[$1].storedCount }
                    let kept = try best(
                        pruning.kept(of: all, afterRound: round, final: final), of: group, by: scorer)
                    for (layer, positions) in zip(group, kept) { outcome.connections[layer] = positions }
                }
            } catch {
                throw ConfigurationError(error)
            }
        }
        return outcome
    }

    /// The best positions of layers that compete with each other.
    private func best(
        _ count: Int, of group: [Int], by scorer: any PositionScorer
    ) throws(PolicyError) -> [[Int]] {
        var kept = group.map { _ in [Int]() }
        var left = count
        for level in 0..<scorer.levels where left > 0 {
            var best = BestPositions(left)
            for layer in group {
                let found: [ScoredPosition]
                do throws(StoreError) {
                    found = try scorer.largest(left, ofLayer: layer, notBelow: best.floor, level: level)
                } catch {
                    throw .store(layer: budgets[layer].name, error)
                }
                best.add(found, of: budgets[layer].shape.count)
            }
            for (place, positions) in best.positions.enumerated() { kept[place] = (kept[place] + positions).sorted() }
            left -= best.foundCount
        }
        return kept
    }

    private func scorer(_ round: Int, _ outcome: inout Outcome) throws -> any PositionScorer {
        let isDense = round == 1 || pruning.revives
        switch pruning.score {
        case .random:
            return fieldScorer(
                fields.indices.map {
                    NormalField(
                        CounterRandom(seed: seed, purpose: .pruning, layer: $0, step: round),
                        deviation: 1)
                })
        case .magnitude: return fieldScorer(fields)
        case .loss(let score):
            let network = try network(model, keeping: outcome.connections)
            let count = carry(batch: round - 1, through: network, loss)
            add(count, denseGradient: isDense, to: &outcome)
            if !isDense { network.parameterGradients() }
            return GradientScorer(network: network, fields: isDense ? fields : nil, score: score)
        case .flow:
            let network = try network(
                model.withoutStatistics, keeping: outcome.connections, absolute: true, batchSize: 1)
            try carryOnes(through: network)
            add(1, denseGradient: isDense, to: &outcome)
            if !isDense { network.parameterGradients() }
            return GradientScorer(network: network, fields: isDense ? fields : nil) { ($0 * $1).magnitude }
        case .gradientFlow(let temperature):
            let recording = FixedGate.Recording()
            let gated: Model
            do throws(ModelError) {
                gated = try model.replacingReLU { FixedGate(name: $0, recording: recording) }
            } catch {
                throw ConfigurationError(error)
            }
            let network = try network(gated, keeping: outcome.connections, holdsAll: true)
            let tempered = TemperedLoss(loss: loss, temperature: temperature)
            let scores = GradientFlow(network, recording).scores {
                let count = carry(batch: round - 1, through: network, tempered)
                add(count, denseGradient: isDense, to: &outcome)
            }
            return SignedScorer(scores: scores)
        }
    }

    private func fieldScorer(_ fields: [NormalField]) -> FieldScorer {
        let shapes = budgets.map(\.shape)
        return FieldScorer(
            units: zip(fields, shapes).map { InitialUnits($0, rows: $1.outputs, columns: $1.fanIn) },
            positionCounts: shapes.map(\.count), workers: workers)
    }

    /// Adds what a batch took forward and back, and for the gradients of its weights.
    private func add(_ samples: Int, denseGradient: Bool, to outcome: inout Outcome) {
        let share = Double(samples) / Double(laneCount)
        for (layer, budget) in budgets.enumerated() {
            let stored = Double(outcome.connections[layer]?.count ?? budget.shape.count) / Double(budget.shape.count)
            outcome.operations += share * budget.shape.forwardFlops * (2 * stored + (denseGradient ? 1 : stored))
        }
    }
}

/// The networks that are scored.
extension InitialPruner {
    /// A network of the weights that are kept so far; of all, where there was no round yet.
    /// - Parameters:
    ///   - model: That of the run, or one with the same weights.
    ///   - connections: For each weight matrix what is kept.
    ///   - absolute: Whether weights are absolute values.
    ///   - batchSize: Largest batch; that of the pruning, if left out.
    ///   - holdsAll: Whether all layers hold their weights.
    private func network(
        _ model: Model, keeping connections: [[Int]?], absolute: Bool = false, batchSize: Int? = nil,
        holdsAll: Bool = false
    ) throws -> Network {
        let matrices = try model.weightShapes.indices.map { layer in
            try matrix(layer, keeping: connections[layer], absolute: absolute, holdsAll: holdsAll)
        }
        let network = try Network(
            model: model, matrices: matrices, batchSize: batchSize ?? loader.laneCount, seed: seed,
            workers: workers)
        network.reads(samples.sequence)
        return network
    }

    private func matrix(
        _ layer: Int, keeping kept: [Int]?, absolute: Bool, holdsAll: Bool
    ) throws -> any SparseMatrix {
        let (shape, field) = (model.weightShapes[layer], fields[layer])
        let (rows, columns) = (shape.rows, shape.columns)
        if let kept {
            return try MatrixFormat.csr.make(
                rows: rows, columns: columns, positions: kept,
                values: kept.map { absolute ? field.value(at: $0).magnitude : field.value(at: $0) },
                convolution: shape.convolution)
        }
        if shape.convolution == nil && !holdsAll {
            return try GeneratedMatrix(rows: rows, columns: columns, field: field, absolute: absolute)
        }
        let all = 0..<rows * columns
        return try MatrixFormat.dense.make(
            rows: rows, columns: columns, positions: Array(all),
            values: all.map { absolute ? field.value(at: $0).magnitude : field.value(at: $0) },
            convolution: shape.convolution)
    }

    /// The training samples, as they are, in batches of as many as a round looks at.
    private var loader: BatchLoader {
        BatchLoader(
            samples.subset, batchSize: min(pruning.samples, samples.subset.count), scaling: samples.scaling,
            dropLast: true)
    }

    /// Carries a batch of the training samples forward and back: another for each round, until all were looked at.
    /// - Returns: Samples of the batch.
    private func carry(batch number: Int, through network: Network, _ loss: any Loss) -> Int {
        let loader = loader
        var batch = loader.makeBatch(shape: samples.shape, halos: network.model.inputHalos)
        loader.load(
            number % loader.batchCount, of: SampleOrder(samples.subset, seed: seed, epoch: 0),
            into: &batch)
        var sums = MetricSums()
        network.backward(
            batch.inputs, targets: batch.targets, samples: batch.count, loss: loss, step: number, into: &sums)
        return batch.count
    }

    /// Carries inputs of the same number forward, and a gradient of the same number at each output back. All scores are proportional to its
    /// square, which is such that those of a layer that everything goes through add up to 1: forward and back half of the orders of
    /// magnitude of a deep network each, so that neither overflows.
    /// - Throws: `ConfigurationError` for a network that reads no numbers, or is too deep.
    private func carryOnes(through network: Network) throws {
        let inputs = try network.model.inputs.enumerated().map { index, input in
            guard input.shape.vocabulary == nil else {
                throw ConfigurationError.rejected(
                    reason:
                        "--algo \(method) sends ones through the network, and the model '\(model.name)' "
                        + "reads tokens; take snip, force or grasp")
            }
            return Panels(
                channels: input.shape.channels, rows: input.shape.rows, columns: input.shape.columns,
                halo: network.model.inputHalos[index], samples: 1)
        }
        /// The sum of the outputs.
        func flow(_ number: Float, slope: Float = 1) -> Double {
            for input in inputs { input.fillFirstSample(with: number) }
            var sums = MetricSums()
            network.backward(
                inputs.map { .values($0) }, targets: .none, samples: 1, loss: OutputSum(slope: slope), step: 0,
                into: &sums)
            return sums.loss
        }
        for number: Float in [1, 0x1p-40, 0x1p-80, 0x1p-120] {
            let sum = flow(number)
            // Nothing flows: all scores are 0.
            if sum == 0 { return }
            if sum.isFinite {
                let half = Float((Double(number) / sum).squareRoot())
                _ = flow(half, slope: half)
                return
            }
        }
        throw ConfigurationError.rejected(
            reason:
                "--algo \(method): what flows through the model '\(model.name)' is beyond 32-bit numbers; "
                + "take snip, force or grasp")
    }
}

/// The samples that a pruning looks at, as batches of them are made.
struct PruningSamples {
    let subset: Subset
    let scaling: FeatureScaling
    /// Shape in which batches are handed to the network.
    let shape: SampleShape
    /// Of a text its windows.
    let sequence: SequenceShape?
}
