import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Every model that is known by name, trained for some steps by every method, in the shapes that its smallest images give, or on a text.
@Suite struct EveryModelTests {
    /// Rows and columns of the images: the least that a model takes, one side a little longer.
    private static let sides = ["lenet5": 12, "vgg16": 32, "vgg-c": 32, "mobilenet-v1": 16]
    /// Models of many weights, an eighth as wide: with the same layers.
    private static let narrow = ["vgg16", "vgg-c", "resnet18", "resnet50"]

    /// Those that prune at initialisation have the passes of a few: of the gradient of the loss, of its Hessian, and of ones. In-time
    /// over-parameterisation is SET and RigL at other times.
    private static let methods = Parts.methods.names.filter {
        !["random-prune", "magnitude-init", "iterative-snip", "force", "itop-set", "itop-rigl"].contains($0)
    }

    @Test(arguments: Parts.models.entries.filter { $0.part.vocabulary == nil }.map(\.part.usage), methods)
    func trains(model: String, algorithm: String) throws {
        let side = Self.sides[model] ?? 8
        let name = Self.narrow.contains(model) ? model + ":8" : model
        try check(name, algorithm, randomImages(8, rows: side, columns: side + 1))
    }

    /// Stores of weights that a method may be asked for, and the methods that take them.
    static let structures: [(option: String, value: String, method: String)] = [
        ("block", "4", "set"), ("block", "8", "rigl"), ("nm", "2:4", "rigl"), ("nm", "1:4", "static"),
        ("constant-fan-in", "*", "rigl"), ("dense-layers", "*.o", "set"),
    ]

    @Test(
        arguments: Parts.models.entries.filter { $0.part.vocabulary != nil }.map(\.name),
        methods.filter { $0 != "synflow" })
    func learnsTexts(model: String, algorithm: String) throws {
        try check(model + ":1x16", algorithm) { _ in }
    }

    @Test(arguments: Parts.models.entries.filter { $0.part.vocabulary != nil }.map(\.name), structures.indices)
    func learnsTextsInEveryStore(model: String, structure: Int) throws {
        let (option, value, method) = Self.structures[structure]
        try check(model + ":1x16", method) { try $0.set(option, to: value) }
    }

    /// Trains on a text of 31 characters, all of which are different in a row.
    private func check(
        _ model: String, _ algorithm: String, _ change: (inout TrainingConfiguration) throws -> Void
    ) throws {
        let folder = try TemporaryFolder()
        let line = String(String.UnicodeScalarView((0..<31).map { UnicodeScalar(UInt8(64 + $0)) }))
        let path = try folder.write(String(repeating: line, count: 40), to: "text.txt")
        var text = TrainingConfiguration()
        (text.data, text.tokenizer, text.context, text.model) = (path, "characters", 40, model)
        let source = try text.openedData()
        try check(model, algorithm, source) {
            (text.method, text.steps, text.batchSize) = ($0.method, $0.steps, $0.batchSize)
            (text.density, text.deltaT, text.initialDensity) = (0.3, $0.deltaT, $0.initialDensity.map { _ in 0.6 })
            (text.growWindow, text.threads, text.out) = ($0.growWindow, $0.threads, $0.out)
            $0 = text
            try change(&$0)
        }
    }

    private func check(
        _ model: String, _ algorithm: String, _ source: DataSource,
        _ change: (inout TrainingConfiguration) throws -> Void = { _ in }
    ) throws {
        let folder = try TemporaryFolder()
        var configuration = TrainingConfiguration()
        (configuration.method, configuration.model, configuration.density) = (algorithm, model, 0.05)
        (configuration.steps, configuration.batchSize, configuration.deltaT) = (3, 4, .steps(1))
        if ["granet", "gmp"].contains(algorithm) { configuration.initialDensity = 0.15 }
        if algorithm == "snfs" { configuration.growWindow = 2 }
        // The data set is small, and so must be the layers of some models.
        (configuration.threads, configuration.out) = (2, folder.path("run"))
        try change(&configuration)
        let recorder = UpdateRecorder()
        let trainer = try Trainer(
            configuration, data: source, observers: [recorder])
        let stored = trainer.network.weights.map(\.storedWeights).reduce(0, +)
        let summary = try trainer.run()
        #expect(summary.steps == 3 && summary.trainLoss.isFinite)
        let moves = try Parts.methods.named(algorithm).movesConnections
        // The time between updates of dsr grows over the run, so that three steps see none.
        #expect(algorithm == "dsr" || recorder.records.count > 0 || !moves)
        #expect(["granet", "gmp", "srigl", "topkast"].contains(algorithm) || summary.nonzeros == stored)
        if let last = recorder.records.last, !last.layers.isEmpty {
            _ = try recorder.compare(
                checkpoint: folder.path("run") + "/checkpoint.safetensors", model: trainer.network.model, "\(model)")
        }
    }
}
