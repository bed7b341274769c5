internal import SparseParts

/// wrn-DEPTH-WIDTH: residual networks with normalisation before each convolution and WIDTH times 16, 32 and 64 channels
/// (Zagoruyko, Komodakis, "Wide residual networks", BMVC 2016). Dropout, where asked for, comes before the second
/// convolution of a block.
enum WideResidualNetworks {
    static let entry = ModelEntry(
        name: "wrn-DEPTH-WIDTH", usage: "wrn-22-2",
        summary: "wide residual network of DEPTH layers (6 n + 4) with 16, 32 and 64 times WIDTH channels",
        options: [\.dropout], matches: { text in text.hasPrefix("wrn-") }, build: model)

    @Sendable private static func model(
        _ argument: String?, _ input: ActivationShape, _ classes: Int, _ options: Settings
    ) throws(ModelError) -> Model {
        let text = argument ?? ""
        let numbers = text.dropFirst("wrn-".count).split(separator: "-", omittingEmptySubsequences: false).map {
            Int($0)
        }
        guard numbers.count == 2, let depth = numbers[0], let width = numbers[1], depth >= 10, depth <= 1000,
            (depth - 4) % 6 == 0, width >= 1, width <= 64
        else {
            throw .invalidArgument(
                model: "wrn", argument: text,
                expected: "a depth of 6 n + 4 from 10 to 1000 and a width from 1 to 64, such as wrn-22-2")
        }
        try input.requireMaps(rows: 4, model: text)
        var parts: [any ModelPart] = [Conv2D(name: "conv1", outputs: 16, kernel: 3)]
        var channels = 16
        for (stage, base) in [16, 32, 64].enumerated() {
            for block in 0..<(depth - 4) / 6 {
                parts += residualBlock(
                    "stage\(stage + 1).block\(block + 1)", inputs: channels, outputs: base * width,
                    stride: stage > 0 && block == 0 ? 2 : 1, dropout: Float(options.dropout))
                channels = base * width
            }
        }
        parts.append(BatchNorm(name: "bn", relu: true))
        return try Model(name: text, input: input, layers: parts + ResidualNetworks.classifier(classes))
    }

    private static func residualBlock(
        _ name: String, inputs: Int, outputs: Int, stride: Int, dropout: Float
    ) -> [any ModelPart] {
        let first = BatchNorm(name: name + ".bn1", relu: true)
        var body: [any ModelPart] = [
            Conv2D(name: name + ".conv1", outputs: outputs, kernel: 3, stride: stride),
            BatchNorm(name: name + ".bn2", relu: true),
        ]
        if dropout > 0 { body.append(Dropout(name: name + ".dropout", rate: dropout)) }
        body.append(Conv2D(name: name + ".conv2", outputs: outputs, kernel: 3))
        if inputs == outputs && stride == 1 { return [Residual(name: name, body: [first] + body)] }
        // Where the shape changes, the shortcut too reads what is normalised.
        let shortcut = Conv2D(name: name + ".shortcut", outputs: outputs, kernel: 1, stride: stride)
        return [first, Residual(name: name, body: body, shortcut: [shortcut])]
    }
}
