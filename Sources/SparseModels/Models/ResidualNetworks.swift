internal import SparseParts

/// Residual networks (He, Zhang, Ren, Sun, "Deep residual learning for image recognition", CVPR 2016).
enum ResidualNetworks {
    /// Those of three stages for small images; where the shape changes the shortcut is a 1 x 1 convolution with batch
    /// normalisation.
    static let cifar = [20, 32, 56].map { depth in
        ModelEntry(
            name: "resnet\(depth)", usage: "resnet\(depth)",
            summary: "residual network of \(depth) layers with 16, 32, 64 channels (:8 half as wide), for small images",
            narrowed: narrowed("resnet\(depth)", usual: 16)
        ) { argument, input, classes, _ throws(ModelError) in
            let (name, width) = ("resnet\(depth)", try Width.channels(argument, usual: 16, model: "resnet\(depth)"))
            try input.requireMaps(rows: 4, model: name)
            var parts = normalized(Conv2D(name: "conv1", outputs: width, kernel: 3), relu: true)
            var channels = width
            for (stage, outputs) in [width, 2 * width, 4 * width].enumerated() {
                for block in 0..<(depth - 2) / 6 {
                    parts += basic(
                        "stage\(stage + 1).block\(block + 1)", inputs: channels, outputs: outputs,
                        stride: stage > 0 && block == 0 ? 2 : 1)
                    channels = outputs
                }
            }
            return try Model(
                name: argument.map { "\(name):\($0)" } ?? name, input: input, layers: parts + classifier(classes))
        }
    }

    /// How a network of fewer channels is written.
    /// - Parameter usual: Channels of the first stage without an argument.
    static func narrowed(_ name: String, usual: Int) -> ModelKind.Narrowed {
        { argument, share in
            guard let width = try? Width.channels(argument, usual: usual, model: name) else { return nil }
            return "\(name):\(Width.narrowed(width, by: share))"
        }
    }

    /// Those of four stages. Images of more than 64 pixels a side get the stem of ImageNet (7 x 7, stride 2, and a pooling),
    /// smaller ones a 3 x 3 convolution.
    static let deep = [(18, [2, 2, 2, 2], false), (50, [3, 4, 6, 3], true)].map { depth, blocks, bottleneck in
        ModelEntry(
            name: "resnet\(depth)", usage: "resnet\(depth)",
            summary:
                "residual network of \(depth) layers (:32 half as wide), above 64 pixels a side with ImageNet's stem",
            narrowed: narrowed("resnet\(depth)", usual: 64)
        ) { argument, input, classes, _ throws(ModelError) in
            let (name, first) = ("resnet\(depth)", try Width.channels(argument, usual: 64, model: "resnet\(depth)"))
            try input.requireMaps(rows: 8, model: name)
            var parts: [any ModelPart]
            if max(input.rows, input.columns) > 64 {
                parts = normalized(Conv2D(name: "conv1", outputs: first, kernel: 7, stride: 2), relu: true)
                parts.append(Pooling(name: "pool1", .maximum, size: 3, stride: 2, padding: 1))
            } else {
                parts = normalized(Conv2D(name: "conv1", outputs: first, kernel: 3), relu: true)
            }
            var channels = first
            for (stage, count) in blocks.enumerated() {
                for block in 0..<count {
                    let (name, width) = ("stage\(stage + 1).block\(block + 1)", first << stage)
                    let stride = stage > 0 && block == 0 ? 2 : 1
                    if bottleneck {
                        parts += Self.bottleneck(name, inputs: channels, width: width, stride: stride)
                    } else {
                        parts += basic(name, inputs: channels, outputs: width, stride: stride)
                    }
                    channels = bottleneck ? 4 * width : width
                }
            }
            return try Model(
                name: argument.map { "\(name):\($0)" } ?? name, input: input, layers: parts + classifier(classes))
        }
    }

    /// Two 3 x 3 convolutions.
    private static func basic(_ name: String, inputs: Int, outputs: Int, stride: Int) -> [any ModelPart] {
        let body =
            normalized(Conv2D(name: name + ".conv1", outputs: outputs, kernel: 3, stride: stride), relu: true)
            + normalized(Conv2D(name: name + ".conv2", outputs: outputs, kernel: 3))
        return block(name, body, inputs: inputs, outputs: outputs, stride: stride)
    }

    /// 1 x 1 to `width` channels, 3 x 3, 1 x 1 to four times as many.
    private static func bottleneck(_ name: String, inputs: Int, width: Int, stride: Int) -> [any ModelPart] {
        let body =
            normalized(Conv2D(name: name + ".conv1", outputs: width, kernel: 1), relu: true)
            + normalized(Conv2D(name: name + ".conv2", outputs: width, kernel: 3, stride: stride), relu: true)
            + normalized(Conv2D(name: name + ".conv3", outputs: 4 * width, kernel: 1))
        return block(name, body, inputs: inputs, outputs: 4 * width, stride: stride)
    }

    private static func block(
        _ name: String, _ body: [any ModelPart], inputs: Int, outputs: Int, stride: Int
    ) -> [any ModelPart] {
        let shortcut =
            stride == 1 && inputs == outputs
            ? [] : normalized(Conv2D(name: name + ".shortcut", outputs: outputs, kernel: 1, stride: stride))
        return [Residual(name: name, body: body, shortcut: shortcut), ReLU(name: name + ".relu")]
    }

    /// A convolution with batch normalisation, named after it.
    static func normalized(_ convolution: Conv2D, relu: Bool = false) -> [any ModelPart] {
        [convolution, BatchNorm(name: convolution.name + ".bn", relu: relu)]
    }

    static func classifier(_ classes: Int) -> [any ModelPart] {
        [Pooling(globalAverage: "pool"), Linear(name: "fc", outputs: classes)]
    }
}

extension Registry<ModelKind>.Entry {
    /// Refuses an argument for models that take none.
    static func refuse(_ argument: String?, of model: String) throws(ModelError) {
        if let argument { throw .invalidArgument(model: model, argument: argument, expected: "no argument") }
    }
}

extension ActivationShape {
    /// Refuses samples without maps of at least `rows` x `rows` pixels.
    func requireMaps(rows minimum: Int, model: String) throws(ModelError) {
        guard rows >= minimum && columns >= minimum else {
            throw .invalidOption(
                name: "model '\(model)'", value: "given samples of \(channels) x \(rows) x \(columns)",
                expected: "images of at least \(minimum) x \(minimum) pixels")
        }
    }
}
