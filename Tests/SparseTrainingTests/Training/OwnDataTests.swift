import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Programs with data, methods and models of their own.
@Suite struct OwnDataTests {
    /// Says of itself what it is told to.
    private struct Claims: Dataset {
        var name = "claims"
        var count = 40
        var shape = SampleShape(channels: 4)
        var classes = 2
        var targets: TargetKind { .classes(classes) }
        var fullScale: Float = 1
        var preferredStandardization = Standardization.none
        var labels: @Sendable (Int) -> Int = { $0 % 2 }

        func label(of sample: Int) -> Int { labels(sample) }
        func assemble(
            panel: Int, samples: AlignedBuffer<Int>, count: Int, into panels: Panels, scaling: FeatureScaling
        ) {
            for lane in 0..<Panels.lanes where panel * Panels.lanes + lane < count {
                for channel in 0..<4 {
                    panels[panel * Panels.lanes + lane, channel] = Float(
                        (samples[panel * Panels.lanes + lane] + channel) % 5)
                }
            }
        }
    }

    private func configuration() -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        (configuration.model, configuration.steps, configuration.density) = ("mlp:5", 2, 0.5)
        configuration.deltaT = .steps(1)
        return configuration
    }

    private func source(_ train: Claims, test: Claims? = Claims(), samples: [Int]? = nil) -> DataSource {
        DataSource(
            name: "my data", train: Subset(train, samples: samples),
            test: Subset(test ?? train, samples: test == nil ? [] : nil))
    }

    @Test func filesNameWhatTheRunWasMadeOf() throws {
        let folder = try TemporaryFolder()
        var configuration = configuration()
        configuration.out = folder.path("run")
        let method = Method(
            name: "my-method", summary: "", citation: "",
            preset: Settings {
                $0.distribution = "uniform"
                $0.deltaT = .steps(1)
                $0.growRule = "random"
            }
        ) { settings, run throws(PolicyError) in try DropAndGrow(settings, run: run) }
        let trainer = try Trainer(configuration, data: source(Claims()), method: method)
        let summary = try trainer.run()
        #expect((summary.data, summary.method, summary.model) == ("my data", "my-method", "mlp:5"))
        let file = try JSONSerialization.jsonObject(
            with: Data(contentsOf: URL(filePath: folder.path("run/config.json"))))
        let config = try #require(file as? [String: Any])
        #expect(config["data"] as? String == "my data" && config["algo"] as? String == "my-method")
        // What the trainer says of itself can be used again.
        var again = trainer.configuration
        again.out = nil
        #expect(try Trainer(again, data: source(Claims()), method: method).run().steps == 2)
    }

    @Test func withoutTestSamplesThereIsNoAccuracy() throws {
        let folder = try TemporaryFolder()
        var configuration = configuration()
        configuration.out = folder.path("run")
        let summary = try Trainer(configuration, data: source(Claims(), test: nil)).run()
        #expect(summary.testAccuracy == nil && summary.testLoss == nil && summary.testTop5 == nil)
        #expect(summary.trainLoss > 0)
        let text = try String(contentsOfFile: folder.path("run/summary.json"), encoding: .utf8)
        #expect(text.contains("\"test_accuracy\" : null") && text.contains("\"test_loss\" : null"))
        let metrics = try String(contentsOfFile: folder.path("run/metrics.jsonl"), encoding: .utf8)
        #expect(metrics.contains("\"test_accuracy\":null"))
        #expect(try JSONDecoder().decode(TrainingSummary.self, from: summary.json()) == summary)
        #expect(try RunCheck(folder: folder.path("run")).problems == [])
    }

    /// Its tensors are empty: each begins where the next one does.
    @Test func aLayerWithoutWeightsIsReadAgain() throws {
        let folder = try TemporaryFolder()
        var configuration = configuration()
        configuration.layerDensities = [LayerDensity(pattern: "fc2", density: 1e-17)]
        configuration.out = folder.path("run")
        let summary = try Trainer(configuration, data: source(Claims())).run()
        #expect(summary.layers[1].nonzeros == 0)
        let again = try Trainer(configuration, data: source(Claims()), resumption: .exact).run()
        #expect(again.testLoss == summary.testLoss)
    }

    @Test func dataThatCannotBeTrainedOnIsRefused() {
        let faults: [DataSource] = [
            source(Claims(classes: 0)), source(Claims(), samples: []), source(Claims(count: 0)),
            source(Claims(labels: { $0 == 17 ? 2 : 0 })), source(Claims(labels: { _ in -1 })),
            source(Claims(), test: Claims(labels: { _ in 5 })), source(Claims(), samples: [0, 40]),
            source(Claims(), samples: [-1]), source(Claims(shape: SampleShape(channels: 0))),
            source(Claims(), test: Claims(shape: SampleShape(channels: 5))), source(Claims(), test: Claims(classes: 3)),
            source(Claims(fullScale: 0)), source(Claims(fullScale: .nan)),
        ]
        for data in faults {
            let error = #expect(throws: DataError.self) { try Trainer(configuration(), data: data) }
            #expect(error?.description.hasPrefix("my data") == true)
        }
    }

    @Test func oneClassAndFewSamplesTrain() throws {
        for data in [
            source(Claims(classes: 1, labels: { _ in 0 }), test: Claims(classes: 1, labels: { _ in 0 })),
            source(Claims(), samples: [3]), source(Claims(count: 1), test: nil),
        ] {
            let summary = try Trainer(configuration(), data: data).run()
            #expect(summary.trainLoss.isFinite)
        }
    }

    @Test func layersNeedNamesOfTheirOwn() throws {
        func model(_ names: String...) throws(ModelError) -> Model {
            try Model(
                name: "mine", input: ActivationShape(channels: 4),
                layers: [
                    Linear(name: names[0], outputs: 5), ReLU(name: names[1]), Linear(name: names[2], outputs: 2),
                ])
        }
        for (names, fault) in [(["a", "b", "a"], "a"), (["a", "a", "b"], "a"), (["", "b", "c"], "")] {
            #expect(throws: ModelError.repeatedName(model: "mine", layer: fault)) {
                try model(names[0], names[1], names[2])
            }
        }
        let summary = try Trainer(configuration(), data: source(Claims()), model: model("a", "b", "c")).run()
        #expect(summary.model == "mine" && summary.layers.map(\.name) == ["a", "c"])
    }

    @Test func aModelNeedsWeightsAndOneNumberAClass() throws {
        let shape = ActivationShape(channels: 4)
        for layers: [any ModelPart] in [[], [ReLU(name: "relu")]] {
            let model = try Model(name: "mine", input: shape, layers: layers)
            let data = source(Claims(classes: 4), test: Claims(classes: 4))
            #expect(throws: ConfigurationError.self) { try Trainer(configuration(), data: data, model: model) }
        }
    }

    @Test func vectorsAreNoImages() {
        var configuration = configuration()
        configuration.augmentation = "flip"
        #expect {
            try Trainer(configuration, data: source(Claims()))
        } throws: {
            ($0 as? ConfigurationError)?.description.hasPrefix("--augment flip: samples of my data are 4") == true
        }
    }

    /// Crops and mirror images of the digits are learnt as vectors, too, by the same bits whatever the threads.
    @Test func imagesAreChangedBeforeTheyAreFlattened() throws {
        var configuration = TrainingConfiguration()
        (configuration.augmentation, configuration.epochs) = ("crop", 30)
        configuration.model = "mlp:100"
        #expect(try (Trainer(configuration).run().testAccuracy ?? 0) > 0.75)
        configuration.epochs = 1
        var losses: [Double] = []
        for threads in [1, 3] {
            configuration.threads = threads
            losses.append(try Trainer(configuration).run().trainLoss)
        }
        #expect(losses[0] == losses[1])
        configuration.augmentation = "none"
        #expect(try Trainer(configuration).run().trainLoss != losses[0])
    }
}
