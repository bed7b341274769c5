import Foundation
import SparseData
import SparseParts
import SparseStore
import TestSupport
import Testing

@testable import SparseTraining

/// Networks that give their inputs again, from arrays to what a trained network says.
@Suite struct AutoencoderTests {
    private static let (rank, width, noise) = (3, 12, 0.1)

    /// Samples z A with standard normal z of three numbers and orthonormal rows in A, times 2, plus noise of deviation .1 in all twelve:
    /// the best that rank k can do is to keep the three directions (k = 3), or some of the noise as well.
    private func lowRank(_ count: Int = 600) throws -> DataSource {
        var random = CounterRandom(seed: 2, purpose: .test)
        func normal() -> Double { CounterRandom.normal(random.next()) }
        // Cosines of different frequencies at the middles of twelve intervals are orthogonal.
        let rows = (1...Self.rank).map { k in
            (0..<Self.width).map {
                (2 / Double(Self.width)).squareRoot()
                    * cos(Double.pi * Double(k) * (Double($0) + 0.5) / Double(Self.width))
            }
        }
        var features: [Float] = []
        for _ in 0..<count {
            let z = (0..<Self.rank).map { _ in 2 * normal() }
            for column in 0..<Self.width {
                let signal = zip(z, rows).reduce(0) { $0 + $1.0 * $1.1[column] }
                features.append(Float(signal + Self.noise * normal()))
            }
        }
        return try DataSource(
            reconstructing: features, shape: SampleShape(channels: Self.width), testFraction: 0.25, name: "low rank")
    }

