import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Batch normalisation where a channel has one value.
@Suite struct BatchesOfOneTests {
    private final class Listener: TrainingObserver {
        var warnings: [WarningRecord] = []
        func warningWasRaised(_ record: WarningRecord) { warnings.append(record) }
    }

    private func configuration(samples: Int, batchSize: Int) -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        (configuration.model, configuration.batchNorm, configuration.method) = ("mlp:30", true, "static")
        (configuration.density, configuration.epochs) = (0.5, 2)
        (configuration.trainSamples, configuration.batchSize) = (samples, batchSize)
        return configuration
    }

    private func warnings(_ configuration: TrainingConfiguration) throws -> [WarningRecord] {
        let listener = Listener()
        _ = try Trainer(configuration, observers: [listener]).run()
        return listener.warnings.filter { $0.message.contains("left out") }
    }

    @Test func aBatchSizeOfOneIsRefused() {
        for (samples, batchSize) in [(100, 1), (1, 32)] {
            let error = #expect(throws: ConfigurationError.self) {
                try Trainer(configuration(samples: samples, batchSize: batchSize))
            }
            #expect(error.map { "\($0)".contains("--batch-size") && !"\($0)".contains("\n") } == true)
        }
        var convolutions = configuration(samples: 100, batchSize: 1)
        // All maps have more than one pixel.
        (convolutions.model, convolutions.batchNorm) = ("resnet20", false)
        #expect(throws: Never.self) { try Trainer(convolutions) }
        var plain = configuration(samples: 100, batchSize: 1)
        plain.batchNorm = false
        #expect(throws: Never.self) { try Trainer(plain) }
    }

    @Test func aLastBatchOfOneIsSaidOnce() throws {
        var configuration = configuration(samples: 65, batchSize: 32)
        let found = try warnings(configuration)
        #expect(found.count == 1 && found.first?.layers == ["bn1"])
        configuration.dropLast = true
        #expect(try warnings(configuration).isEmpty)
        (configuration.dropLast, configuration.trainSamples) = (false, 66)
        #expect(try warnings(configuration).isEmpty)
    }

    /// As if it had been dropped, in the last bit.
    @Test func aLastBatchOfOneIsLeftOut() throws {
        func weights(dropLast: Bool, threads: Int = 1) throws -> [[Float]] {
            var configuration = configuration(samples: 65, batchSize: 32)
            (configuration.epochs, configuration.dropLast, configuration.threads) = (3, dropLast, threads)
            let trainer = try Trainer(configuration)
            #expect(try trainer.run().steps == 6)
            return trainer.network.parameters.map(\.values.array)
        }
        let dropped = try weights(dropLast: true)
        for threads in [1, 7] { #expect(try weights(dropLast: false, threads: threads) == dropped) }
    }

    @Test func theGradientIsThatOfConstants() throws {
        let model = try Model(
            name: "test", input: ActivationShape(channels: 3),
            layers: [
                Linear(name: "fc1", outputs: 4), BatchNorm(name: "bn", relu: true), Linear(name: "fc2", outputs: 2),
            ])
        var random = CounterRandom(seed: 5, purpose: .test)
        let matrices = try model.weightShapes.map { shape in
            try MatrixFormat.csr.make(
                rows: shape.rows, columns: shape.columns, positions: Array(0..<shape.positionCount),
                values: (0..<shape.positionCount).map { _ in Float(random.nextUnit() * 2 - 1) })
        }
        let network = try Network(model: model, matrices: matrices, batchSize: 1, workers: Workers(threads: 1))
        for (index, buffer) in network.buffers.enumerated() {
            for channel in 0..<4 { buffer.buffer[channel] = Float(index) + Float(channel + 1) * 0.1 }
        }
        let averages = network.buffers.map(\.buffer.array)
        let input = Panels(channels: 3, samples: 1)
        for channel in 0..<3 { input[0, channel] = Float(random.nextUnit() * 4) }
        let (labels, loss) = (AlignedBuffer<Int32>([1]), SoftmaxCrossEntropy())
        // In evaluation mode the same numbers are constants.
        let evaluated = network.evaluate(input, labels: labels, samples: 1, loss: loss)
        let trained = network.backward(input, labels: labels, samples: 1, loss: loss, step: 0)
        network.parameterGradients()
        #expect(trained.loss == evaluated.loss)
        #expect(network.buffers.map(\.buffer.array) == averages)
        for parameter in network.parameters {
            for index in 0..<parameter.values.count {
                let (value, gradient) = (parameter.values[index], Double(parameter.gradient[index]))
                func lossMoved(by shift: Float) -> Double {
                    parameter.values[index] = value + shift
                    parameter.matrix?.valuesHaveChanged()
                    defer {
                        parameter.values[index] = value
                        parameter.matrix?.valuesHaveChanged()
                    }
                    return network.evaluate(input, labels: labels, samples: 1, loss: loss).loss
                }
                let slope = (lossMoved(by: 0.002) - lossMoved(by: -0.002)) / 0.004
                #expect(abs(slope - gradient) < 0.002 + 0.02 * abs(slope), "\(parameter.name) \(index)")
            }
        }
    }
}
