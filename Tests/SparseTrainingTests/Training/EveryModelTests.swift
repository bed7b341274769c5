import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Every model of images that is known by name, trained for some steps by every method, in the shapes that its smallest images give.
@Suite struct EveryModelTests {
    /// Rows and columns of the images: the least that a model takes, one side a little longer.
    private static let sides = ["lenet5": 12, "vgg16": 32, "vgg-c": 32, "mobilenet-v1": 16]

    @Test(arguments: Parts.models.entries.filter { $0.part.vocabulary == nil }.map(\.part.usage), Parts.methods.names)
    func trains(model: String, algorithm: String) throws {
        let folder = try TemporaryFolder()
        let side = Self.sides[model] ?? 8
        var configuration = TrainingConfiguration()
        (configuration.method, configuration.model, configuration.density) = (algorithm, model, 0.05)
        (configuration.steps, configuration.batchSize, configuration.deltaT) = (3, 4, .steps(1))
        if algorithm == "granet" { configuration.initialDensity = 0.15 }
        if algorithm == "snfs" { configuration.growWindow = 2 }
        // The data set is small, and so must be the layers of some models.
        (configuration.threads, configuration.out) = (2, folder.path("run"))
        let recorder = UpdateRecorder()
        let trainer = try Trainer(
            configuration, data: randomImages(8, rows: side, columns: side + 1), observers: [recorder])
        let stored = trainer.network.weights.map(\.storedWeights).reduce(0, +)
        let summary = try trainer.run()
        #expect(summary.steps == 3 && summary.trainLoss.isFinite)
        // The time between updates of dsr grows over the run, so that three steps see none.
        #expect(["dense", "static", "dsr"].contains(algorithm) || recorder.records.count > 0)
        #expect(["granet", "srigl", "topkast"].contains(algorithm) || summary.nonzeros == stored)
        if let last = recorder.records.last, !last.layers.isEmpty {
            _ = try recorder.compare(
                checkpoint: folder.path("run") + "/checkpoint.safetensors", model: trainer.network.model, "\(model)")
        }
    }
}
