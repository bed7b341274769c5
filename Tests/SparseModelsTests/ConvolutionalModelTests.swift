import SparseParts
import SparseStore
import Testing

@testable import SparseModels

/// Sizes of the convolutional models, counted by hand from their papers.
@Suite struct ConvolutionalModelTests {
    private let small = ActivationShape(channels: 3, rows: 32, columns: 32)
    private let large = ActivationShape(channels: 3, rows: 224, columns: 224)

    private func model(_ name: String, _ input: ActivationShape, classes: Int = 10) throws -> Model {
        try Parts.models.model(named: name, input: input, classes: classes)
    }

    /// Weights of convolutions and linear layers, without biases and normalisation.
    @Test func weights() throws {
        // 3 * 16 * 9, then stages of 16, 32, 64 with three blocks each, two shortcuts, and the classifier.
        let resnet20 = 432 + 6 * 2304 + (4608 + 5 * 9216 + 512) + (18432 + 5 * 36864 + 2048) + 640
        #expect(try model("resnet20", small).denseWeights == resnet20)
        // torchvision's ResNet-50: 25,557,032 parameters, less 53,120 of normalisation and 1,000 biases.
        #expect(try model("resnet50", large, classes: 1000).denseWeights == 25_557_032 - 53_120 - 1000)
        // torchvision's ResNet-18: 11,689,512, less 9,600 and 1,000.
        #expect(try model("resnet18", large, classes: 1000).denseWeights == 11_689_512 - 9600 - 1000)
        // WRN-22-2: stages of 32, 64, 128 with three blocks each.
        let wide =
            432 + (4608 + 5 * 9216 + 512) + (18432 + 5 * 36864 + 2048) + (73728 + 5 * 147_456 + 8192) + 1280
        #expect(try model("wrn-22-2", small).denseWeights == wide)
        #expect(try model("vgg16", small).denseWeights == 14_710_464 + 5120)
        // 4,231,976 parameters of MobileNet, less 21,888 of normalisation and 1,000 biases.
        #expect(try model("mobilenet-v1", large, classes: 1000).denseWeights == 4_231_976 - 21_888 - 1000)
        let digits = ActivationShape(channels: 1, rows: 28, columns: 28)
        #expect(try model("lenet5", digits).denseWeights == 150 + 2400 + 400 * 120 + 120 * 84 + 840)
    }

    /// All parameters, as torchvision counts them (for the two ResNets and MobileNet) and by hand.
    @Test func parameters() throws {
        #expect(try model("resnet50", large, classes: 1000).denseParameters == 25_557_032)
        #expect(try model("resnet18", large, classes: 1000).denseParameters == 11_689_512)
        #expect(try model("mobilenet-v1", large, classes: 1000).denseParameters == 4_231_976)
        // Ten biases, and scale and shift of 7 x 16, 7 x 32 and 7 x 64 channels.
        #expect(try model("resnet20", small).denseParameters == 270_896 + 10 + 2 * 7 * (16 + 32 + 64))
        let digits = ActivationShape(channels: 1, rows: 28, columns: 28)
        #expect(try model("lenet5", digits).denseParameters == 61_470 + 6 + 16 + 120 + 84 + 10)
    }

    /// Multiplications and additions, as usually stated: ResNet-50 4.09, ResNet-18 1.81 and MobileNet .569 billion
    /// multiply-adds, ResNet-20 41 million.
    @Test func operations() throws {
        #expect(abs(try model("resnet50", large, classes: 1000).forwardFLOPs / 2e9 - 4.09) < 0.01)
        #expect(abs(try model("resnet18", large, classes: 1000).forwardFLOPs / 2e9 - 1.81) < 0.01)
        #expect(abs(try model("mobilenet-v1", large, classes: 1000).forwardFLOPs / 2e9 - 0.569) < 0.002)
        #expect(abs(try model("resnet20", small).forwardFLOPs / 2e6 - 41) < 0.5)
    }

    @Test func everyModelTrains() throws {
        for name in ["lenet5", "resnet20", "wrn-10-1", "mobilenet-v1"] {
            let model = try model(name, small)
            let matrices = try model.weightShapes.enumerated().map { index, shape in
                try randomMatrix(rows: shape.rows, columns: shape.columns, density: 0.1, seed: index)
            }
            let network = try Network(model: model, matrices: matrices, batchSize: 8, workers: Workers(threads: 2))
            let (input, labels) = randomBatch(
                inputs: 3, rows: 32, columns: 32, halo: network.inputHalo, classes: 10, samples: 8, capacity: 8)
            var losses: [Double] = []
            for step in 0..<6 {
                losses.append(
                    network.backward(input, labels: labels, samples: 8, loss: SoftmaxCrossEntropy(), step: step)
                        .meanLoss)
                try network.update(SGD(momentum: 0.9), learningRate: 0.02)
            }
            #expect(losses.allSatisfy(\.isFinite) && losses[5] < losses[0], "\(name): \(losses)")
        }
    }

    @Test(arguments: [
        "wrn", "wrn-", "wrn-22", "wrn-23-2", "wrn-22-0", "wrn-22-2-1", "wrn-99999999999999999999-2", "resnet20:0",
        "resnet21",
    ])
    func wrongNamesAreRefused(text: String) {
        #expect(throws: ModelError.self) { try model(text, small) }
    }

    /// Half as many channels: a quarter of the weights between hidden channels, half of those at the ends.
    @Test func widthsAreThoseOfTheFirstStage() throws {
        let half = 9 * 3 * 8 + 6 * 576 + (1152 + 5 * 2304 + 128) + (4608 + 5 * 9216 + 512) + 320
        #expect(try model("resnet20:8", small).denseWeights == half)
        #expect(try model("resnet20:16", small).denseParameters == model("resnet20", small).denseParameters)
        #expect(try model("resnet20:8", small).name == "resnet20:8")
        for name in ["mlp:40,20", "lenet-300-100", "resnet20", "resnet18", "resnet50", "vgg16", "vgg-c"] {
            let whole = try model(name, small).denseParameters
            let same = try #require(Parts.models.narrowed(name, by: 1))
            #expect(try model(same, small).denseParameters == whole, "\(same)")
            let counts = try [0.5, 0.1, 0.001].map { share in
                try model(try #require(Parts.models.narrowed(name, by: share)), small).denseParameters
            }
            #expect(counts[0] < whole && counts[1] < counts[0] && counts[2] <= counts[1], "\(name): \(counts)")
        }
        for name in ["lenet5", "wrn-22-2", "mobilenet-v1", "nothing"] {
            #expect(Parts.models.narrowed(name, by: 0.5) == nil)
        }
    }

    @Test func smallImagesAreRefused() {
        let vector = ActivationShape(channels: 784)
        for entry in Parts.models.entries where !entry.part.usage.hasPrefix("mlp") && entry.name != "lenet-300-100" {
            #expect(throws: ModelError.self) { try model(entry.part.usage, vector) }
        }
    }
}
