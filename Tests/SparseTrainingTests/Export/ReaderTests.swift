import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// What is exported gives in PyTorch, SciPy and ONNX Runtime what it gives here (`Tests/Python/check_export.py`).
/// `SPARSETRAIN_PYTHON` names the interpreter, else python3 is looked for; without it or one of the packages the test is skipped.
@Suite struct ReaderTests {
    static let hasPackages =
        Python.has("numpy, onnx, onnxruntime, safetensors, scipy.sparse, torch")

    static let cases: [ExportCase] = [
        ExportCase(model: "mlp:40,30", options: ["algo": "set"]),
        ExportCase(model: "mlp:40,30", options: ["algo": "rigl", "block": "8", "batch-norm": "true"]),
        ExportCase(
            model: "mlp:40,30", options: ["algo": "rigl", "nm": "fc1=2:4,fc2=1:4", "standardization": "feature"]),
        ExportCase(model: "mlp:40,30", options: ["algo": "srigl", "constant-fan-in": "fc1", "dropout": "0.2"]),
        ExportCase(model: "mlp:40,30", options: ["algo": "topkast", "dense-layers": "fc3"]),
        ExportCase(model: "lenet5", size: 16, options: ["algo": "rigl"]),
        ExportCase(model: "lenet5", channels: 3, size: 32, options: ["algo": "static", "dense-layers": "conv1,fc3"]),
        ExportCase(model: "resnet20", channels: 3, options: ["algo": "rigl"]),
        ExportCase(model: "resnet20", channels: 3, options: ["algo": "rigl", "block": "stage*=8"]),
        ExportCase(model: "resnet20", options: ["algo": "topkast"]),
        ExportCase(model: "wrn-10-1", channels: 3, options: ["algo": "set", "dropout": "0.1"], folds: false),
        ExportCase(model: "mobilenet-v1", channels: 3, size: 16, options: ["algo": "static"], steps: 3),
    ]

    @Test(
        .enabled(
            if: hasPackages,
            "python3 with numpy, onnx, onnxruntime, safetensors, scipy and torch not found; set SPARSETRAIN_PYTHON"),
        arguments: cases)
    func aNetworkHasTheSameOutputs(of export: ExportCase) throws {
        let folder = try TemporaryFolder()
        let trained = try export.trained(in: folder)
        let dataset = try export.dataset(samples: ExportCase.samples, seed: 2)
        let accuracy = try #require(try trained.evaluate(Subset(dataset)).accuracy)
        let (raw, labels, logits) = try export.outputs(of: trained)
        try raw.withUnsafeBytes { try Data($0).write(to: URL(filePath: folder.path("inputs.bin"))) }
        try labels.withUnsafeBytes { try Data($0).write(to: URL(filePath: folder.path("labels.bin"))) }
        try logits.withUnsafeBytes { try Data($0).write(to: URL(filePath: folder.path("logits.bin"))) }

        let report = try trained.export(to: folder.path("csr.safetensors"), format: "safetensors")
        for (path, format, options) in [
            ("dense.safetensors", "safetensors", ExportOptions(layout: .dense)), ("npz", "npz", ExportOptions()),
            ("csv", "csv", ExportOptions()), ("plain.onnx", "onnx", ExportOptions()),
            ("folded.onnx", "onnx", ExportOptions(foldBatchNorm: true)),
            ("sparse.onnx", "onnx", ExportOptions(sparseInitializers: true)),
        ] { _ = try trained.export(to: folder.path(path), format: format, options: options) }

        let description: [String: Any] = [
            "model": export.model, "batch_norm": export.options["batch-norm"] == "true",
            "shape": [export.channels, export.size, export.size], "classes": ExportCase.classes,
            "samples": ExportCase.samples, "accuracy": accuracy, "weights": report.weights, "folds": export.folds,
        ]
        try JSONSerialization.data(withJSONObject: description).write(to: URL(filePath: folder.path("case.json")))
        let check = Python.run(
            [SharedData.packageRoot + "/Tests/Python/check_export.py", folder.path], withErrors: true)
        #expect(check.status == 0, "\(check.output)")
        #expect(check.output.matches(of: #/ONNX Runtime, /#).count == 3)
    }

