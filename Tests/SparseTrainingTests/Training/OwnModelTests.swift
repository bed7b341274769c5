import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Networks that a program builds itself.
@Suite struct OwnModelTests {
    @Test func aResidualNetworkOfOnesOwnLearns() throws {
        var configuration = TrainingConfiguration()
        configuration.initialization = .heFanOut
        configuration.epochs = 8

        let block = Residual(
            name: "block",
            body: [
                Conv2D(name: "block.conv1", outputs: 16, kernel: 3), BatchNorm(name: "block.bn1"),
                ReLU(name: "block.relu1"),
                Conv2D(name: "block.conv2", outputs: 16, kernel: 3), BatchNorm(name: "block.bn2"),
            ])
        let model = try Model(
            name: "my-resnet", input: ActivationShape(channels: 1, rows: 8, columns: 8),
            layers: [
                Conv2D(name: "conv", outputs: 16, kernel: 3), BatchNorm(name: "bn"), ReLU(name: "relu1"),
                block, ReLU(name: "relu2"), Pooling(globalAverage: "pool"), Linear(name: "fc", outputs: 10),
            ])
        let summary = try Trainer(configuration, model: model).run()

        #expect((summary.testAccuracy ?? 0) > 0.7)
        #expect(summary.layers.map(\.name) == ["conv", "block.conv1", "block.conv2", "fc"])
    }

    @Test func theExampleOfTheReadmeIsThisOne() throws {
        let readme = try String(contentsOfFile: SharedData.packageRoot + "/README.md", encoding: .utf8)
        let test = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
        let examples = readme.matches(of: /```swift\n([^`]*)```/).map { String($0.1) }
        let own = try #require(examples.first { $0.contains("Residual(") })
        func words(_ text: String) -> String { text.split { $0.isWhitespace }.joined(separator: " ") }
        #expect(words(test).contains(words(own)))
    }

    @Test func endsThatCannotBeAddedAreNamed() {
        func model(_ body: [any ModelPart], shortcut: [any ModelPart] = []) throws(ModelError) -> Model {
            try Model(
                name: "other", input: ActivationShape(channels: 1, rows: 8, columns: 8),
                layers: [
                    Conv2D(name: "conv", outputs: 4, kernel: 3),
                    Residual(name: "block", body: body, shortcut: shortcut),
                    Pooling(globalAverage: "pool"), Linear(name: "fc", outputs: 10),
                ])
        }
        let body: [any ModelPart] = [Conv2D(name: "block.conv", outputs: 6, kernel: 3, stride: 2)]
        let end = ActivationShape(channels: 6, rows: 4, columns: 4)
        for (shortcut, other) in [
            ([], ActivationShape(channels: 4, rows: 8, columns: 8)),
            (
                [Conv2D(name: "block.shortcut", outputs: 6, kernel: 1)],
                ActivationShape(channels: 6, rows: 8, columns: 8)
            ),
        ] as [([any ModelPart], ActivationShape)] {
            let error = #expect(throws: ModelError.self) { try model(body, shortcut: shortcut) }
            #expect(error == .differentEnds(block: "block", body: end, shortcut: other))
            #expect(error?.description.contains("6 x 4 x 4") == true)
        }
        #expect(throws: Never.self) {
            try model(body, shortcut: [Conv2D(name: "block.shortcut", outputs: 6, kernel: 1, stride: 2)])
        }
    }

    /// A layer that cannot read what is before it is an error of the model, not the end of the program.
    @Test func layersThatDoNotFitAreNamed() {
        let layers: [(any LayerDefinition, String)] = [
            (Conv2D(name: "bad", outputs: 6, kernel: 3, groups: 4), "4 groups"),
            (Conv2D(name: "bad", outputs: 8, kernel: 3, groups: 3), "3 groups"),
            (Conv2D(name: "bad", outputs: 6, kernel: 5, padding: 1), "5 x 5"),
            (Conv2D(name: "bad", outputs: 6, kernel: 1, kernelColumns: 9), "1 x 9"),
            (Conv2D(name: "bad", outputs: 6, kernel: 3, padding: 0, dilation: 2), "5 x 5"),
            (Pooling(name: "bad", .maximum, size: 4), "4 x 4"),
        ]
        for (layer, words) in layers {
            for parts in [[layer], [Residual(name: "block", body: [layer])]] as [[any ModelPart]] {
                let error = #expect(throws: ModelError.self) {
                    try Model(
                        name: "other", input: ActivationShape(channels: 6, rows: 2, columns: 2),
                        layers: parts + [Pooling(globalAverage: "pool"), Linear(name: "fc", outputs: 3)])
                }
                #expect(error?.description.contains("'bad'") == true && error?.description.contains(words) == true)
            }
        }
    }

    @Test func aModelMustFitTheData() throws {
        for (channels, classes) in [(3, 10), (1, 9)] {
            let model = try Model(
                name: "other", input: ActivationShape(channels: channels, rows: 8, columns: 8),
                layers: [Linear(name: "fc", outputs: classes)])
            #expect(throws: ConfigurationError.self) { try Trainer(TrainingConfiguration(), model: model) }
        }
    }

    /// Every name gives a network for CIFAR and, where it has one, for ImageNet, with sizes that --dry-run states.
    @Test(arguments: [
        ("lenet5", 32), ("vgg-c", 32), ("vgg16", 32), ("resnet20", 32), ("resnet32", 32), ("resnet56", 32),
        ("resnet18", 32), ("resnet50", 32), ("resnet18", 224), ("resnet50", 224), ("wrn-16-2", 32), ("wrn-22-2", 32),
        ("mobilenet-v1", 32), ("mobilenet-v1", 224),
    ])
    func everyModelIsKnownByName(name: String, side: Int) throws {
        let features = [Float](repeating: 0, count: 2 * 3 * side * side)
        let images = Subset(
            try InMemoryDataset(
                features: features, labels: [0, 9], shape: SampleShape(channels: 3, rows: side, columns: side)))
        var configuration = TrainingConfiguration()
        (configuration.model, configuration.steps) = (name, 1)
        let estimate = try RunEstimate(
            configuration, data: DataSource(name: "images", train: images, test: images))
        let model = try Parts.models.model(
            named: name, input: ActivationShape(channels: 3, rows: side, columns: side), classes: 10)
        #expect(estimate.positions == model.denseWeights && estimate.parameters > estimate.nonzeros)
        #expect(abs(Double(estimate.nonzeros) / Double(estimate.positions) - 0.1) < 0.02)
        #expect(estimate.flopsPerSample > 0 && estimate.flopsPerSample < model.forwardFLOPs)
        #expect(estimate.activationBytes > 0 && estimate.fits)
    }
}
