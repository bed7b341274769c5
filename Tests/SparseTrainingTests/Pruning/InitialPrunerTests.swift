import Foundation
import SparseModels
import SparsePolicies
import SparseStore
import TestSupport
import Testing

@testable import SparseTraining

/// Pruning at initialisation beside plain dense networks.
@Suite struct InitialPrunerTests {
    private static let samples = 48

    private func configuration(
        _ method: String, model: String = "mlp:24,14", _ change: (inout TrainingConfiguration) -> Void = { _ in }
    ) -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        (configuration.method, configuration.model, configuration.density) = (method, model, 0.2)
        (configuration.batchSize, configuration.steps, configuration.threads) = (32, 4, 2)
        configuration.seed = 3
        if !["random-prune", "magnitude-init", "synflow"].contains(method) {
            configuration.pruneSamples = Self.samples
        }
        change(&configuration)
        return configuration
    }

    private func kept(_ setup: TrainingSetup) throws -> [Set<Int>] {
        try #require(try setup.pruned()).connections.map { Set($0 ?? []) }
    }

    /// What the dense network has in all rounds, masked after each.
    private func expected(
        _ setup: TrainingSetup, rounds: Int, isGlobal: Bool, revives: Bool = false, twin start: DenseTwin? = nil,
        _ scores: (DenseTwin, _ round: Int) -> [[[Double]]]
    ) -> [Set<Int>] {
        let start = start ?? DenseTwin(setup, samples: Self.samples)
        var (twin, kept) = (start, [Set<Int>]())
        for round in 1...rounds {
            var scores = scores(twin, round)
            // What is gone has no weight of its own: its score is that of the weight it had.
            for (layer, row, column) in twin.places {
                let weight = start.weights[layer][row][column]
                scores[layer][row][column] *= weight
                scores[layer][row][column] = abs(scores[layer][row][column])
                if !revives && twin.weights[layer][row][column] == 0 { scores[layer][row][column] = -1 }
            }
            let (shapes, final) = (setup.budgets.map(\.shape.count), setup.budgets.map(\.storedCount))
            var counts: [Int]
            if isGlobal {
                let (all, end) = (shapes.reduce(0, +), final.reduce(0, +))
                let share = pow(Double(end) / Double(all), Double(round) / Double(rounds))
                counts = shapes.map { _ in 0 }
                counts[0] = round == rounds ? end : Int(Double(all) * share)
            } else {
                counts = zip(shapes, final).map { all, end in
                    round == rounds
                        ? end : Int(Double(all) * pow(Double(end) / Double(all), Double(round) / Double(rounds)))
                }
            }
            kept = start.best(scores, counts, isGlobal: isGlobal)
            twin = start
            twin.mask(kept)
        }
        return kept
    }

    private func total(_ kept: [Set<Int>]) -> Int { kept.reduce(0) { $0 + $1.count } }

    /// Single and double precision may disagree about positions whose scores are next to each other.
    private func expectSame(_ found: [Set<Int>], _ wanted: [Set<Int>], mayDiffer: Int = 0, _ label: String) {
        let (count, expected): (Int, Int) = (total(found), total(wanted))
        #expect(count == expected, "\(label)")
        let different: Int = zip(found, wanted).reduce(0) { $0 + $1.0.symmetricDifference($1.1).count }
        #expect(different <= mayDiffer, "\(label): \(different) of \(expected)")
    }

    @Test(arguments: [PruningScope.global, .layer], [1, 2]) func snip(scope: PruningScope, seed: UInt64) throws {
        let setup = try TrainingSetup(configuration("snip") { ($0.scope, $0.seed) = (scope, seed) })
        let wanted = expected(setup, rounds: 1, isGlobal: scope == .global) { twin, _ in twin.lossGradient() }
        expectSame(try kept(setup), wanted, mayDiffer: 2, "snip")
    }

    @Test(arguments: ["iterative-snip", "force"], [PruningScope.global, .layer])
    func inRounds(method: String, scope: PruningScope) throws {
        let setup = try TrainingSetup(configuration(method) { ($0.scope, $0.rounds) = (scope, 4) })
        let batches = (0..<4).map { DenseTwin(setup, samples: Self.samples, batch: $0) }
        let wanted = expected(setup, rounds: 4, isGlobal: scope == .global, revives: method == "force") { twin, round in
            var looked = batches[round - 1]
            looked.weights = twin.weights
            return looked.lossGradient()
        }
        expectSame(try kept(setup), wanted, mayDiffer: 4, method)
    }

    @Test(arguments: [PruningScope.global, .layer]) func synflow(scope: PruningScope) throws {
        let setup = try TrainingSetup(configuration("synflow") { ($0.scope, $0.rounds) = (scope, 7) })
        let wanted = expected(setup, rounds: 7, isGlobal: scope == .global) { twin, _ in twin.flowGradient() }
        expectSame(try kept(setup), wanted, mayDiffer: 4, "synflow")
    }

    @Test(arguments: [PruningScope.global, .layer]) func magnitude(scope: PruningScope) throws {
        let setup = try TrainingSetup(configuration("magnitude-init") { $0.scope = scope })
        let wanted = expected(setup, rounds: 1, isGlobal: scope == .global) { twin, _ in
            twin.weights.map { $0.map { $0.map { _ in 1 } } }
        }
        expectSame(try kept(setup), wanted, "magnitude")
    }

    @Test(arguments: [PruningScope.global, .layer]) func grasp(scope: PruningScope) throws {
        let setup = try TrainingSetup(configuration("grasp") { $0.scope = scope })
        let twin = DenseTwin(setup, samples: Self.samples)
        let scores = twin.gradientFlow(temperature: 200)
        let wanted = twin.best(scores, setup.budgets.map(\.storedCount), isGlobal: scope == .global)
        expectSame(try kept(setup), wanted, mayDiffer: 4, "grasp")
    }

    /// A network whose ReLUs are replaced by gates has the same gradients, also once the gates are fixed.
    @Test(arguments: ["mlp:24,14", "lenet5", "resnet20"]) func gatesAreReLUs(model: String) throws {
        let source = try randomImages(40, rows: 14, columns: 14)
        let setup = try TrainingSetup(configuration("grasp", model: model), own: OwnParts(data: source))
        let recording = FixedGate.Recording()
        let gated = try setup.model.replacingReLU { FixedGate(name: $0, recording: recording) }
        let networks = try [setup.model, gated].map { model in
            let matrices = try model.weightShapes.enumerated().map { layer, shape in
                let all = Array(0..<shape.positionCount)
                return try MatrixFormat.csr.make(
                    rows: shape.rows, columns: shape.columns, positions: all,
                    values: all.map(setup.initialField(layer).value), convolution: shape.convolution)
            }
            return try Network(model: model, matrices: matrices, batchSize: 40, workers: Workers(threads: 2))
        }
        let loader = BatchLoader(setup.train, batchSize: 40, scaling: setup.loader.scaling)
        func gradients(_ network: Network) -> [[Float]] {
            var batch = loader.makeBatch(shape: setup.shape, halos: network.model.inputHalos)
            loader.load(0, of: SampleOrder(setup.train), into: &batch)
            var sums = MetricSums()
            network.backward(batch.inputs, targets: batch.targets, samples: 40, loss: setup.loss, step: 0, into: &sums)
            network.parameterGradients()
            return network.weights.map { $0.elements(of: .gradient) }
        }
        let (plain, open) = (gradients(networks[0]), gradients(networks[1]))
        #expect(plain.joined().contains { $0 != 0 })
        func expectClose(_ one: [[Float]], _ other: [[Float]]) {
            for (a, b) in zip(one, other) {
                let largest = a.map(\.magnitude).max() ?? 0
                #expect(zip(a, b).allSatisfy { abs($0 - $1) <= 1e-4 * largest })
            }
        }
        expectClose(plain, open)
        recording.isOn = false
        expectClose(plain, gradients(networks[1]))
    }

    /// More are kept than have a positive score: the nearest to it of the others follow.
    @Test func graspKeepsTheLeastHarmful() throws {
        let setup = try TrainingSetup(configuration("grasp") { $0.density = 0.9 })
        let twin = DenseTwin(setup, samples: Self.samples)
        let wanted = twin.best(
            twin.gradientFlow(temperature: 200), setup.budgets.map(\.storedCount), isGlobal: true)
        expectSame(try kept(setup), wanted, mayDiffer: 6, "grasp")
    }

    /// As many, anywhere: of each layer a share that chance alone makes differ from the density.
    @Test func random() throws {
        let setup = try TrainingSetup(configuration("random-prune", model: "mlp:300,100"))
        let kept = try kept(setup)
        let asked: Int = setup.budgets.reduce(0) { $0 + $1.storedCount }
        #expect(total(kept) == asked)
        for (layer, budget) in setup.budgets.enumerated() {
            let (n, p) = (Double(budget.shape.count), 0.2)
            #expect(abs(Double(kept[layer].count) - n * p) < 5 * (n * p * (1 - p)).squareRoot())
            let upper = kept[layer].count { $0 < budget.shape.count / 2 }
            #expect(abs(Double(upper) - n * p / 2) < 5 * (n * p / 2).squareRoot())
        }
        var other = configuration("random-prune", model: "mlp:300,100")
        other.seed = 4
        #expect(try self.kept(TrainingSetup(other)) != kept)
    }

    /// Convolutions, batch norms and residual sums, beside the gradients of a network that stores every weight.
    @Test(arguments: ["lenet5", "resnet20"]) func snipOfConvolutions(model: String) throws {
        let side = 14
        let source = try randomImages(64, rows: side, columns: side)
        var given = configuration("snip", model: model)
        given.pruneSamples = 32
        let setup = try TrainingSetup(given, own: OwnParts(data: source))
        let matrices = try setup.model.weightShapes.enumerated().map { layer, shape in
            let all = Array(0..<shape.positionCount)
            return try MatrixFormat.csr.make(
                rows: shape.rows, columns: shape.columns, positions: all,
                values: all.map(setup.initialField(layer).value), convolution: shape.convolution)
        }
        let network = try Network(
            model: setup.model, matrices: matrices, batchSize: 32, seed: given.seed, workers: Workers(threads: 1))
        let loader = BatchLoader(setup.train, batchSize: 32, scaling: setup.loader.scaling)
        var batch = loader.makeBatch(shape: setup.shape, halos: network.model.inputHalos)
        loader.load(0, of: SampleOrder(setup.train, seed: given.seed, epoch: 0), into: &batch)
        var sums = MetricSums()
        network.backward(
            batch.inputs, targets: batch.targets, samples: 32, loss: setup.loss, step: 0, into: &sums)
        network.parameterGradients()
        var scored: [(score: Float, layer: Int, position: Int)] = []
        for (layer, matrix) in network.weights.enumerated() {
            let (weights, gradients) = (matrix.elements(of: .values), matrix.elements(of: .gradient))
            scored += weights.indices.map { (abs(weights[$0] * gradients[$0]), layer, $0) }
        }
        let count = setup.budgets.map(\.storedCount).reduce(0, +)
        let best = scored.sorted { $0.score > $1.score }.prefix(count)
        let wanted = network.weights.indices.map { layer in
            Set(best.filter { $0.layer == layer }.map(\.position))
        }
        expectSame(try kept(setup), wanted, mayDiffer: 2 + count / 500, model)
    }

    @Test(arguments: ["snip", "force", "grasp", "synflow", "magnitude-init", "random-prune"])
    func theThreadsDoNotMatter(method: String) throws {
        var results: [[Set<Int>]] = []
        for threads in [1, 2, 7] {
            let setup = try TrainingSetup(
                configuration(method, model: "mlp:200,150") {
                    ($0.threads, $0.rounds) = (threads, method == "force" || method == "synflow" ? 3 : nil)
                })
            results.append(try kept(setup))
        }
        #expect(results[0] == results[1] && results[0] == results[2])
    }

    /// The training begins with the weights of the dense network, and with no others.
    @Test func whatIsKeptKeepsItsWeight() throws {
        let given = configuration("snip")
        let setup = try TrainingSetup(given)
        let outcome = try #require(try setup.pruned())
        let network = try setup.makeNetwork(pruned: outcome)
        for (layer, matrix) in network.weights.enumerated() {
            #expect(matrix.storedPositions() == outcome.connections[layer])
            #expect(
                matrix.elements(of: .values) == matrix.storedPositions().map(setup.initialField(layer).value))
        }
        #expect(outcome.operations > 0)
    }

    /// After t rounds of T the share is d^(t/T), as in FORCE's code.
    @Test func goldenRounds() {
        let pruning = InitialPruning(.random, rounds: 4)
        #expect((1...4).map { pruning.kept(of: 10000, afterRound: $0, final: 100) } == [3162, 1000, 316, 100])
        #expect(pruning.kept(of: 10, afterRound: 1, final: 0) == 0)
        #expect(InitialPruning(.random).kept(of: 10, afterRound: 1, final: 3) == 3)
    }

    /// Where hardly any weight is left, SNIP cuts layers off and says so, and SynFlow does not.
    @Test func synflowKeepsPathsWhereSnipDoesNot() throws {
        func run(_ method: String) throws -> TrainingSummary {
            try Trainer(
                configuration(method, model: "mlp:300,100,100,100") {
                    ($0.density, $0.steps, $0.pruneSamples) = (0.001, 2, nil)
                }
            ).run()
        }
        let (snip, synflow) = (try run("snip"), try run("synflow"))
        #expect(snip.nonzeros == synflow.nonzeros)
        #expect(snip.warnings.contains { $0.contains("path") }, "\(snip.warnings)")
        #expect(!synflow.warnings.contains { $0.contains("path") }, "\(synflow.warnings)")
        let (lost, left) = (try #require(snip.effectiveDensity), try #require(synflow.effectiveDensity))
        #expect(lost < 0.1 * snip.density && left > 0.9 * synflow.density, "\(lost) \(left) \(snip.density)")
    }

    @Test func refusals() throws {
        #expect {
            var blocks = configuration("snip")
            try blocks.set("block", to: "4")
            return try TrainingSetup(blocks)
        } throws: { "\($0)".contains("single weights") }
        let folder = try TemporaryFolder()
        let path = try folder.write(String(repeating: "what a text this is. ", count: 40), to: "text.txt")
        var text = configuration("synflow")
        (text.data, text.model, text.context, text.tokenizer) = (path, "gpt:1x16", 16, "characters")
        #expect { try TrainingSetup(text).pruned() } throws: { "\($0)".contains("reads tokens") }
        text.method = "snip"
        #expect(try TrainingSetup(text).pruned() != nil)
    }

    /// Weights of a file are no random network.
    @Test func weightsOfAFileAreRefused() throws {
        let folder = try TemporaryFolder()
        var first = configuration("static")
        first.out = folder.path + "/run"
        _ = try Trainer(first).run()
        var second = TrainingConfiguration()
        (second.method, second.model) = ("snip", first.model)
        second.initFrom = folder.path + "/run"
        #expect { try TrainingSetup(second) } throws: { "\($0)".contains("--init-from") }
    }

    @Test func theDryRunSaysWhatThePruningTakes() throws {
        let static0 = try RunEstimate(configuration("static"))
        #expect(static0.pruningBytes == 0)
        let (snip, grasp) = (
            try RunEstimate(configuration("snip", model: "mlp:1000,1000")),
            try RunEstimate(configuration("grasp", model: "mlp:1000,1000"))
        )
        let dense = 4.0 * (64_000 + 1_000_000 + 10_000)
        #expect(snip.pruningBytes > 0.2 * dense && grasp.pruningBytes > snip.pruningBytes + 4 * dense)
    }

    private final class StopAfter: TrainingObserver {
        let step: Int
        let cancellation: Cancellation
        init(step: Int, _ cancellation: Cancellation) { (self.step, self.cancellation) = (step, cancellation) }
        func stepDidEnd(_ progress: TrainingProgress) { if progress.step == step { cancellation.cancel() } }
    }

    /// A layer whose budget is full loses weights where layers compete, and the run goes on from its checkpoint with the same bits.
    @Test(arguments: ["snip", "synflow", "grasp"]) func fullBudgetsCompeteAndRunsGoOn(method: String) throws {
        let folder = try TemporaryFolder()
        func run(_ name: String, until step: Int?) throws -> Trainer {
            var given = configuration(method, model: "mlp:60,12")
            (given.distribution, given.density, given.steps) = ("erk", 0.3, 12)
            given.layerDensities = [LayerDensity(pattern: "fc3", density: 1)]
            (given.out, given.checkpointSteps) = (folder.path(name), 5)
            let stop = Cancellation()
            let observers: [any TrainingObserver] = step.map { [StopAfter(step: $0, stop)] } ?? []
            let trainer = try Trainer(given, observers: observers, cancellation: stop, resumption: .exactOrStart)
            _ = try trainer.run()
            return trainer
        }
        let whole = try run("whole", until: nil)
        #expect(whole.network.weights[2].storedCount < whole.network.weights[2].positionCount)
        _ = try run("part", until: 5)
        let rest = try run("part", until: nil)
        for (one, other) in zip(whole.network.parameters, rest.network.parameters) {
            #expect(one.values.array == other.values.array, "\(one.name)")
        }
        #expect(whole.network.weights.map { $0.storedPositions() } == rest.network.weights.map { $0.storedPositions() })
    }

    /// Layers kept dense by name do not compete, and keep all they have.
    @Test(arguments: ["snip", "synflow", "grasp", "random-prune"]) func denseLayersStayAside(method: String) throws {
        let setup = try TrainingSetup(configuration(method, model: "mlp:60,12") { $0.denseLayers = ["fc3"] })
        let outcome = try #require(try setup.pruned())
        #expect(outcome.connections[2] == nil)
        let network = try setup.makeNetwork(pruned: outcome)
        #expect(network.weights[2].format == "dense")
        let stored: Int = (outcome.connections[0]?.count ?? 0) + (outcome.connections[1]?.count ?? 0)
        #expect(stored == setup.budgets[0].storedCount + setup.budgets[1].storedCount)
    }

    /// What a gradual pruning of odd layers ends with is the density asked for: there is a best epoch.
    @Test(arguments: [PruningScope.layer, .global]) func gradualPruningHasABest(scope: PruningScope) throws {
        var given = TrainingConfiguration()
        (given.method, given.model, given.density, given.scope) = ("gmp", "mlp:24,14", 0.2, scope)
        (given.validationFraction, given.epochs, given.deltaT) = (0.2, 8, .steps(5))
        let summary = try Trainer(given).run()
        #expect(summary.bestValidation.value != nil)
    }

    /// What is no number is no score, and is said.
    @Test(arguments: [Float.nan, .infinity, -.infinity]) func whatIsNotFiniteIsSaid(score: Float) throws {
        for level in 0..<2 {
            #expect(throws: StoreError.nonFiniteGradient(position: 2)) {
                try SignedScorer(scores: [[1, -1, score, 0]])
                    .largest(2, ofLayer: 0, notBelow: 0, level: level)
            }
        }
    }
}
