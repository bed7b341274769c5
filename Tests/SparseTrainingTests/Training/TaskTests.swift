import Foundation
import SparseParts
import TestSupport
import Testing

@testable import SparseTraining

/// Numbers to predict, several labels, and weights of classes, from arrays to what a trained network says.
@Suite struct TaskTests {
    /// J. Friedman, "Multivariate adaptive regression splines", 1991: ten inputs, of which five matter, and noise of deviation 1.
    private func friedman(
        _ count: Int = 1200, scale: Float = 1, offset: Float = 0, seed: UInt64 = 1
    ) throws -> DataSource {
        var random = CounterRandom(seed: seed, purpose: .test)
        var (features, numbers): ([Float], [Float]) = ([], [])
        for _ in 0..<count {
            let x = (0..<10).map { _ in random.nextUnit() }
            features += x.map { Float($0) }
            var y: Double = (0..<12).reduce(-6.0) { sum, _ in sum + random.nextUnit() }
            y += 10 * sin(Double.pi * x[0] * x[1])
            y += 20 * (x[2] - 0.5) * (x[2] - 0.5)
            y += 10 * x[3] + 5 * x[4]
            numbers.append(Float(y) * scale + offset)
        }
        return try DataSource(
            features: features, numbers: numbers, outputNames: ["y"], testFraction: 0.25, name: "friedman")
    }

