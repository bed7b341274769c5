import Foundation
import SparseStore
import TestSupport
import Testing

@testable import SparseTraining

/// Layers of different structure in one network, and every method on every structure that it fits.
@Suite struct StructureTests {
    /// Looks at the network after every topology update.
    private final class Inspector: TrainingObserver {
        weak var trainer: Trainer?
        var updates = 0
        var inspect: (Trainer) -> Void = { _ in }

        func topologyDidChange(_ record: TopologyRecord) throws {
            updates += 1
            if let trainer { inspect(trainer) }
        }
    }

    private final class Stopper: TrainingObserver {
        let step: Int
        let cancellation: Cancellation
        init(_ step: Int, _ cancellation: Cancellation) { (self.step, self.cancellation) = (step, cancellation) }
        func stepDidEnd(_ progress: TrainingProgress) { if progress.step >= step { cancellation.cancel() } }
    }

    /// Weights of every `width` consecutive inputs of an output.
    private func counts(_ matrix: any SparseMatrix, width: Int) -> [Int] {
        let across = (matrix.columns + width - 1) / width
        var counts = [Int](repeating: 0, count: matrix.rows * across)
        for position in matrix.storedPositions() {
            counts[position / matrix.columns * across + position % matrix.columns / width] += 1
        }
        return counts
    }