    /// The examples of docs/formats.md, each in a folder with what it reads.
    @Test(
        .enabled(
            if: hasPackages,
            "python3 with numpy, onnx, onnxruntime, safetensors, scipy and torch not found; set SPARSETRAIN_PYTHON"))
    func theExamplesOfTheDocumentation() throws {
        let page = try String(contentsOfFile: SharedData.packageRoot + "/docs/formats.md", encoding: .utf8)
        let section = try #require(page.firstRange(of: "\n## Export\n"))
        let examples = page[section.upperBound...].matches(of: #/```python\n([^`]*)```/#).map { String($0.1) }
        try #require(examples.count == 5)
        let folder = try TemporaryFolder()
        let plain = try ExportCase(model: "mlp:40,30", options: ["algo": "set"]).trained(in: folder)
        // Weights of the network that the example is about, trained or not.
        let deep = try ExportCase(model: "resnet20", channels: 3, size: 32, options: ["algo": "static"])
            .trained(in: TemporaryFolder(), classes: 10, steps: 1)
        try folder.makeFolder(folder.path("cifar-10-batches-bin"))
        try folder.write(
            (0..<100 * 3073).map { UInt8($0 % 251) }, to: "cifar-10-batches-bin/test_batch.bin")
        let exports: [(TrainedModel, String, String, ExportOptions)] = [
            (plain, "mine.safetensors", "safetensors", ExportOptions()),
            (deep, "mine.safetensors", "safetensors", ExportOptions(layout: .dense)),
            (plain, "mine", "npz", ExportOptions()), (plain, "mine.onnx", "onnx", ExportOptions()),
            (plain, "mine", "csv", ExportOptions()),
        ]
        let modules =
            "import os, sys\nos.chdir('\(folder.path)')\nsys.path.insert(0, '\(SharedData.packageRoot)/Tests/Python')\n"
        for (example, (model, path, format, options)) in zip(examples, exports) {
            _ = try model.export(to: folder.path(path), format: format, options: options, force: true)
            let result = Python.run(["-c", modules + example], withErrors: true)
            #expect(result.status == 0 && !result.output.isEmpty, "\(format): \(result.output)")
        }
    }

    /// The lines of docs/formats.md that need no export: from a checkpoint and raw inputs to the summary's accuracy.
    @Test(
        .enabled(
            if: hasPackages,
            "python3 with numpy, onnx, onnxruntime, safetensors, scipy and torch not found; set SPARSETRAIN_PYTHON"),
        arguments: [["data": "digits", "epochs": "3"], ["model": "resnet20", "epochs": "2", "batch-size": "12"]])
    func aCheckpointIsReadInAFewLines(options: [String: String]) throws {
        let page = try String(contentsOfFile: SharedData.packageRoot + "/docs/formats.md", encoding: .utf8)
        let example = try #require(page.firstMatch(of: #/```python\n([^`]*def predict[^`]*)```/#).map { String($0.1) })
        #expect(example.split(separator: "\n", omittingEmptySubsequences: false).count <= 26)
        let (folder, data) = (try TemporaryFolder(), try SmallData())
        var configuration = TrainingConfiguration()
        configuration.data = data.colours
        for (name, value) in options { try configuration.set(name, to: value) }
        configuration.out = folder.path("run")
        let summary = try Trainer(configuration).run()
        let test = try configuration.testSamples()
        var raw: [Float] = []
        _ = try SubsetReader(test).read(test.count, into: &raw)
        let labels = test.samples.map { Int32(test.dataset.label(of: $0)) }
        try raw.withUnsafeBytes { try Data($0).write(to: URL(filePath: folder.path("inputs.bin"))) }
        try labels.withUnsafeBytes { try Data($0).write(to: URL(filePath: folder.path("labels.bin"))) }
        let shape = test.dataset.shape
        let use = """

            import numpy
            x = torch.tensor(numpy.fromfile("\(folder.path("inputs.bin"))", numpy.float32))
            x = x.reshape(-1, \(shape.channels), \(shape.rows), \(shape.columns))
            labels = torch.tensor(numpy.fromfile("\(folder.path("labels.bin"))", numpy.int32))
            hits = predict("\(folder.path("run/checkpoint.safetensors"))", x).argmax(1) == labels
            print("accuracy", int(hits.sum()), len(hits))
            """
        let result = Python.run(["-c", example + use], withErrors: true)
        let found = try #require(result.output.firstMatch(of: #/accuracy (\d+) (\d+)/#), "\(result.output)")
        let (hits, count) = (try #require(Double(found.1)), try #require(Double(found.2)))
        #expect(hits / count == summary.testAccuracy && Int(count) == test.count)
    }
}
