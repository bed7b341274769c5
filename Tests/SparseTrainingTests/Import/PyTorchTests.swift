import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Networks that PyTorch trained, pruned and wrote (`Tests/Python/pruned.py`) have here the outputs that they have there, and
/// are trained on. `SPARSETRAIN_PYTHON` names the interpreter, else python3 is looked for; without it or one of the packages
/// the test is skipped.
@Suite struct PyTorchTests {
    static let hasPackages = Python.has("safetensors, torch, numpy")

    @Test(
        .enabled(if: hasPackages, "python3 with safetensors, torch and numpy not found; set SPARSETRAIN_PYTHON"),
        arguments: [("mlp", "mlp:30"), ("lenet5", "lenet5"), ("resnet20", "resnet20")])
    func aPrunedNetwork(kind: String, model: String) throws {
        let (folder, data) = (try TemporaryFolder(), try SmallData())
        let path = kind == "resnet20" ? data.colours : data.images
        let script = SharedData.packageRoot + "/Tests/Python/pruned.py"
        let printed = try #require(Python.output(of: [script, kind, path, folder.path]))
        let accuracy = try #require(Double(printed.trimmingCharacters(in: .whitespacesAndNewlines)))

        var configuration = try importing(
            folder.path("model.safetensors"), model: model,
            ["data": path, "input-mean": "0.5", "input-deviation": "0.25"])
        configuration.out = folder.path("imported")
        let trainer = try Trainer(configuration)
        let imported = try trainer.keepUntrained()
        #expect(imported.testAccuracy == accuracy)
        #expect(abs(imported.density - 0.4) < 0.01)
        for layer in try #require(trainer.importReport).layers { #expect(abs(layer.density - 0.4) < 0.01) }

        let network = try TrainedModel(contentsOf: folder.path("imported"))
        let result = try network.evaluate(DataSource.open(path).test)
        #expect(result.accuracy == accuracy)
        let logits = try Data(contentsOf: URL(filePath: folder.path("logits.bin"))).withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
        }
        let classes = network.classes
        try #require(logits.count == result.samples * classes)
        let largest = logits.map(\.magnitude).max() ?? 0
        var samples: [Float] = []
        _ = try SubsetReader(DataSource.open(path).test).read(result.samples, into: &samples)
        let predictions = try network.predict(batch: samples).outputs
        for (index, expected) in logits.enumerated() {
            let found = predictions[index]
            #expect(abs(found - expected) <= 1e-4 * largest, "\(index): \(found), \(expected)")
        }

        configuration.method = "rigl"
        (configuration.steps, configuration.out) = (40, folder.path("trained"))
        configuration.deltaT = .steps(5)
        let trained = try Trainer(configuration).run()
        #expect(trained.nonzeros == imported.nonzeros && trained.topologyUpdates > 0)
        #expect(trained.trainLoss < 0.5, "\(kind): \(trained.trainLoss)")
    }
}
