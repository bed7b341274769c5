import SparseParts
import SparsePolicies
import SparseStore
import TestSupport
import Testing

struct RigLTests {
    private let run = RunLength(steps: 40, stepsPerEpoch: 20)

    private func policy(_ options: Settings) throws -> any TopologyPolicy {
        try Parts.methods.named("rigl").policy(options, run: run)
    }

    /// Twelve positions in a row, six of them stored, as in the reference's example.
    private func example(_ regrowth: Regrowth) throws -> (matrix: ReferenceMatrix, update: LayerUpdate) {
        let matrix = ReferenceMatrix(
            rows: 1, columns: 12, positions: [0, 3, 5, 6, 9, 10], values: [0.5, -0.1, 0.3, -0.05, 0.2, -0.7])
        matrix.stored.reserveStates([.momentum])
        for k in 0..<6 { matrix.stored[.state(.momentum)][k] = Float(k + 1) }
        let gradient: [Float] = [0.6, 0.02, 0.9, 0.8, 0.1, 0.5, 0.05, 0.4, 0.4, 0.01, 0.7, 0.3]
        let batch = GradientBatch(
            input: Panels(channels: 12, samples: 1), outputGradient: Panels(channels: 1, samples: 1), samples: 1)
        batch.outputGradient[0, 0] = -1
        for (channel, value) in gradient.enumerated() { batch.input[0, channel] = value }
        var policy = try policy(
            Settings {
                $0.dropFraction = 0.5
                $0.dropSchedule = "constant"
                $0.regrow = regrowth
            })
        let workers = Workers(threads: 1)
        let updates = try policy.update(
            UpdateContext(
                step: 100, seed: 0, workers: workers,
                parameters: [
                    SparseParameter(
                        name: "fc", shape: LayerShape(outputs: 1, inputs: 12), matrix: matrix, layer: 0,
                        batches: [batch])
                ]))
        try matrix.apply(updates[0].change, workers: workers)
        return (matrix, updates[0])
    }

    @Test func goldenUpdate() throws {
        let (matrix, update) = try example(.keepsValue)
        #expect(matrix.storedPositions() == [0, 2, 3, 5, 7, 10])
        #expect(matrix.storedScores(of: .values) == [0.5, 0, -0.1, 0.3, 0, -0.7])
        #expect(matrix.storedScores(of: .state(.momentum)) == [1, 0, 2, 3, 0, 6])
        #expect(update.dropped == 3 && update.grown == 3 && update.regrown == 1)
        #expect(update.dropThreshold == 0.2 && update.growThreshold == 0.4)
    }

    @Test func goldenUpdateWithoutRegrowth() throws {
        let (matrix, update) = try example(.forbidden)
        #expect(matrix.storedPositions() == [0, 2, 5, 7, 8, 10])
        #expect(update.regrown == 0)
    }

    @Test func regrownWeightsCanStartAfresh() throws {
        let (matrix, update) = try example(.fresh)
        #expect(matrix.storedPositions() == [0, 2, 3, 5, 7, 10])
        #expect(matrix.storedScores(of: .values) == [0.5, 0, 0, 0.3, 0, -0.7])
        #expect(matrix.storedScores(of: .state(.momentum)) == [1, 0, 0, 3, 0, 6])
        #expect(update.regrown == 1)
    }

    @Test(arguments: Twins.Store.allCases, [1, 4])
    func equalsAMaskedImplementation(store: Twins.Store, accumulation: Int) throws {
        for trial in 0..<12 {
            let mayRegrow = trial % 2 == 0
            var twins = try Twins(shapes: Twins.randomShapes(trial), seed: UInt64(trial), store: store)
            var policy = try policy(
                Settings {
                    $0.deltaT = .steps(6)
                    $0.dropFraction = 0.5
                    $0.gradientAccumulation = accumulation
                    $0.regrow = mayRegrow ? .keepsValue : .forbidden
                })
            let before = twins.masked.map(\.active.count)
            let reports = try twins.train(&policy, batches: 40) { layers, step, batches in
                let fraction = CosineFraction(initial: 0.5, end: 30).fraction(at: step)
                for index in layers.indices {
                    layers[index].replaceByGradient(
                        Int(fraction * Double(layers[index].active.count)), mayRegrow: mayRegrow,
                        batches: batches[index])
                }
            }
            #expect(reports.count == 4)
            #expect(twins.parameters.map(\.matrix.storedCount) == before)
        }
    }