    private func mixture(_ algorithm: String) -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        configuration.method = algorithm
        configuration.model = "mlp:48,44,40,36"
        configuration.density = 0.3
        configuration.blocks = [.init(pattern: "fc1", side: 8)]
        configuration.nm = [.init(pattern: "fc2", stored: 2, of: 4)]
        configuration.constantFanIn = ["fc3"]
        configuration.denseLayers = ["fc5"]
        configuration.deltaT = .steps(7)
        (configuration.batchSize, configuration.epochs) = (100, 4)
        return configuration
    }

    @Test(arguments: ["set", "rigl", "itop-rigl", "mest", "static"]) func mixturesKeepTheirStructures(algorithm: String)
        throws
    {
        let inspector = Inspector()
        let trainer = try Trainer(mixture(algorithm), observers: [inspector])
        inspector.trainer = trainer
        let weights = trainer.network.weights
        let fanIn = counts(weights[2], width: 44)[0]
        let (blocks, singles) = (weights[0].storedCount, weights[3].storedCount)
        #expect(fanIn > 0)
        inspector.inspect = { trainer in
            let weights = trainer.network.weights
            #expect(weights[0].storedCount == blocks && weights[3].storedCount == singles)
            #expect(counts(weights[1], width: 4).allSatisfy { $0 == 2 })
            #expect(counts(weights[2], width: 44).allSatisfy { $0 == fanIn })
            #expect(weights.map(\.format) == ["block8", "csr", "csr", "csr", "dense"])
        }
        inspector.inspect(trainer)
        let summary = try trainer.run()
        inspector.inspect(trainer)
        #expect(summary.layers.map(\.format) == ["block8", "csr 2:4", "csr constant fan-in", "csr", "dense"])
        #expect(summary.layers[1].nonzeros == 44 * 24 && summary.layers[2].nonzeros == 40 * fanIn)
        #expect(algorithm == "static" || inspector.updates >= 4)
        #expect((summary.testAccuracy ?? 0) > 0.3)
    }

    @Test(arguments: ["set", "rigl"]) func mixturesResumeExactly(algorithm: String) throws {
        let folder = try TemporaryFolder()
        func train(_ configuration: TrainingConfiguration, until step: Int?) throws {
            let cancellation = Cancellation()
            _ = try Trainer(
                configuration, observers: step.map { [Stopper($0, cancellation)] } ?? [], cancellation: cancellation,
                resumption: .exactOrStart
            ).run()
        }
        var one = mixture(algorithm)
        (one.out, one.threads) = (folder.path("one"), 1)
        try train(one, until: nil)
        var two = one
        (two.out, two.threads) = (folder.path("two"), 7)
        for step in [1, 7, 8, 20, 41] { try train(two, until: step) }
        try train(two, until: nil)
        func content(_ name: String) throws -> Data {
            try Data(contentsOf: URL(filePath: folder.path(name) + "/checkpoint.safetensors")).dropLast(16)
        }
        #expect(try content("one") == content("two"))
    }

    @Test(arguments: ["static", "set", "rigl", "itop-set", "itop-rigl", "mest", "deepr"])
    func everyGroupHoldsN(algorithm: String) throws {
        for (stored, of) in [(2, 4), (1, 4), (5, 8)] {
            var configuration = TrainingConfiguration()
            configuration.method = algorithm
            configuration.model = "mlp:50,30"
            configuration.nm = [.init(stored: stored, of: of)]
            configuration.deltaT = .steps(algorithm == "deepr" ? 1 : 6)
            (configuration.batchSize, configuration.epochs) = (100, 2)
            let inspector = Inspector()
            let trainer = try Trainer(configuration, observers: [inspector])
            inspector.trainer = trainer
            inspector.inspect = { trainer in
                for matrix in trainer.network.weights {
                    let counts = counts(matrix, width: of)
                    let rest = matrix.columns % of
                    let across = (matrix.columns + of - 1) / of
                    for (group, count) in counts.enumerated() {
                        let isShort = rest > 0 && group % across == across - 1
                        #expect(count == (isShort ? min(stored, rest) : stored))
                    }
                }
            }
            inspector.inspect(trainer)
            _ = try trainer.run()
            #expect(algorithm == "static" || inspector.updates > 2)
        }
    }

    /// Every method on a network of convolutions: it conserves weights, or ends with as many as it says, and gives the same
    /// bits with 1 and 7 threads.
    @Test(arguments: Parts.methods.names) func everyMethodTrainsConvolutions(algorithm: String) throws {
        var configuration = TrainingConfiguration()
        configuration.method = algorithm
        (configuration.model, configuration.steps) = ("resnet20", 12)
        configuration.deltaT = .steps(algorithm == "deepr" || algorithm == "dsr" ? 1 : 3)
        if algorithm == "snfs" { configuration.growWindow = 2 }
        if ["granet", "gmp"].contains(algorithm) { (configuration.density, configuration.initialDensity) = (0.1, 0.3) }
        var results: [(TrainingSummary, [[Int]], [[Float]])] = []
        for threads in [1, 7] {
            configuration.threads = threads
            let inspector = Inspector()
            let trainer = try Trainer(configuration, observers: [inspector])
            inspector.trainer = trainer
            let before = trainer.network.weights.map(\.storedWeights).reduce(0, +)
            let summary = try trainer.run()
            switch algorithm {
            case "granet":
                let positions = trainer.network.weights.map(\.positionCount).reduce(0, +)
                #expect(summary.nonzeros == StoredCount.of(density: 0.1, positions: positions))
            case "gmp":
                let counts = trainer.network.weights.map { StoredCount.of(density: 0.1, positions: $0.positionCount) }
                #expect(summary.nonzeros == counts.reduce(0, +))
            case "srigl": #expect(summary.nonzeros <= before && summary.nonzeros > before / 2)
            case "topkast": #expect(summary.backwardNonzeros == before)
            default: #expect(summary.nonzeros == before)
            }
            #expect(try !Parts.methods.named(algorithm).movesConnections || inspector.updates >= 1)
            results.append(
                (
                    summary, trainer.network.weights.map { $0.storedPositions() },
                    trainer.network.parameters.map(\.values.array)
                ))
        }
        #expect(results[0].0.testLoss == results[1].0.testLoss)
        #expect(results[0].1 == results[1].1)
        #expect(results[0].2 == results[1].2)
    }

    /// Every method that takes blocks, on blocks of convolutions: only whole blocks move, their number is kept, and 1 and 7
    /// threads give the same bits.
    @Test(arguments: ["static", "set", "rigl", "itop-set", "itop-rigl", "mest", "dsr", "snfs", "granet", "srigl"])
    func everyMethodMovesBlocksOfConvolutions(algorithm: String) throws {
        var configuration = TrainingConfiguration()
        configuration.method = algorithm
        (configuration.model, configuration.steps, configuration.density) = ("resnet20", 12, 0.25)
        configuration.blocks = [.init(side: 8)]
        // One channel makes no blocks.
        configuration.denseLayers = ["conv1"]
        configuration.deltaT = .steps(algorithm == "dsr" ? 1 : 3)
        if algorithm == "snfs" { configuration.growWindow = 2 }
        if algorithm == "granet" { configuration.initialDensity = 0.5 }
        // Of the sum over a block.
        if algorithm == "dsr" { configuration.dropThreshold = 2 }
        var results: [([[Int]], [[Float]])] = []
        for threads in [1, 7] {
            configuration.threads = threads
            let inspector = Inspector()
            let trainer = try Trainer(configuration, observers: [inspector])
            inspector.trainer = trainer
            let blocks = { (network: Network) in network.weights.filter { $0.unitRows == 8 } }
            // A shortcut whose density comes out as 1 is dense too.
            #expect(Set(trainer.network.weights.map(\.format)) == ["dense", "block8"])
            #expect(blocks(trainer.network).count >= 18)
            let before = blocks(trainer.network).map(\.storedCount)
            let positions = blocks(trainer.network).map { $0.storedPositions() }
            inspector.inspect = { trainer in
                let weights = blocks(trainer.network)
                let total = weights.map(\.storedCount).reduce(0, +)
                switch algorithm {
                case "granet": #expect(total < before.reduce(0, +))
                case "dsr", "snfs": #expect(total == before.reduce(0, +))
                default: #expect(weights.map(\.storedCount) == before)
                }
                for matrix in weights {
                    let stored = matrix.storedPositions()
                    #expect(zip(stored, stored.dropFirst()).allSatisfy { $0 < $1 })
                    #expect(stored.allSatisfy { $0 >= 0 && $0 < matrix.positionCount })
                }
            }
            let summary = try trainer.run()
            #expect(summary.testLoss?.isFinite == true)
            #expect(algorithm == "static" || inspector.updates >= 2)
            let after = blocks(trainer.network).map { $0.storedPositions() }
            #expect((after == positions) == (algorithm == "static"))
            results.append((after, trainer.network.parameters.map(\.values.array)))
        }
        #expect(results[0].0 == results[1].0)
        #expect(results[0].1 == results[1].1)
    }

    @Test func groupsOnConvolutions() throws {
        var configuration = TrainingConfiguration()
        (configuration.model, configuration.steps, configuration.deltaT) = ("resnet20", 8, .steps(3))
        configuration.nm = [.init(stored: 2, of: 4)]
        let trainer = try Trainer(configuration)
        let before = trainer.network.weights.map { $0.storedPositions() }
        _ = try trainer.run()
        for (matrix, old) in zip(trainer.network.weights, before) {
            let counts = counts(matrix, width: 4)
            #expect(counts.allSatisfy { $0 == 2 } || matrix.columns % 4 != 0)
            #expect(matrix.storedPositions() != old)
        }
    }

    /// What does not go together is refused in one line before anything is trained.
    @Test(arguments: [
        ("snfs", "nm", "fc1=2:4"), ("granet", "constant-fan-in", "fc2"), ("dsr", "block", "fc1=4"),
        ("rigl", "nm", "fc9=2:4"), ("set", "constant-fan-in", "conv*"), ("set", "block", "out=4"),
    ])
    func refusals(algorithm: String, option: String, value: String) throws {
        var configuration = TrainingConfiguration()
        configuration.method = algorithm
        configuration.epochs = 3
        if algorithm == "granet" { configuration.deltaT = .steps(10) }
        try configuration.set(option, to: value)
        let error = #expect(throws: ConfigurationError.self) { try Trainer(configuration) }
        #expect(error.map { "\($0)".contains("\n") } == false)
    }

    @Test func oneStructureALayer() throws {
        var configuration = TrainingConfiguration()
        configuration.epochs = 1
        try configuration.set("block", to: "8")
        try configuration.set("nm", to: "fc2=2:4")
        #expect(try Trainer(configuration).network.weights.map(\.format) == ["block8", "csr", "block8"])
        try configuration.set("constant-fan-in", to: "fc*")
        let error = #expect(throws: ConfigurationError.self) { try Trainer(configuration) }
        #expect(error.map { "\($0)" } == "--nm and --constant-fan-in: layer 'fc2' can have one structure only")
    }
}
