import SparseStore
import Testing

@testable import SparseTraining

/// Runs in which numbers fade away.
@Suite struct SubnormalTrainingTests {
    /// Samples with features of every size down to subnormal ones, which are 0 instead with `zeros`.
    private func data(zeros: Bool) throws -> DataSource {
        var random = CounterRandom(seed: 3, purpose: .test)
        var features: [Float] = []
        for i in 0..<60 * 40 {
            let x = Float(random.nextUnit() - 0.5)
            switch i % 40 {
            case 0..<10: features.append(x)
            case 10..<20: features.append(x * 1e-25)
            case 20..<30: features.append(x * 1e-36)
            default: features.append(zeros ? 0 : Float(bitPattern: x.bitPattern & 0x807F_FFFF | 1))
            }
        }
        let set = try InMemoryDataset(
            features: features, labels: (0..<60).map { $0 % 3 }, shape: SampleShape(channels: 40))
        return DataSource(name: "fading", train: Subset(set), test: Subset(set))
    }

    private func weights(_ algorithm: String, threads: Int, zeros: Bool) throws -> [[UInt32]] {
        var configuration = TrainingConfiguration()
        configuration.method = algorithm
        (configuration.model, configuration.density) = ("mlp:200,200", 0.1)
        (configuration.epochs, configuration.batchSize, configuration.deltaT) = (4, 8, .steps(3))
        if algorithm == "granet" { configuration.initialDensity = 0.3 }
        (configuration.threads, configuration.standardization) = (threads, "none")
        let trainer = try Trainer(configuration, data: data(zeros: zeros))
        #expect(!Subnormals.areFlushed)
        _ = try trainer.run()
        #expect(!Subnormals.areFlushed)
        let values = trainer.network.parameters.flatMap { [$0.values.array] + $0.states.map(\.array) }
        #expect(values.joined().allSatisfy { !$0.isSubnormal })
        return values.map { $0.map(\.bitPattern) }
    }

    @Test(arguments: ["set", "rigl", "snfs", "granet", "topkast"]) func theSameBitsAsWithZeros(algorithm: String) throws
    {
        let expected = try weights(algorithm, threads: 1, zeros: true)
        for threads in [1, 2, 7] {
            #expect(try weights(algorithm, threads: threads, zeros: false) == expected)
        }
    }
}
