import Foundation
import Testing

@testable import SparseTraining

/// The same seed gives the same bits, whatever the number of threads.
@Suite struct DeterminismTests {
    /// Collects the lines of the metrics, times left out.
    private final class Log: TrainingObserver {
        var lines: [Data] = []
        private let encoder = JSONEncoder()

        init() { encoder.outputFormatting = .sortedKeys }

        func epochDidEnd(_ record: EpochRecord) throws {
            var record = record
            (record.seconds, record.samplesPerSecond) = (0, 0)
            lines.append(try encoder.encode(record))
        }

        func topologyDidChange(_ record: TopologyRecord) throws {
            var record = record
            record.seconds = 0
            for index in record.layers.indices { record.layers[index].seconds = 0 }
            lines.append(try encoder.encode(record))
        }
    }

    private func run(_ configuration: TrainingConfiguration) throws -> (lines: [Data], values: [[Float]]) {
        let log = Log()
        let trainer = try Trainer(configuration, observers: [log])
        _ = try trainer.run()
        return (log.lines, trainer.network.parameters.map(\.values.array))
    }

    /// The values that one thread finds, after as many of each number have found the same bits.
    @discardableResult
    private func expectSameBits(_ configuration: TrainingConfiguration, threads: [Int]) throws -> [[Float]] {
        var configuration = configuration
        configuration.threads = 1
        let one = try run(configuration)
        #expect(!one.lines.isEmpty)
        for count in threads {
            configuration.threads = count
            let many = try run(configuration)
            #expect(many.lines == one.lines, "\(count) threads")
            #expect(many.values == one.values, "\(count) threads")
        }
        return one.values
    }

    @Test(arguments: ["static", "set", "rigl"], ["sgd", "adam"])
    func metricsAndValuesDoNotDependOnThreads(algorithm: String, optimizer: String) throws {
        var configuration = TrainingConfiguration()
        configuration.method = algorithm
        configuration.optimizer = optimizer
        configuration.learningRate = optimizer == "sgd" ? 0.05 : 0.002
        configuration.model = "mlp:200,150"
        configuration.batchNorm = true
        configuration.dropout = 0.2
        configuration.clipNorm = 1
        configuration.batchSize = 100
        configuration.validationFraction = 0.1
        configuration.deltaT = .steps(7)
        configuration.epochs = 3
        let values = try expectSameBits(configuration, threads: [2, 7])
        configuration.seed = 1
        #expect(try run(configuration).values != values)
    }

    /// Convolutions, batch normalisation, residual blocks, changed images and RigL.
    @Test(arguments: ["wrn-10-2", "resnet20"])
    func convolutionalNetworksDoNotDependOnThreads(model: String) throws {
        var configuration = TrainingConfiguration()
        configuration.model = model
        configuration.augmentation = "crop-flip"
        configuration.initialization = .heFanOut
        configuration.dropout = 0.1
        configuration.batchSize = 150
        configuration.deltaT = .steps(4)
        configuration.steps = 14
        let values = try expectSameBits(configuration, threads: [2, 7])
        configuration.augmentation = "none"
        #expect(try run(configuration).values != values)
    }

    @Test func blocksDoNotDependOnThreads() throws {
        var configuration = TrainingConfiguration()
        configuration.blocks = [.init(pattern: "fc1", side: 8), .init(pattern: "fc2", side: 16)]
        configuration.deltaT = .steps(9)
        configuration.steps = 60
        try expectSameBits(configuration, threads: [7])
    }

    @Test func convolutionsInBlocksDoNotDependOnThreads() throws {
        var configuration = TrainingConfiguration()
        configuration.model = "wrn-10-1"
        configuration.blocks = [.init(side: 8)]
        configuration.deltaT = .steps(3)
        configuration.steps = 10
        try expectSameBits(configuration, threads: [3])
        let formats = try Trainer(configuration).network.weights.map(\.format)
        #expect(formats.contains("block8") && formats[0] != "block8")
    }

    @Test func accumulatedGradientsDoNotDependOnThreads() throws {
        var configuration = TrainingConfiguration()
        configuration.gradientAccumulation = 4
        configuration.deltaT = .steps(9)
        configuration.steps = 60
        let values = try expectSameBits(configuration, threads: [7])
        configuration.gradientAccumulation = 1
        #expect(try run(configuration).values != values)
    }
}
