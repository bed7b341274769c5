import SparseStore
import Testing

@testable import SparseModels

/// Losses and gradients against a double-precision reference and its central differences.
@Suite struct GradientTests {
    /// Layer stacks that hold every layer, in every place where it can be.
    static let stacks: [(String, [any ModelPart])] = [
        ("linear", [Linear(name: "fc1", outputs: 5)]),
        (
            "linear and fused ReLU",
            [Linear(name: "fc1", outputs: 7), ReLU(name: "relu1"), Linear(name: "fc2", outputs: 4)]
        ),
        (
            "separate ReLU",
            [
                ReLU(name: "relu0"), Linear(name: "fc1", outputs: 7), BatchNorm(name: "bn1"), ReLU(name: "relu1"),
                Linear(name: "fc2", outputs: 4),
            ]
        ),
        (
            "dropout",
            [
                Dropout(name: "dropout0", rate: 0.2), Linear(name: "fc1", outputs: 8), ReLU(name: "relu1"),
                Dropout(name: "dropout1", rate: 0.5), Linear(name: "fc2", outputs: 4),
            ]
        ),
        (
            "batch norm first and last",
            [
                BatchNorm(name: "bn0"), Linear(name: "fc1", outputs: 4), BatchNorm(name: "bn1"),
            ]
        ),
        (
            "everything",
            [
                Linear(name: "fc1", outputs: 9), BatchNorm(name: "bn1"), ReLU(name: "relu1"),
                Dropout(name: "dropout1", rate: 0.3), Linear(name: "fc2", outputs: 8), ReLU(name: "relu2"),
                Linear(name: "fc3", outputs: 4),
            ]
        ),
    ]

    @Test(arguments: stacks.indices, [7, 31, 33])
    func parametersMatchCentralDifferences(stack: Int, samples: Int) throws {
        let (what, layers) = GradientTests.stacks[stack]
        let network = try randomNetwork(layers, inputs: 6, batchSize: 40, threads: 1 + samples % 3, seed: stack)
        let classes = network.model.output.channels
        let (input, labels) = randomBatch(inputs: 6, classes: classes, samples: samples, capacity: 40, seed: stack)
        let losses: [(any Loss, Double, Bool)] = [
            (SoftmaxCrossEntropy(), 0, false), (SoftmaxCrossEntropy(labelSmoothing: 0.1), 0.1, false),
            (MeanSquaredError(), 0, true),
        ]
        for (loss, smoothing, squared) in losses {
            let sums = network.backward(input, labels: labels, samples: samples, loss: loss, step: 5)
            network.parameterGradients()
            let reference = DoubleNetwork(
                network, input: input, labels: labels, samples: samples, step: 5, smoothing: smoothing,
                squared: squared)
            #expect(abs(sums.meanLoss - reference.loss()) < 2e-6 * max(1, reference.loss()), "\(what) \(loss.name)")
            for parameter in network.parameters {
                let positions = parameter.matrix?.storedPositions() ?? Array(0..<parameter.values.count)
                let gradient = parameter.matrix?.storedScores(of: .gradient) ?? parameter.gradient.array
                for (index, position) in positions.enumerated() {
                    let expected = reference.difference(parameter.name, position)
                    let found = Double(gradient[index])
                    #expect(
                        abs(found - expected) < 1e-4 * max(0.1, abs(expected)),
                        "\(what), \(loss.name), \(parameter.name)[\(position)]: \(found), expected \(expected)")
                }
            }
        }
    }

    @Test(arguments: stacks.indices)
    func inputGradientsMatchCentralDifferences(stack: Int) throws {
        let (what, layers) = GradientTests.stacks[stack]
        let network = try randomNetwork(layers, inputs: 6, batchSize: 40, seed: stack)
        let (samples, classes) = (34, network.model.output.channels)
        let (input, labels) = randomBatch(inputs: 6, classes: classes, samples: samples, capacity: 40, seed: stack)
        _ = network.backward(input, labels: labels, samples: samples, loss: SoftmaxCrossEntropy(), step: 5)
        let reference = DoubleNetwork(network, input: input, labels: labels, samples: samples, step: 5)
        // A network gives its input no gradient: ask the first layer itself.
        let gradient = Panels(channels: 6, samples: 40)
        let pass = Pass(training: true, samples: samples, step: 5, seed: network.seed)
        let chain = LayerChain(
            layers: [Source(output: input, outputGradient: gradient), network.layers[0]],
            sources: [[.input(0)], [.layer(0)]], inputs: [.values(input)], pass: pass, observer: nil)
        network.layers[0].backward(chain.inputs(of: 1), panels: pass.panels, part: .whole, pass: pass)
        for sample in 0..<64 {
            for channel in 0..<6 {
                let expected = sample < samples ? reference.inputDifference(sample, channel) : 0
                let found = Double(gradient.buffer[gradient.offset(panel: sample / 32, channel: channel) + sample % 32])
                #expect(
                    abs(found - expected) < 1e-4 * max(0.1, abs(expected)),
                    "\(what), sample \(sample), input \(channel): \(found), expected \(expected)")
            }
        }
    }

    @Test func gradientBatchesGiveTheDenseGradient() throws {
        let network = try randomNetwork(
            [Linear(name: "fc1", outputs: 7), ReLU(name: "relu1"), Linear(name: "fc2", outputs: 3)], inputs: 5,
            batchSize: 40)
        let (input, labels) = randomBatch(inputs: 5, classes: 3, samples: 35, capacity: 40)
        #expect(network.gradientBatch(ofWeights: 0) == nil)
        _ = network.backward(input, labels: labels, samples: 35, loss: SoftmaxCrossEntropy(), step: 0)
        let reference = DoubleNetwork(network, input: input, labels: labels, samples: 35, step: 0)
        for (index, matrix) in network.weights.enumerated() {
            let batch = try #require(network.gradientBatch(ofWeights: index))
            #expect(batch.samples == 35)
            for position in 0..<matrix.positionCount {
                var found = 0.0
                for sample in 0..<35 {
                    found +=
                        Double(batch.outputGradient[sample, position / matrix.columns])
                        * Double(batch.input[sample, position % matrix.columns])
                }
                let expected = reference.difference("fc\(index + 1).weight", position)
                #expect(abs(found - expected) < 1e-5 * max(0.1, abs(expected)))
            }
        }
    }
}

/// Stands for the layer before the first one.
private final class Source: Layer {
    let name = "source"
    let output: Panels
    let outputGradient: Panels

    init(output: Panels, outputGradient: Panels) {
        (self.output, self.outputGradient) = (output, outputGradient)
    }

    func forward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {}
    func backward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {}
}
