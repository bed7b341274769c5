internal import SparseParts

/// Linear layers with ReLU between them, and batch normalisation and dropout where asked:
/// `fc1, bn1, relu1, dropout1, fc2, ...`, the output layer last.
enum MultilayerPerceptron {
    static let entry = ModelEntry(
        name: "mlp", usage: "mlp:300,100", summary: "fully connected, with hidden layers of the given sizes",
        options: [\.dropout, \.batchNorm],
        narrowed: narrowed
    ) { argument, input, classes, options throws(ModelError) in
        guard let hidden = sizes(argument ?? "") else {
            throw .invalidArgument(
                model: "mlp", argument: argument ?? "",
                expected: "sizes of hidden layers between 1 and \(largestSize), such as mlp:300,100")
        }
        return try model(name: name(hidden), input: input, hidden: hidden, classes: classes, options: options)
    }

    @Sendable private static func narrowed(_ argument: String?, by share: Double) -> String? {
        sizes(argument ?? "").map { name($0.map { Width.narrowed($0, by: share) }) }
    }

    @Sendable private static func narrowedLeNet(_ argument: String?, by share: Double) -> String? {
        narrowed("300,100", by: share)
    }

    private static func name(_ hidden: [Int]) -> String { "mlp:" + hidden.map(String.init).joined(separator: ",") }

    /// Nil for what are no sizes.
    private static func sizes(_ argument: String) -> [Int]? {
        var hidden: [Int] = []
        for piece in argument.split(separator: ",", omittingEmptySubsequences: false) {
            guard let size = Int(piece), size > 0, size <= largestSize else { return nil }
            hidden.append(size)
        }
        return hidden
    }

    /// LeNet-300-100 (LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", 1998).
    static let lenet300 = ModelEntry(
        name: "lenet-300-100", usage: "lenet-300-100", summary: "the same as mlp:300,100",
        options: [\.dropout, \.batchNorm],
        narrowed: narrowedLeNet
    ) { argument, input, classes, options throws(ModelError) in
        if let argument {
            throw .invalidArgument(model: "lenet-300-100", argument: argument, expected: "no argument")
        }
        return try model(name: "lenet-300-100", input: input, hidden: [300, 100], classes: classes, options: options)
    }

    private static let largestSize = 1 << 24

    private static func model(
        name: String, input: ActivationShape, hidden: [Int], classes: Int, options: Settings
    ) throws(ModelError) -> Model {
        var layers: [any LayerDefinition] = []
        for (index, size) in hidden.enumerated() {
            let number = index + 1
            layers.append(Linear(name: "fc\(number)", outputs: size))
            if options.batchNorm { layers.append(BatchNorm(name: "bn\(number)")) }
            layers.append(ReLU(name: "relu\(number)"))
            if options.dropout > 0 { layers.append(Dropout(name: "dropout\(number)", rate: Float(options.dropout))) }
        }
        layers.append(Linear(name: "fc\(hidden.count + 1)", outputs: classes))
        return try Model(name: name, input: input.flattened, layers: layers)
    }
}
