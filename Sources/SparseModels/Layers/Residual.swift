/// body(x) + shortcut(x), where an empty shortcut is x itself (He, Zhang, Ren, Sun, "Deep residual learning for image
/// recognition", CVPR 2016):
///
///     Residual(
///         name: "block1",
///         body: [
///             Conv2D(name: "block1.conv1", outputs: 16, kernel: 3), BatchNorm(name: "block1.bn1"),
///             ReLU(name: "block1.relu1"), Conv2D(name: "block1.conv2", outputs: 16, kernel: 3),
///             BatchNorm(name: "block1.bn2"),
///         ])
///     ReLU(name: "block1.relu2")
public struct Residual: ModelPart {
    /// Name of the block; the layer in which both ways are added is called `name`.sum.
    public let name: String
    /// The layers of the long way, in order.
    public let body: [any ModelPart]
    /// The layers of the short way; none where the input itself is added.
    public let shortcut: [any ModelPart]

    /// A block whose two ways read the same input and give the same shape.
    public init(name: String, body: [any ModelPart], shortcut: [any ModelPart] = []) {
        self.name = name
        self.body = body
        self.shortcut = shortcut
    }

    public func add(to graph: inout ModelGraph) {
        graph.append(name, body: body, shortcut: shortcut, joint: Addition(name: name + ".sum"))
    }
}
