import Foundation
import SparseStore
import TestSupport
import Testing

@testable import SparseTraining

/// What a trained network says of samples, one at a time and many.
@Suite struct PredictionTests {
    /// Trains a few steps of digits or of small data, and reads the checkpoint back.
    private func model(
        _ options: [String: String], folder: TemporaryFolder
    ) throws -> (model: TrainedModel, summary: TrainingSummary) {
        var configuration = TrainingConfiguration()
        for (name, value) in options { try configuration.set(name, to: value) }
        (configuration.steps, configuration.out) = (25, folder.path("run"))
        let summary = try Trainer(configuration).run()
        return (try TrainedModel(contentsOf: folder.path("run"), threads: 2), summary)
    }

    /// The raw features of the first test samples.
    private func features(_ configuration: TrainingConfiguration, count: Int) throws -> [Float] {
        var values: [Float] = []
        _ = try SubsetReader(configuration.testSamples()).read(count, into: &values)
        return values
    }

    private func check(_ model: TrainedModel, _ summary: TrainingSummary) throws {
        let test = try model.configuration.testSamples()
        let raw = try features(model.configuration, count: test.count)
        let width = model.sampleShape.features
        let batch = try model.predict(batch: raw)
        #expect(batch.count == test.count && raw.count == test.count * width)
        let hits = (0..<batch.count).count { batch[$0].label == test.dataset.label(of: test.samples[$0]) }
        #expect(Double(hits) / Double(batch.count) == summary.testAccuracy)
        for sample in stride(from: 0, to: batch.count, by: 7) {
            let one = try model.predict(Array(raw[sample * width..<(sample + 1) * width]))
            let many = batch[sample]
            let largest = many.outputs.map { abs($0) }.max() ?? 0
            let allowed = 1e-4 * max(largest, 1e-3)
            for (a, b) in zip(one.outputs, many.outputs) { #expect(abs(a - b) <= allowed) }
            #expect(abs(one.probabilities.reduce(0, +) - 1) < 1e-5 && one.probabilities.count == many.outputs.count)
            #expect(one.className == one.label.flatMap { model.classNames?[$0] })
        }
        // The same bits again, and on another number of threads.
        #expect(try model.predict(batch: raw).outputs == batch.outputs)
    }

    @Test(
        arguments: TrainedModelTests.runs + [
            ["model": "mlp:200,100", "density": "1"], ["model": "mlp:40", "block": "fc1=16", "density": "0.5"],
        ])
    func ofVectors(options: [String: String]) throws {
        let folder = try TemporaryFolder()
        let (model, summary) = try model(options, folder: folder)
        #expect(model.singleSampleByteCount == 0)
        try check(model, summary)
        #expect(model.singleSampleByteCount > 0)
    }

    @Test(arguments: [
        ["model": "lenet5"], ["model": "resnet20", "batch-size": "8"],
        ["model": "resnet20", "block": "8", "batch-size": "8"],
        ["model": "mobilenet-v1", "batch-size": "8"], ["model": "resnet20", "algo": "topkast", "batch-size": "8"],
        ["model": "resnet20", "density": "1", "algo": "static", "batch-size": "8"],
    ])
    func ofImages(options: [String: String]) throws {
        let (folder, data) = (try TemporaryFolder(), try SmallData())
        var options = options
        guard Parts.models.names.contains(options["model"] ?? "") else { return }
        options["data"] = options["model"] == "lenet5" ? data.images : data.colours
        let (model, summary) = try model(options, folder: folder)
        #expect(model.singleSampleByteCount == 0)
        try check(model, summary)
        #expect(model.singleSampleByteCount > 0)
    }

    /// Products in double precision, from what the checkpoint holds.
    @Test func areThoseOfPlainProducts() throws {
        let folder = try TemporaryFolder()
        let (model, _) = try model(["model": "mlp:50,30", "density": "0.2"], folder: folder)
        let file = try PlainSafetensors(path: folder.path("run/checkpoint.safetensors"))
        let raw = try features(model.configuration, count: 1)
        let (mean, scale) = (try #require(file.floats("input.mean")), try #require(file.floats("input.scale")))
        var vector = raw.indices.map { (Double(raw[$0]) - Double(mean[$0])) * Double(scale[$0]) }
        for layer in ["fc1", "fc2", "fc3"] {
            let starts = try #require(file.integers(layer + ".weight.crow_indices"))
            let columns = try #require(file.integers(layer + ".weight.col_indices"))
            let values = try #require(file.floats(layer + ".weight.values"))
            let bias = try #require(file.floats(layer + ".bias"))
            vector = bias.indices.map { row -> Double in
                var sum = Double(bias[row])
                for place in starts[row]..<starts[row + 1] { sum += Double(values[place]) * vector[columns[place]] }
                return layer == "fc3" ? sum : max(sum, 0)
            }
        }
        let found = try model.predict(raw)
        for (a, b) in zip(found.outputs, vector) { #expect(abs(Double(a) - b) < 1e-4) }
        let sum = vector.reduce(0.0) { $0 + exp($1) }
        for (a, b) in zip(found.probabilities, vector) {
            let share = exp(b) / sum
            #expect(abs(Double(a) - share) < 1e-4)
        }
    }

    @Test func whatIsNoSampleIsRefused() throws {
        let folder = try TemporaryFolder()
        let (model, _) = try model([:], folder: folder)
        #expect(throws: DataError.self) { try model.predict([1, 2, 3]) }
        #expect(throws: DataError.self) { try model.predict(batch: Array(repeating: 0, count: 65)) }
        var sample = [Float](repeating: 0, count: 64)
        sample[7] = .nan
        #expect { try model.predict(sample) } throws: { "\($0)".contains("feature 8 is nan") }
        #expect(try model.predict(batch: []).count == 0)
    }

    /// Eight tasks at once on one model, while another is trained, get what each gets alone.
    @Test func manyTasksPredictWhileAnotherModelIsTrained() async throws {
        let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
        let (model, _) = try model(["batch-norm": "true"], folder: folder)
        let raw = try features(model.configuration, count: 200)
        let alone = try model.predict(batch: raw).outputs
        let single = try (0..<200).map { try model.predict(Array(raw[64 * $0..<64 * ($0 + 1)])) }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                var configuration = TrainingConfiguration()
                (configuration.steps, configuration.out, configuration.threads) = (200, other.path("run"), 2)
                return try Trainer(configuration).run().steps == 200
            }
            for task in 0..<8 {
                group.addTask {
                    for round in 0..<20 {
                        let sample = (task * 20 + round) % 200
                        guard try model.predict(Array(raw[64 * sample..<64 * (sample + 1)])) == single[sample],
                            try model.predict(batch: raw).outputs == alone
                        else { return false }
                    }
                    return true
                }
            }
            for try await isSame in group { #expect(isSame) }
        }
    }
}
