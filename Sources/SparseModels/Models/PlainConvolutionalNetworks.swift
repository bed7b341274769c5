internal import SparseParts

/// Convolutional networks without branches.
enum PlainConvolutionalNetworks {
    /// LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to document recognition", 1998, with ReLU and
    /// maximum pooling.
    static let lenet5 = ModelEntry(
        name: "lenet5", usage: "lenet5", summary: "two 5 x 5 convolutions with pooling, then 120 and 84 hidden units",
        options: [\.dropout]
    ) { argument, input, classes, options throws(ModelError) in
        try ModelEntry.refuse(argument, of: "lenet5")
        try input.requireMaps(rows: 12, model: "lenet5")
        // Images of 28 pixels a side have the border that makes them 32.
        let padding = min(input.rows, input.columns) < 32 ? 2 : 0
        var parts: [any ModelPart] = [
            Conv2D(name: "conv1", outputs: 6, kernel: 5, padding: padding, bias: true, relu: true),
            Pooling(name: "pool1", .maximum, size: 2),
            Conv2D(name: "conv2", outputs: 16, kernel: 5, padding: 0, bias: true, relu: true),
            Pooling(name: "pool2", .maximum, size: 2),
        ]
        for (index, size) in [120, 84].enumerated() {
            parts.append(Linear(name: "fc\(index + 1)", outputs: size, relu: true))
            if options.dropout > 0 { parts.append(Dropout(name: "dropout\(index + 1)", rate: Float(options.dropout))) }
        }
        return try Model(name: "lenet5", input: input, layers: parts + [Linear(name: "fc3", outputs: classes)])
    }

    /// VGG-16 as used on CIFAR-10 (Simonyan, Zisserman, ICLR 2015, configuration D, with batch normalisation and one
    /// linear layer).
    static let vgg16 = vgg(
        "vgg16", summary: "thirteen 3 x 3 convolutions with batch normalisation, one linear layer (:32 half as wide)",
        kernels: 3,
        hidden: [])

    /// Configuration C, whose last convolution of the later stages is 1 x 1, with one hidden linear layer.
    static let vggC = vgg(
        "vgg-c", summary: "VGG of configuration C: some convolutions 1 x 1, one hidden layer of 512 (:32 half as wide)",
        kernels: 1,
        hidden: [512])

    private static func vgg(_ name: String, summary: String, kernels: Int, hidden: [Int]) -> ModelEntry {
        ModelEntry(
            name: name, usage: name, summary: summary, options: hidden.isEmpty ? [] : [\.dropout],
            narrowed: ResidualNetworks.narrowed(name, usual: 64)
        ) { argument, input, classes, options throws(ModelError) in
            let first = try Width.channels(argument, usual: 64, model: name)
            try input.requireMaps(rows: 32, model: name)
            var parts: [any ModelPart] = []
            for (stage, (count, widening)) in [(2, 1), (2, 2), (3, 4), (3, 8), (3, 8)].enumerated() {
                for index in 0..<count {
                    let kernel = index == 2 ? kernels : 3
                    parts += ResidualNetworks.normalized(
                        Conv2D(name: "conv\(stage + 1)_\(index + 1)", outputs: widening * first, kernel: kernel),
                        relu: true)
                }
                parts.append(Pooling(name: "pool\(stage + 1)", .maximum, size: 2))
            }
            for (index, size) in hidden.enumerated() {
                // As many as the last convolution has channels, whatever the width.
                parts.append(Linear(name: "fc\(index + 1)", outputs: max(1, size * first / 64), relu: true))
                if options.dropout > 0 {
                    parts.append(Dropout(name: "dropout\(index + 1)", rate: Float(options.dropout)))
                }
            }
            parts.append(Linear(name: "fc\(hidden.count + 1)", outputs: classes))
            return try Model(name: argument.map { "\(name):\($0)" } ?? name, input: input, layers: parts)
        }
    }

    /// MobileNet (Howard et al., arXiv 1704.04861): 3 x 3 convolutions of single channels, each followed by a 1 x 1 one.
    /// Images of at most 64 pixels a side are not made smaller by the first convolution.
    static let mobilenet = ModelEntry(
        name: "mobilenet-v1", usage: "mobilenet-v1", summary: "depthwise 3 x 3 and pointwise 1 x 1 convolutions"
    ) { argument, input, classes, _ throws(ModelError) in
        try ModelEntry.refuse(argument, of: "mobilenet-v1")
        try input.requireMaps(rows: 16, model: "mobilenet-v1")
        let stride = max(input.rows, input.columns) > 64 ? 2 : 1
        var parts = ResidualNetworks.normalized(
            Conv2D(name: "conv1", outputs: 32, kernel: 3, stride: stride), relu: true)
        var channels = 32
        let blocks =
            [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)] + Array(repeating: (512, 1), count: 5)
            + [(1024, 2), (1024, 1)]
        for (index, (outputs, stride)) in blocks.enumerated() {
            let name = "block\(index + 1)"
            parts += ResidualNetworks.normalized(
                Conv2D(name: name + ".depthwise", outputs: channels, kernel: 3, stride: stride, groups: channels),
                relu: true)
            parts += ResidualNetworks.normalized(
                Conv2D(name: name + ".pointwise", outputs: outputs, kernel: 1), relu: true)
            channels = outputs
        }
        return try Model(name: "mobilenet-v1", input: input, layers: parts + ResidualNetworks.classifier(classes))
    }
}