    /// A batch that only serves the update: six weight updates, then one such batch, over and over.
    @Test(arguments: [1, 3]) func theBatchOfAnUpdateTrainsNothing(accumulation: Int) throws {
        let policy = try policy(
            Settings {
                $0.deltaT = .steps(6)
                $0.gradientAccumulation = accumulation
            })
        var (step, lastUpdate) = (0, 0)
        var updates: [Int] = []
        for batch in 0..<40 {
            let plan = policy.plan(after: step, lastUpdate: lastUpdate)
            #expect(plan.updatesTopology == (batch % 7 == 6 && batch < 28))
            #expect(plan.trainsWeights == !plan.updatesTopology)
            #expect(plan.keepsGradients == (batch % 7 > 6 - accumulation && batch < 28))
            if plan.trainsWeights { step += 1 }
            if plan.updatesTopology {
                lastUpdate = step
                updates.append(step)
            }
        }
        #expect(updates == [6, 12, 18, 24] && step == 36)
    }

    /// Fewer candidates with a gradient than are to grow: the lowest free positions follow, and are counted.
    @Test func growthWithoutGradientFollowsTheOrder() throws {
        let batch = GradientBatch(
            input: Panels(channels: 4, samples: 1), outputGradient: Panels(channels: 2, samples: 1), samples: 1)
        batch.input[0, 3] = 1
        batch.outputGradient[0, 1] = 1
        let matrix = ReferenceMatrix(rows: 2, columns: 4, positions: [1, 4, 6], values: [0.5, 0.25, 0.125])
        var policy = try policy(
            Settings {
                $0.dropFraction = 0.7
                $0.dropSchedule = "constant"
                $0.regrow = .forbidden
            })
        let update = try policy.update(context(matrix, batch))[0]
        #expect(update.change == TopologyChange(dropped: [4, 6], grown: [0, 7]))
        #expect(update.grownWithoutGradient == 1)
    }

    /// Without any gradient, as where all paths are lost, growth is random, and says so.
    @Test func withoutAnyGradientGrowthIsRandom() throws {
        let matrix = ReferenceMatrix(rows: 2, columns: 4, positions: [1, 6], values: [0.5, 0.25])
        let batch = GradientBatch(
            input: Panels(channels: 4, samples: 1), outputGradient: Panels(channels: 2, samples: 1), samples: 1)
        var policy = try policy(
            Settings {
                $0.dropFraction = 0.5
                $0.dropSchedule = "constant"
                $0.regrow = .forbidden
            })
        let grown = try (UInt64(0)..<20).map { seed in
            let update = try policy.update(context(matrix, batch, seed: seed))[0]
            #expect(update.change.dropped == [6] && update.grownWithoutGradient == 1)
            return update.change.grown
        }
        #expect(Set(grown).count > 3)
        #expect(grown.joined().allSatisfy { ![1, 6].contains($0) })
    }

    private func context(_ matrix: any SparseMatrix, _ batch: GradientBatch, seed: UInt64 = 0) -> UpdateContext {
        UpdateContext(
            step: 100, seed: seed, workers: Workers(threads: 1),
            parameters: [
                SparseParameter(
                    name: "fc", shape: LayerShape(outputs: matrix.rows, inputs: matrix.columns), matrix: matrix,
                    layer: 0, batches: [batch])
            ])
    }

    @Test func missingAndInfiniteGradientsAreErrors() throws {
        let matrix = ReferenceMatrix(rows: 1, columns: 4, positions: [1, 2], values: [1, 2])
        var parameter = SparseParameter(
            name: "fc", shape: LayerShape(outputs: 1, inputs: 4), matrix: matrix, layer: 0)
        var policy = try policy(
            Settings {
                $0.dropFraction = 0.5
                $0.dropSchedule = "constant"
            })
        let workers = Workers(threads: 1)
        #expect(throws: PolicyError.missingGradients(layer: "fc", step: 3)) {
            try policy.update(UpdateContext(step: 3, seed: 0, workers: workers, parameters: [parameter]))
        }
        let batch = GradientBatch(
            input: Panels(channels: 4, samples: 1), outputGradient: Panels(channels: 1, samples: 1), samples: 1)
        batch.outputGradient[0, 0] = 1
        batch.input[0, 3] = .infinity
        parameter.batches = [batch]
        #expect(throws: PolicyError.store(layer: "fc", .nonFiniteGradient(position: 3))) {
            try policy.update(UpdateContext(step: 3, seed: 0, workers: workers, parameters: [parameter]))
        }
        matrix.values[1] = .nan
        #expect(throws: PolicyError.nonFiniteWeight(layer: "fc", position: 2)) {
            try policy.update(UpdateContext(step: 3, seed: 0, workers: workers, parameters: [parameter]))
        }
    }
}