    private func configuration(_ epochs: Int = 40) -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        (configuration.model, configuration.epochs, configuration.density) = ("mlp:64,64", epochs, 0.2)
        (configuration.batchSize, configuration.threads, configuration.learningRate) = (32, 2, 0.02)
        return configuration
    }

    /// Without a word about loss or scaling.
    @Test func numbersAreFoundAtAFifthOfTheWeights() throws {
        let folder = try TemporaryFolder()
        var configuration = configuration(60)
        (configuration.out, configuration.learningRate) = (folder.path("run"), 0.05)
        let trainer = try Trainer(configuration, data: friedman(2400))
        #expect(trainer.configuration.loss == "mse" && trainer.configuration.targetScaling == .standardize)
        let summary = try trainer.run()
        #expect(try #require(summary.test["r2"]) > 0.9, "\(summary.test)")
        // The root of the mean squared error, in the units of the data, is little more than the noise.
        let error = try #require(summary.test["rmse"])
        #expect(error > 0.9 && error < 1.6)
        // What it predicts, alone and in batches, is in these units: counted here from the predictions.
        let data = try friedman(2400)
        let model = try TrainedModel(contentsOf: folder.path("run"))
        var (squares, absolute) = (0.0, 0.0)
        for sample in data.test.samples {
            let panels = Panels(channels: 10, samples: 1)
            let place = AlignedBuffer<Int>(count: Panels.lanes)
            place[0] = sample
            data.test.dataset.assemble(panel: 0, samples: place, count: 1, into: panels, scaling: .identity(10))
            let prediction = try model.predict((0..<10).map { panels[0, $0] })
            #expect(prediction.probabilities.isEmpty && prediction.label == nil)
            let difference = Double(prediction.outputs[0] - data.test.dataset.number(0, of: sample))
            squares += difference * difference
            absolute += abs(difference)
        }
        let count = Double(data.test.count)
        #expect(abs((squares / count).squareRoot() - error) < 1e-3)
        #expect(abs(absolute / count - (try #require(summary.test["mae"]))) < 1e-3)
        let evaluation = try model.evaluate(data.test)
        #expect(evaluation.scores == summary.test)
    }

    /// The network sees the same numbers whatever the unit, up to rounding; what is said of them changes with it.
    @Test func theUnitDoesNotMatter() throws {
        let one = try Trainer(configuration(3), data: friedman(400)).run()
        for (scale, offset): (Float, Float) in [(1e-6, 0), (1e30, 0), (1, 1e4)] {
            let other = try Trainer(configuration(3), data: friedman(400, scale: scale, offset: offset)).run()
            #expect(abs((other.test["r2"] ?? .nan) - (one.test["r2"] ?? 0)) < 0.02, "\(scale), \(offset)")
            let ratio = (other.test["rmse"] ?? .nan) / (one.test["rmse"] ?? 0) / Double(scale)
            #expect(abs(ratio - 1) < 0.02, "\(scale), \(offset)")
            #expect(abs((other.testLoss ?? .nan) / (one.testLoss ?? 0) - 1) < 0.05, "\(scale), \(offset)")
        }
    }

    @Test(arguments: ["mse", "mae", "huber"])
    func anInterruptedRunGoesOnTheSame(loss: String) throws {
        let folder = try TemporaryFolder()
        var configuration = configuration(3)
        configuration.loss = loss
        let whole = try Trainer(configuration, data: friedman(300)).run()
        configuration.out = folder.path("run")
        let cancellation = Cancellation()
        let stopper = StopAfter(step: 10, cancellation)
        let first = try Trainer(
            configuration, data: friedman(300), observers: [stopper], cancellation: cancellation
        ).run()
        #expect(first.interrupted)
        let second = try Trainer(configuration, data: friedman(300), resumption: .exact).run()
        #expect(second.test == whole.test && second.trainLoss == whole.trainLoss)
        // Numbers that were standardised cannot go on as they are.
        configuration.targetScaling = TargetScalingChoice.none
        #expect(throws: ConfigurationError.self) {
            try Trainer(configuration, data: friedman(300), resumption: .exact)
        }
    }

    /// A target that never varies is kept at its value; samples that differ there are not infinitely far from it.
    @Test func aConstantTarget() throws {
        var (features, numbers): ([Float], [Float]) = ([], [])
        for index in 0..<60 {
            features += [Float(index % 7), Float(index % 5)]
            numbers += [Float(index % 7) * 2, 0.1]
        }
        let train = try InMemoryDataset(
            features: features, numbers: numbers, outputs: 2, shape: SampleShape(channels: 2), names: ["a", "b"])
        numbers[1] = 5
        let test = try InMemoryDataset(
            features: features, numbers: numbers, outputs: 2, shape: SampleShape(channels: 2), names: ["a", "b"])
        var configuration = configuration(20)
        (configuration.model, configuration.density) = ("mlp:8", 1)
        configuration.method = "static"
        let source = DataSource(name: "constant", train: Subset(train), test: Subset(test))
        let summary = try Trainer(configuration, data: source).run()
        #expect(summary.warnings.contains { $0.contains("b is the same number in all 60") }, "\(summary.warnings)")
        #expect(try #require(summary.testLoss) < 10 && #require(summary.test["mae"]) < 2)
        let scaling = try #require(TargetScaling(of: Subset(train)))
        #expect(scaling.deviations[1] == 1 && scaling.means[1] == 0.1)
        #expect(scaling.unscaled([0, 0]) == scaling.means)
    }

    @Test func oneSample() throws {
        let data = try DataSource(features: [1, 2, 3], numbers: [7])
        var configuration = configuration(2)
        (configuration.model, configuration.density) = ("mlp:8", 1)
        configuration.method = "static"
        let summary = try Trainer(configuration, data: data).run()
        #expect(summary.testLoss == nil && summary.trainLoss.isFinite)
    }

    @Test func hugeNumbers() throws {
        let top = Float.greatestFiniteMagnitude
        let data = try InMemoryDataset(
            features: (0..<16).map { Float($0) }, numbers: (0..<16).map { $0 % 4 == 0 ? top : -top },
            shape: SampleShape(channels: 1))
        let scaling = try #require(TargetScaling(of: Subset(data)))
        let scaled = Subset(data).scaled(by: scaling).dataset
        let values = (0..<16).map { Double(scaled.number(0, of: $0)) }
        #expect(abs(values.reduce(0, +)) < 1e-4)
        #expect(abs(values.map { $0 * $0 }.reduce(0, +) / 16 - 1) < 1e-4)
        for sample in 0..<16 {
            let back = scaling.unscaled([scaled.number(0, of: sample)])[0]
            #expect(abs(back / data.number(0, of: sample) - 1) < 1e-5 || back.isInfinite)
        }
        #expect(TargetScaling(of: Subset(data, samples: [])) == nil)
    }

    /// Of each sample: whether x0 > 0, whether x1 + x2 > 0, and one that is hardly ever true.
    private func labels(_ count: Int = 600) throws -> DataSource {
        var random = CounterRandom(seed: 9, purpose: .test)
        var (features, truths): ([Float], [Bool]) = ([], [])
        for _ in 0..<count {
            let x = (0..<6).map { _ in Float(random.nextUnit() * 2 - 1) }
            features += x
            truths += [x[0] > 0, x[1] + x[2] > 0, x[3] > 0.95]
        }
        return try DataSource(
            features: features, truths: truths, outputs: 3, outputNames: ["left", "sum", "rare"], testFraction: 0.25,
            name: "labels")
    }

    @Test func severalLabelsAreFound() throws {
        let folder = try TemporaryFolder()
        var configuration = configuration(30)
        (configuration.out, configuration.validationFraction) = (folder.path("run"), 0.1)
        let trainer = try Trainer(configuration, data: labels())
        #expect(trainer.configuration.loss == "binary-cross-entropy")
        let summary = try trainer.run()
        #expect(try #require(summary.test["label_accuracy"]) > 0.93, "\(summary.test)")
        #expect(try #require(summary.test["f1_micro"]) > 0.9 && summary.testAccuracy == nil)
        #expect(summary.bestValidation.name == "f1_macro")
        let model = try TrainedModel(contentsOf: folder.path("run"))
        #expect(model.targets == .labels(3) && model.classNames == ["left", "sum", "rare"])
        #expect(try model.evaluate(labels().test).scores == summary.test)
        let prediction = try model.predict([0.9, -0.8, -0.7, 0, 0, 0])
        #expect(prediction.label == nil && prediction.probabilities.count == 3)
        #expect(prediction.probabilities[0] > 0.9 && prediction.probabilities[1] < 0.1)
        for (output, probability) in zip(prediction.outputs, prediction.probabilities) {
            #expect(abs(Double(probability) - 1 / (1 + exp(-Double(output)))) < 1e-6)
        }
        // The page of the run is there, and says nothing of an accuracy.
        let page = try String(contentsOfFile: folder.path("run/report.html"), encoding: .utf8)
        #expect(page.contains("f1_macro") || page.contains("F1"))
    }

    @Test func lossesThatDoNotFitAreRefused() throws {
        for (loss, fitting) in [("cross-entropy", "binary-cross-entropy"), ("mse", "binary-cross-entropy")] {
            var configuration = configuration(1)
            configuration.loss = loss
            let error = #expect(throws: ConfigurationError.self) { try Trainer(configuration, data: labels(40)) }
            #expect(error.map { "\($0)" }?.contains(fitting) == true, "\(loss)")
        }
        var configuration = configuration(1)
        try configuration.set("target-scaling", to: "standardize")
        #expect(throws: ConfigurationError.self) { try Trainer(configuration, data: labels(40)) }
    }

    @Test func optionsThatAnotherLossReadsAreNamed() throws {
        var configuration = configuration(1)
        configuration.huberDelta = 2
        let summary = try Trainer(configuration, data: friedman(60)).run()
        #expect(summary.warnings.contains { $0.contains("huber-delta") && $0.contains("--loss mse") })
        configuration.loss = "huber"
        let other = try Trainer(configuration, data: friedman(60)).run()
        #expect(!other.warnings.contains { $0.contains("huber-delta") })
    }
}

