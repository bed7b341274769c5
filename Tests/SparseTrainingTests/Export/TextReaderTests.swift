import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// An exported language model gives in ONNX Runtime what it gives here (`Tests/Python/check_text_export.py`).
@Suite struct TextReaderTests {
    private static let hasPackages = Python.has("numpy, onnx, onnxruntime, safetensors")

    @Test(
        .enabled(
            if: hasPackages, "python3 with numpy, onnx, onnxruntime and safetensors not found; set SPARSETRAIN_PYTHON"),
        arguments: [
            [:], ["norm": "rms", "activation": "gelu-tanh", "block": "4"],
            ["attention": "full", "activation": "silu", "dropout": "0.1"],
        ])
    func aTextHasTheSameOutputs(options: [String: String]) throws {
        let folder = try TemporaryFolder()
        let line = "the quick brown fox jumps over the lazy dog\n"
        var run = TrainingConfiguration()
        run.data = try folder.write(String(repeating: line, count: 60), to: "text.txt")
        (run.tokenizer, run.context, run.model, run.method) = ("characters", 40, "gpt:2x16", "set")
        (run.batchSize, run.steps, run.density, run.threads) = (4, 12, 0.4, 1)
        run.deltaT = .steps(4)
        run.out = folder.path("run")
        for (name, value) in options { try run.set(name, to: value) }
        _ = try Trainer(run).run()
        let trained = try TrainedModel(contentsOf: folder.path("run"))
        let vocabulary = try #require(trained.vocabulary)
        for (path, sparse) in [("plain.onnx", false), ("sparse.onnx", true)] {
            _ = try trained.export(
                to: folder.path(path), format: "onnx", options: ExportOptions(sparseInitializers: sparse))
        }

        // Three sequences of the context's length, and of fewer tokens.
        var cases: [[String: Any]] = []
        for length in [40, 7] {
            var random = CounterRandom(seed: 3, purpose: .test, layer: length)
            let windows = (0..<3).map { _ in (0..<length).map { _ in random.next(below: vocabulary.count) } }
            let step = Panels.count(length) * Panels.lanes
            let network = try trained.pool.makeNetwork(batchSize: 64)
            network.sequenceLength = length
            let ids = AlignedBuffer<Int32>(count: Panels.count(40) * Panels.lanes)
            let logits = windows.map { window in
                for (place, id) in window.enumerated() { ids[place] = Int32(id) }
                let output = network.forward([.tokens(ids)], samples: step)
                return (0..<length).map { token in (0..<vocabulary.count).map { Double(output[token, $0]) } }
            }
            cases.append(["ids": windows, "logits": logits])
        }
        try JSONSerialization.data(withJSONObject: cases).write(to: URL(filePath: folder.path("cases.json")))
        let check = Python.run(
            [SharedData.packageRoot + "/Tests/Python/check_text_export.py", folder.path], withErrors: true)
        #expect(check.status == 0 && check.output.matches(of: #/within /#).count == 4, "\(check.output)")
    }
}
