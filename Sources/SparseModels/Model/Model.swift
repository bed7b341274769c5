/// A network's layers in order, without weights. Ask it for `weightShapes`, choose densities, positions and values, then
/// make a `Network`.
///
///     let model = try ModelRegistry.model(named: "mlp:300,100", input: ActivationShape(channels: 784), classes: 10)
///     for shape in model.weightShapes { ... }         // fc1: 300 x 784, fc2: 100 x 300, fc3: 10 x 100
public struct Model: Sendable {
    /// The name it was asked for by, such as "mlp:300,100".
    public let name: String
    /// Shape in which it takes a sample.
    public let input: ActivationShape
    /// The layers, neighbours fused where one layer does both.
    public let layers: [any LayerDefinition]
    /// Shapes of the weights of the layers that have any, in order; the output layer is last.
    public let weightShapes: [WeightShape]
    /// Shape of the output.
    public let output: ActivationShape

    /// A model of these layers, one after the other.
    public init(name: String, input: ActivationShape, layers: [any LayerDefinition]) {
        var fused: [any LayerDefinition] = []
        for layer in layers {
            if let both = fused.last?.fused(with: layer) {
                fused[fused.count - 1] = both
            } else {
                fused.append(layer)
            }
        }
        var shape = input
        var weightShapes: [WeightShape] = []
        for layer in fused {
            if let weights = layer.weightShape(for: shape) { weightShapes.append(weights) }
            shape = layer.outputShape(for: shape)
        }
        self.name = name
        self.input = input
        self.layers = fused
        self.weightShapes = weightShapes
        output = shape
    }
}
