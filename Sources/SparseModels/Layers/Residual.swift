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
    public let name: String
    public let body: [any ModelPart]
    public let shortcut: [any ModelPart]

    public init(name: String, body: [any ModelPart], shortcut: [any ModelPart] = []) {
        self.name = name
        self.body = body
        self.shortcut = shortcut
    }

    public func add(to graph: inout ModelGraph) {
        graph.append(name, body: body, shortcut: shortcut, joint: Addition(name: name + ".sum"))
    }
}