    private func configuration(_ epochs: Int) -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        (configuration.model, configuration.epochs, configuration.method) = ("mlp:24", epochs, "set")
        (configuration.density, configuration.batchSize, configuration.threads) = (0.6, 32, 2)
        return configuration
    }

    /// Without a word about loss or metrics; against what the best linear map of rank 3 comes to, known from how the samples are made.
    @Test func aLowRankIsFound() throws {
        let folder = try TemporaryFolder()
        var configuration = configuration(60)
        configuration.out = folder.path("run")
        let data = try lowRank()
        let trainer = try Trainer(configuration, data: data)
        #expect(trainer.configuration.loss == "mse" && trainer.configuration.targetScaling == nil)
        // Both layers are sparse.
        #expect(trainer.network.weights.map(\.rows) == [24, Self.width])
        #expect(trainer.network.weights.allSatisfy { $0.storedCount < $0.rows * $0.columns * 7 / 10 })
        let summary = try trainer.run()
        let found = try #require(summary.test["r2"])
        // Of a sample's variance 3 x 4 + 12 x .01 = 12.12 what is left out are nine directions of noise, .09; the mean over features
        // differs from the whole by little, because every feature has about as much.
        let best = 1 - (Double(Self.width - Self.rank) * 0.01) / (Double(Self.rank) * 4 + Double(Self.width) * 0.01)
        #expect(best > 0.99)
        #expect(found > 0.9 && found <= 1, "\(found) of \(best)")
        // Standardised columns have variance 1: what is missing from R² is the loss.
        #expect(abs((summary.testLoss ?? .nan) - (1 - found)) < 0.05)

        // What it predicts is in the units of the data, alone and in batches; the errors, counted here, are those that were said.
        let model = try TrainedModel(contentsOf: folder.path("run"))
        #expect(model.targets == .inputs(Self.width) && model.targetScaling == nil)
        let reader = try SubsetReader(data.test)
        var raw: [Float] = []
        while try reader.read(100, into: &raw) > 0 {}
        let predictions = try model.predict(batch: raw)
        var squares = 0.0
        for sample in 0..<data.test.count {
            let inputs = Array(raw[sample * Self.width..<(sample + 1) * Self.width])
            let alone = try model.predict(inputs)
            for feature in 0..<Self.width {
                let output = predictions[sample].outputs[feature]
                #expect(abs(output - alone.outputs[feature]) < 1e-4)
                let difference = Double(output - inputs[feature]) * Double(model.scaling.factors[feature])
                squares += difference * difference
            }
        }
        let error = (squares / Double(raw.count)).squareRoot()
        #expect(abs(error - (try #require(summary.test["rmse"]))) < 1e-4)
        #expect(try model.evaluate(data.test).scores == summary.test)
        // Data of which something else is to be found are others.
        let classes = try DataSource(features: raw, labels: (0..<data.test.count).map { $0 % 2 })
        #expect(throws: DataError.self) { try model.evaluate(classes.train) }
    }

    @Test(arguments: [0, 0.2]) func threadsAndInterruptionsChangeNothing(noise: Double) throws {
        var configuration = configuration(4)
        configuration.inputNoise = noise
        var summaries: [TrainingSummary] = []
        for threads in [1, 2, 7] {
            configuration.threads = threads
            summaries.append(try Trainer(configuration, data: lowRank(300)).run())
        }
        let folder = try TemporaryFolder()
        configuration.out = folder.path("run")
        let cancellation = Cancellation()
        let first = try Trainer(
            configuration, data: lowRank(300), observers: [StopAfter(step: 11, cancellation)],
            cancellation: cancellation
        ).run()
        #expect(first.interrupted)
        summaries.append(try Trainer(configuration, data: lowRank(300), resumption: .exact).run())
        #expect(summaries.allSatisfy { $0.test == summaries[0].test && $0.trainLoss == summaries[0].trainLoss })
        if noise > 0 {
            configuration.out = nil
            configuration.inputNoise = 0
            #expect(try Trainer(configuration, data: lowRank(300)).run().test != summaries[0].test)
        }
    }

    /// Noise is for every task.
    @Test func classesCanHaveNoise() throws {
        var configuration = TrainingConfiguration()
        (configuration.model, configuration.steps, configuration.threads) = ("mlp:20", 60, 1)
        let without = try Trainer(configuration).run()
        configuration.inputNoise = 0.5
        let one = try Trainer(configuration).run()
        configuration.threads = 7
        let other = try Trainer(configuration).run()
        #expect(one.test == other.test && one.trainLoss == other.trainLoss && one.trainLoss != without.trainLoss)
    }

    @Test(arguments: ["mae", "huber"]) func otherLosses(loss: String) throws {
        var configuration = configuration(30)
        configuration.loss = loss
        let summary = try Trainer(configuration, data: lowRank()).run()
        #expect(try #require(summary.test["r2"]) > 0.85)
    }

    @Test func whatNeedsClassesIsRefused() throws {
        for (name, value) in [("loss", "cross-entropy"), ("class-weight", "balanced"), ("metrics", "accuracy")] {
            var configuration = configuration(1)
            try configuration.set(name, to: value)
            #expect(throws: ConfigurationError.self, "\(name)") { try Trainer(configuration, data: lowRank(60)) }
        }
        var configuration = configuration(1)
        configuration.targetScaling = .standardize
        #expect(throws: ConfigurationError.self) { try Trainer(configuration, data: lowRank(60)) }
    }

    /// A table of 7,000 columns takes memory by its stored weights.
    @Test func wideTablesStaySparse() throws {
        let features = (0..<20 * 7000).map { Float($0 * 31 % 97) }
        let data = try DataSource(reconstructing: features, shape: SampleShape(channels: 7000), testFraction: 0.2)
        var configuration = configuration(1)
        (configuration.model, configuration.density, configuration.steps) = ("mlp:100", 0.01, 2)
        configuration.epochs = nil
        let trainer = try Trainer(configuration, data: data)
        #expect(trainer.network.weights.map(\.storedCount).reduce(0, +) == 14_000)
        // Less than a thousandth of 7000 x 7000 floats.
        #expect(trainer.setup.memory.weights < 1e6)
        #expect(try trainer.run().testLoss?.isFinite == true)
    }

    /// Convolutions read the images, and the last layer gives their pixels.
    @Test func imagesGoThroughConvolutions() throws {
        var configuration = configuration(1)
        (configuration.task, configuration.model, configuration.trainSamples) = (.inputs, "wrn-10-1", 64)
        (configuration.steps, configuration.epochs, configuration.inputNoise) = (3, nil, 0.1)
        let first = try Trainer(configuration).run()
        configuration.threads = 1
        #expect(try Trainer(configuration).run().test == first.test)
        #expect(first.test["rmse"]?.isFinite == true)
    }

    /// By permutation an input matters by what the loss grows when its values go to other samples, but are to be given where they were.
    @Test func permutedInputsAreComparedWithTheirOwn() throws {
        let folder = try TemporaryFolder()
        var configuration = configuration(20)
        configuration.out = folder.path("run")
        let data = try lowRank(300)
        _ = try Trainer(configuration, data: data).run()
        let model = try TrainedModel(contentsOf: folder.path("run"))
        let ranking = try InputImportance(model, by: .permutation, heldOut: data.test)
        var raw: [Float] = []
        let reader = try SubsetReader(data.test)
        while try reader.read(100, into: &raw) > 0 {}
        func loss(_ inputs: [Float]) throws -> Double {
            let predictions = try model.predict(batch: inputs)
            var sum = 0.0
            for sample in 0..<data.test.count {
                for feature in 0..<Self.width {
                    let own = raw[sample * Self.width + feature]
                    let difference = Double(predictions[sample].outputs[feature] - own)
                    sum += pow(difference * Double(model.scaling.factors[feature]), 2)
                }
            }
            return sum / Double(raw.count)
        }
        let before = try loss(raw)
        for input in ranking.inputs {
            var random = CounterRandom(seed: 0, purpose: .permutation, step: input.index)
            var places = Array(0..<data.test.count)
            for i in stride(from: places.count - 1, to: 0, by: -1) { places.swapAt(i, random.next(below: i + 1)) }
            var changed = raw
            for (sample, other) in places.enumerated() {
                changed[sample * Self.width + input.index] = raw[other * Self.width + input.index]
            }
            let increase = try #require(input.lossIncrease)
            #expect(abs(increase - (try loss(changed) - before)) < 1e-4 * max(1, abs(increase)))
        }
        #expect(ranking.inputs.contains { ($0.lossIncrease ?? 0) > 0.01 })
    }
}

/// Ends a run after some weight updates.
private final class StopAfter: TrainingObserver {
    private let step: Int
    private let cancellation: Cancellation

    init(step: Int, _ cancellation: Cancellation) { (self.step, self.cancellation) = (step, cancellation) }

    func stepDidEnd(_ progress: TrainingProgress) {
        if progress.step == step { cancellation.cancel() }
    }
}
