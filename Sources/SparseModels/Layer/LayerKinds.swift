public import SparseParts

extension Parts {
    /// The kinds of layers that can be read from a file. A program with layers of its own adds them before it reads:
    ///
    ///     Parts.layerKinds.add(MyLayer.self, "what it does")
    public static let layerKinds = Registry<any LayerDefinition.Type>(
        "kind of layer",
        [
            .init(Linear.self, "weights x input + bias"),
            .init(Conv2D.self, "two-dimensional convolution"),
            .init(BatchNorm.self, "batch normalisation of channels"),
            .init(ReLU.self, "what is above 0"),
            .init(Pooling.self, "largest or mean value of windows"),
            .init(Dropout.self, "zeros at random in training"),
            .init(Addition.self, "sum of its inputs"),
            .init(TokenEmbedding.self, "a row of a table for each token"),
            .init(PositionEmbedding.self, "its input with a row of a table for each place in a sequence"),
            .init(LayerNorm.self, "normalisation of each sample by its channels"),
            .init(RMSNorm.self, "the same without a mean"),
            .init(GELU.self, "x times the probability of a normal number below it"),
            .init(SiLU.self, "x / (1 + e^-x)"),
            .init(Attention.self, "means of values, weighted by queries and keys, of the samples of a sequence"),
            .init(TiedLinear.self, "products with the table of an embedding"),
            .init(Copy.self, "its input again, for a layer that needs one of its own"),
        ])
}

extension Registry<any LayerDefinition.Type>.Entry {
    /// A kind under the name that files have for it.
    public init(_ kind: any LayerDefinition.Type, _ summary: String) { self.init(kind.kindName, summary, kind) }
}

extension Registry<any LayerDefinition.Type> {
    /// Makes a kind of layer known under the name that files have for it.
    public func add(_ kind: any LayerDefinition.Type, _ summary: String) { add(Entry(kind, summary)) }
}