/// What weights of classes do.
@Suite struct ClassWeightTests {
    private func data(repeating second: Int = 1, names: [String]? = ["a", "b"]) throws -> DataSource {
        var random = CounterRandom(seed: 3, purpose: .test)
        var (features, labels): ([Float], [Int]) = ([], [])
        for index in 0..<40 {
            let label = index % 4 == 0 ? 1 : 0
            let x = (0..<5).map { _ in Float(random.nextUnit()) + Float(label) * 0.5 }
            for _ in 0..<(label == 1 ? second : 1) {
                features += x
                labels.append(label)
            }
        }
        let all = try InMemoryDataset(
            features: features, labels: labels, shape: SampleShape(channels: 5), classNames: names)
        return DataSource(name: "weights", train: Subset(all), test: Subset(all))
    }

    private func configuration() -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        (configuration.model, configuration.method, configuration.steps) = ("mlp:6", "static", 12)
        (configuration.batchSize, configuration.standardization) = (200, "none")
        (configuration.optimizer, configuration.momentum, configuration.weightDecay) = ("sgd", 0, 0)
        (configuration.learningRateSchedule, configuration.warmupSteps) = ("constant", 0)
        (configuration.learningRate, configuration.threads, configuration.density) = (0.4, 1, 1)
        return configuration
    }

    /// A weight of 3 is as good as the class's samples three times: 40 samples then count as 60, so that the mean of these is
    /// 2/3 of the weighted sum by 40.
    @Test func aWeightIsAsGoodAsCopies() throws {
        var weighted = configuration()
        weighted.classWeight = "b=3"
        var copied = configuration()
        copied.learningRate = 0.6
        let one = try Trainer(weighted, data: data())
        let other = try Trainer(copied, data: data(repeating: 3))
        _ = try (one.run(), other.run())
        for (a, b) in zip(one.network.parameters, other.network.parameters) {
            for (x, y) in zip(a.values.array, b.values.array) { #expect(abs(x - y) < 1e-5, "\(a.name)") }
        }
        // And it is not what a run without comes to.
        let plain = try Trainer(configuration(), data: data())
        _ = try plain.run()
        let differs = zip(one.network.parameters, plain.network.parameters).contains { a, b in
            zip(a.values.array, b.values.array).contains { abs($0 - $1) > 1e-3 }
        }
        #expect(differs)
    }

    /// Samples / (classes x the class's samples): 40 / (2 x 30) and 40 / (2 x 10).
    @Test func balanced() throws {
        var configuration = configuration()
        configuration.classWeight = "balanced"
        #expect(try configuration.classWeights(of: data().train) == [2.0 / 3, 2])
    }

    @Test func namesMayHaveCommasAndSigns() throws {
        let names = ["a,b", "c=d"]
        var configuration = configuration()
        configuration.classWeight = "c=d=4,a,b=0.5"
        #expect(try configuration.classWeights(of: data(names: names).train) == [0.5, 4])
        configuration.classWeight = "1=4"
        #expect(try configuration.classWeights(of: data(names: nil).train) == [1, 4])
    }

    @Test(arguments: ["c=1", "a", "a=", "a=0", "a=-1", "a=nan", "a=1,,b=2", "a=1,a=2", "Balanced"])
    func whatIsNoWeightIsRefused(text: String) throws {
        var configuration = configuration()
        configuration.classWeight = text
        let error = #expect(throws: ConfigurationError.self) {
            try configuration.classWeights(of: data().train)
        }
        if text == "c=1" { #expect(error.map { "\($0)" }?.contains("a, b") == true) }
    }

    /// The loss that is measured knows no weights.
    @Test func whatIsMeasuredHasNone() throws {
        let loss = try #require(SoftmaxCrossEntropy().weighted(by: [1, 5]))
        let (x, gradient) = (Panels(channels: 2, samples: 1), Panels(channels: 2, samples: 1))
        let labels = AlignedBuffer<Int32>([1])
        func value(_ loss: any Loss) -> Double {
            loss.evaluate(x, targets: .classes(labels), samples: 1, gradient: gradient, panel: 0)
        }
        #expect(abs(value(loss) - 5 * log(2)) < 1e-6 && abs(value(loss.measured) - log(2)) < 1e-6)
        #expect(MeanSquaredError().weighted(by: [1, 5]) == nil)
        var configuration = configuration()
        (configuration.classWeight, configuration.loss) = ("balanced", "mse")
        #expect(throws: ConfigurationError.self) { try Trainer(configuration, data: data()) }
    }
}

private final class StopAfter: TrainingObserver {
    private let step: Int
    private let cancellation: Cancellation

    init(step: Int, _ cancellation: Cancellation) { (self.step, self.cancellation) = (step, cancellation) }

    func stepDidEnd(_ progress: TrainingProgress) { if progress.step == step { cancellation.cancel() } }
}
