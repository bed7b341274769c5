import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Networks that read texts, from the file to the loss.
@Suite struct TextTrainingTests {
    /// A text of 16 characters in which most of them follow from the one before.
    private static let text: String = {
        var random = CounterRandom(seed: 5, purpose: .test)
        let letters = Array("abcdefghijklmno\n")
        var (text, place) = ("", 0)
        for _ in 0..<3000 {
            text.append(letters[place])
            place = random.nextUnit() < 0.8 ? (3 * place + 1) % 16 : random.next(below: 16)
        }
        return text
    }()

    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = try folder.write(Self.text, to: "text.txt")
    }

    private func configuration(_ context: Int = 40, out: String? = nil) -> TrainingConfiguration {
        var run = TrainingConfiguration()
        (run.data, run.tokenizer, run.context) = (path, "characters", context)
        (run.batchSize, run.steps, run.density, run.deltaT, run.threads) = (4, 60, 0.5, .steps(7), 1)
        (run.optimizer, run.learningRate, run.distribution) = ("adam", 0.02, "uniform")
        run.out = out.map { folder.path($0) }
        return run
    }

    private func train(
        _ run: TrainingConfiguration, until step: Int? = nil, _ resumption: Resumption = .none
    ) throws -> TrainingSummary {
        let cancellation = Cancellation()
        let observers = step.map { [Stopper($0, cancellation)] } ?? []
        return try Trainer(
            run, model: TokenTable.model(run.tokenizer == "bytes" ? 256 : 16), observers: observers,
            cancellation: cancellation,
            resumption: resumption
        ).run()
    }

    private final class Stopper: TrainingObserver {
        let step: Int
        let cancellation: Cancellation
        init(_ step: Int, _ cancellation: Cancellation) { (self.step, self.cancellation) = (step, cancellation) }
        func stepDidEnd(_ progress: TrainingProgress) { if progress.step >= step { cancellation.cancel() } }
    }

    /// The loss of all windows of the test part, in double precision.
    private func loss(_ model: TrainedModel, _ context: Int) throws -> Double {
        let vocabulary = try #require(model.vocabulary)
        let ids = try vocabulary.encode(Self.text)
        let test = Array(ids[Int(0.9 * Double(ids.count))...])
        let table = model.parameters[0].values
        let (weights, bias) = (model.weights[0], model.parameters[2].values)
        let width = weights.columns
        var (sum, count) = (0.0, 0)
        for place in 0..<(test.count - 1) / context * context {
            var logits = (0..<16).map { Double(bias[$0]) }
            weights.forEachStoredWeight { row, column, value in
                logits[row] += Double(value) * Double(table[test[place] * width + column])
            }
            sum += log(logits.map { exp($0) }.reduce(0, +)) - logits[test[place + 1]]
            count += 1
        }
        return sum / Double(count)
    }

    @Test(arguments: [5, 32, 40, 64]) func theLossIsThatOfEveryTokenOfTheTestPart(context: Int) throws {
        let summary = try train(configuration(context, out: "run"))
        let model = try TrainedModel(contentsOf: folder.path("run"))
        let expected = try loss(model, context)
        let loss = try #require(summary.testLoss)
        #expect(abs(loss - expected) < 1e-5)
        #expect(loss < 2.4 && summary.steps == 60)
        #expect(summary.test["perplexity"] == exp(loss) && summary.test["bits_per_character"] == loss / log(2))
        #expect(summary.testAccuracy != nil && summary.testTop5 != nil)
        // The checkpoint alone says the same of the same text, bit for bit.
        let again = try model.evaluate(model.configuration.openedData(for: model).test)
        #expect(again.loss == loss && again.samples == 299 / context * context && again.report == nil)
        #expect(again.sampleUnit == "tokens" && model.sequence?.length == context)
        #expect(model.vocabulary?.kind == .characters && model.vocabulary?.count == 16)
        let metrics = try String(contentsOfFile: folder.path("run/metrics.jsonl"), encoding: .utf8)
        for key in ["train_loss", "train_perplexity", "test_loss", "test_accuracy", "test_bits_per_character"] {
            #expect(metrics.contains("\"\(key)\":"), "\(key)")
        }
        #expect(try RunCheck(folder: folder.path("run")).problems == [])
        let inspection = try Inspection(contentsOf: folder.path("run/checkpoint.safetensors"))
        #expect(inspection.layers.map(\.name) == ["out"])
    }

    @Test(arguments: ["random", "in-order"]) func threadsAndBatchesAheadChangeNothing(windows: String) throws {
        var losses: [[Double]] = []
        for threads in [1, 2, 5] {
            var run = configuration()
            try run.set("windows", to: windows)
            (run.threads, run.validationFraction, run.steps) = (threads, 0.2, 40)
            let summary = try train(run)
            losses.append([summary.trainLoss, summary.testLoss ?? 0, summary.bestValidation.value ?? 0])
        }
        #expect(losses[0] == losses[1] && losses[0] == losses[2])
    }

    @Test(arguments: ["rigl", "set", "topkast"]) func stopsAndGoesOnAtAnyStep(method: String) throws {
        func content(_ name: String) throws -> Data {
            try Data(contentsOf: URL(filePath: folder.path(name + "/checkpoint.safetensors"))).dropLast(16)
        }
        var one = configuration(out: "one")
        (one.method, one.validationFraction) = (method, 0.1)
        let whole = try train(one)
        var two = one
        two.out = folder.path("two")
        for step in [1, 7, 8, 15, 16, 31] { _ = try train(two, until: step, .exactOrStart) }
        two.threads = 3
        let resumed = try train(two, until: nil, .exactOrStart)
        // The number of threads is in the configuration of a checkpoint.
        #expect(resumed.testLoss == whole.testLoss && resumed.trainLoss == whole.trainLoss)
        two.threads = 1
        two.out = folder.path("three")
        for step in [3, 14, 29] { _ = try train(two, until: step, .exactOrStart) }
        _ = try train(two, until: nil, .exactOrStart)
        #expect(try content("one") == content("three"))
    }

    @Test func layersAreToldOfWindows() throws {
        for (context, panels) in [(5, 1), (32, 1), (40, 2), (64, 2), (65, 3)] {
            let trainer = try Trainer(configuration(context), model: TokenTable.model(16))
            #expect(trainer.network.panelsPerSequence == panels && trainer.network.batchSize == 4 * panels * 32)
            #expect(trainer.plan.batchesPerEpoch == ((2699 / context) + 3) / 4)
            _ = try trainer.run()
            #expect((trainer.network.layers[0] as? TokenTableLayer)?.panelsPerSequence == panels)
        }
    }

    /// What is counted is tokens; what a batch has more than that is in no sum.
    @Test func tokensAreCounted() throws {
        final class Counter: TrainingObserver {
            var unit = ""
            func dataWasOpened(_ source: DataSource) { unit = source.sampleUnit }
        }
        var run = configuration(40)
        (run.steps, run.epochs) = (nil, 1)
        let counter = Counter()
        let trainer = try Trainer(run, model: TokenTable.model(16), observers: [counter])
        _ = try trainer.run()
        #expect(
            trainer.state.trainingSamples == 2699 / 40 * 40 && counter.unit == "tokens"
                && trainer.sampleUnit == "tokens")
    }

    @Test func bytesTrainToo() throws {
        var run = configuration(out: "run")
        run.tokenizer = "bytes"
        #expect(try train(run).testLoss?.isFinite == true)
        #expect(try TrainedModel(contentsOf: folder.path("run")).vocabulary == .bytes)
    }

    @Test func otherTextsAreMeasuredByTheVocabularyOfTheRun() throws {
        _ = try train(configuration(out: "run"))
        let model = try TrainedModel(contentsOf: folder.path("run"))
        var other = model.configuration
        other.data = try folder.write(String(repeating: "cab\n", count: 300), to: "other.txt")
        #expect(try model.evaluate(other.openedData(for: model).test).loss.isFinite)
        other.context = 30
        let error = #expect(throws: DataError.self) { try model.evaluate(other.openedData(for: model).test) }
        #expect(error?.description.contains("--context 40") == true)
        other.context = 40
        other.data = try folder.write(String(repeating: "caz\n", count: 300), to: "z.txt")
        #expect(throws: DataError.self) { try other.openedData(for: model) }
        // Samples that are no text, and rows of numbers.
        #expect(throws: DataError.self) { try model.evaluate(DataSource.open("digits").test) }
        #expect(throws: DataError.self) { try model.predict([1]) }
        #expect(throws: DataError.self) { try InputImportance(model) }
    }

    private func refusal(_ change: (inout TrainingConfiguration) throws -> Void, model: Model? = nil) rethrows -> String
    {
        var run = configuration()
        try change(&run)
        let error = #expect(throws: (any Error).self) { try Trainer(run, model: model) }
        #expect(error is ConfigurationError || error is DataError)
        return error.map { "\($0)" } ?? ""
    }

    @Test func whatDoesNotGoTogetherIsRefused() throws {
        #expect(refusal { _ in }.contains("such as gpt"))
        let model = try TokenTable.model(16)
        #expect(
            try refusal({ $0 = TrainingConfiguration() }, model: TokenTable.model(10)).contains(
                "--tokenizer characters"))
        for (option, value, words) in [
            ("train-samples", "10", "--train-samples"), ("augment", "flip", "--augment"),
            ("input-noise", "0.1", "--input-noise"),
            ("class-weight", "balanced", "--class-weight"), ("loss", "mse", "cross-entropy"), ("folds", "3", "--folds"),
            ("task", "inputs", "tokens"), ("test-data", "x.txt", "--test-data"), ("context", "400", "--context"),
            ("metrics", "rmse", "rmse"),
        ] {
            let text = try refusal({ try $0.set(option, to: value) }, model: model)
            #expect(text.contains(words), "\(option): \(text)")
        }
        // Options of texts for data that are none.
        for (option, value) in [("context", "32"), ("windows", "in-order"), ("tokenizer", "bytes")] {
            let text = try refusal({
                $0 = TrainingConfiguration()
                try $0.set(option, to: value)
            })
            #expect(text.contains("--\(option)"), "\(text)")
        }
        #expect(try refusal({ $0.context = 41 }, model: TokenTable.model(17)).contains("token"))
    }

    @Test func aBatchOfOneWindowNeedsNoOtherForStatistics() throws {
        var run = configuration()
        (run.batchSize, run.steps) = (1, 5)
        let model = try Model(
            name: "normal", input: ActivationShape(tokensOf: 16),
            layers: [TokenTable(name: "table", outputs: 8), BatchNorm(name: "bn"), Linear(name: "out", outputs: 16)])
        #expect(try Trainer(run, model: model).run().trainLoss.isFinite)
    }

    @Test func theEstimateCountsLanes() throws {
        var run = configuration(33)
        run.batchSize = 8
        let small = try RunEstimate(run, model: TokenTable.model(16))
        run.batchSize = 16
        let large = try RunEstimate(run, model: TokenTable.model(16))
        #expect(large.activationBytes == 2 * small.activationBytes)
    }
}
