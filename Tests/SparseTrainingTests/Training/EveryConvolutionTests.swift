import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Every option of a convolution, in small networks that methods train.
@Suite struct EveryConvolutionTests {
    /// A convolution between two others of one pixel, with what it does to 16 channels of 7 x 6 pixels.
    private func model(_ convolution: Conv2D) throws -> Model {
        try Model(
            name: "test", input: ActivationShape(channels: 2, rows: 7, columns: 6),
            layers: [
                Conv2D(name: "first", outputs: 16, kernel: 1), BatchNorm(name: "bn1"), ReLU(name: "relu1"),
                convolution, BatchNorm(name: "bn2"), ReLU(name: "relu2"),
                Conv2D(name: "last", outputs: 16, kernel: 1, bias: true), Pooling(globalAverage: "pool"),
                Linear(name: "fc", outputs: 3),
            ])
    }

    /// Trains and compares dead units with the checkpoint; returns how many there are.
    @discardableResult
    private func train(_ convolution: Conv2D, _ algorithm: String, block: Int?, density: Double, threads: Int = 2)
        throws
        -> Int
    {
        let folder = try TemporaryFolder()
        var configuration = TrainingConfiguration()
        (configuration.method, configuration.density, configuration.distribution) = (algorithm, density, "uniform")
        (configuration.steps, configuration.batchSize, configuration.deltaT) = (4, 8, .steps(1))
        (configuration.threads, configuration.out) = (threads, folder.path("run"))
        // Without warm-up, so that four steps move something.
        configuration.learningRate = 0.05
        if let block { configuration.blocks = [.init(pattern: "middle", side: block)] }
        let recorder = UpdateRecorder()
        let trainer = try Trainer(
            configuration, data: randomImages(24, channels: 2, rows: 7, columns: 6), model: model(convolution),
            observers: [recorder])
        let before = trainer.network.weights.map { $0.storedPositions() }
        let summary = try trainer.run()
        #expect(summary.trainLoss.isFinite && summary.topologyUpdates > 0)
        // Of a few weights or blocks a share may be none; these two need longer to move any.
        #expect(
            before[1].count < 20 || ["deepr", "topkast"].contains(algorithm)
                || trainer.network.weights[1].storedPositions() != before[1], "\(convolution)")
        return try recorder.compare(
            checkpoint: folder.path("run") + "/checkpoint.safetensors", model: trainer.network.model,
            "\(convolution) block \(block ?? 1)")
    }

    @Test(arguments: ["set", "rigl"]) func trains(algorithm: String) throws {
        var dead = 0
        for (kernel, kernelColumns) in [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (1, 3), (3, 1), (2, 5), (7, 6)] {
            for (index, groups) in [1, 2, 4, 8, 16].enumerated() {
                let stride = 1 + (index + kernel) % 3
                let dilation = kernel < 4 ? 1 + index % 2 : 1
                let padding: Int? = [nil, 0, 2][(index + kernelColumns) % 3]
                let border = padding ?? dilation * (kernel - 1) / 2
                guard dilation * (max(kernel, kernelColumns) - 1) < 6 + 2 * border else { continue }
                let convolution = Conv2D(
                    name: "middle", outputs: groups == 1 ? 20 : 32, kernel: kernel, kernelColumns: kernelColumns,
                    stride: stride, padding: padding, dilation: dilation, groups: groups, bias: index % 2 == 0)
                dead += try train(convolution, algorithm, block: nil, density: 0.1)
                guard groups == 1 else { continue }
                for side in [4, 8, 16] where side < 16 || kernel * kernelColumns > 1 {
                    dead += try train(convolution, algorithm, block: side, density: 0.3)
                }
            }
        }
        #expect(dead > 100)
    }

    /// Methods that take their own ways, on depthwise convolutions and on blocks.
    @Test(
        arguments: Parts.methods.entries.map(\.part).filter(\.movesConnections).map(\.name)
            .filter { !["granet", "gmp", "dsr"].contains($0) })
    func everyMethodMovesThem(algorithm: String) throws {
        for stride in [1, 2] {
            try train(
                Conv2D(name: "middle", outputs: 16, kernel: 3, stride: stride, groups: 16), algorithm, block: nil,
                density: algorithm == "srigl" ? 0.6 : 0.3)
            if algorithm == "deepr" { continue }
            try train(
                Conv2D(name: "middle", outputs: 24, kernel: 3, stride: stride), algorithm,
                block: algorithm == "snfs" ? nil : 8, density: algorithm == "srigl" ? 0.6 : 0.4)
        }
    }
}

/// Dead units of layers of every structure against a plain count of the checkpoint's arrays.
@Suite struct DeadUnitTests {
    @Test(arguments: [
        ("block", "4"), ("block", "8"), ("block", "16"), ("block", "stage*.conv*=8"), ("nm", "1:4"), ("nm", "1:8"),
        ("constant-fan-in", "*"), ("density", "0.004"), ("dense-layers", "fc"),
    ])
    func areThoseOfTheCheckpoint(option: String, value: String) throws {
        for name in ["wrn-10-1", "mlp:60,40"] where option != "block" || !value.contains("=") || name != "mlp:60,40" {
            let folder = try TemporaryFolder()
            var configuration = TrainingConfiguration()
            (configuration.method, configuration.model, configuration.density) = ("set", name, 0.03)
            (configuration.steps, configuration.batchSize, configuration.deltaT) = (4, 8, .steps(1))
            (configuration.distribution, configuration.out) = ("uniform", folder.path("run"))
            if name == "wrn-10-1" && option == "block" { configuration.denseLayers = ["conv1"] }
            if option == "constant-fan-in" { configuration.density = 0.2 }
            if option != "dense-layers" || name == "wrn-10-1" { try configuration.set(option, to: value) }
            let recorder = UpdateRecorder()
            let trainer = try Trainer(
                configuration, data: randomImages(24, rows: 13, columns: 13), observers: [recorder])
            _ = try trainer.run()
            let dead = try recorder.compare(
                checkpoint: folder.path("run") + "/checkpoint.safetensors", model: trainer.network.model,
                "\(name) --\(option) \(value)")
            #expect(dead > 0 || option == "nm")
        }
    }

    /// What was reported wrongly: one block of 16 x 16 in a convolution of 16 channels touches them all.
    @Test func aBlockTouchesNeighbouringChannels() throws {
        var configuration = TrainingConfiguration()
        (configuration.model, configuration.density, configuration.distribution) = ("wrn-10-1", 0.03, "uniform")
        (configuration.steps, configuration.deltaT) = (12, .steps(5))
        configuration.blocks = [.init(side: 16)]
        let recorder = UpdateRecorder()
        _ = try Trainer(
            configuration, data: randomImages(60, rows: 13, columns: 13), observers: [recorder]
        ).run()
        let layer = try #require(recorder.records.last?.layers.first { $0.name == "stage1.block1.conv1" })
        #expect(layer.nonzeros == 256 && layer.deadInputs == 0 && layer.deadOutputs == 0)
    }
}
