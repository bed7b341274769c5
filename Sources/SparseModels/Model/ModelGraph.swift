/// What a model is built of: a layer, or several that belong together.
public protocol ModelPart: Sendable {
    /// Appends its layers.
    func add(to graph: inout ModelGraph)
}

/// A layer with the layers that it takes its inputs from.
public struct ModelNode: Sendable {
    public var definition: any LayerDefinition
    /// Place of the layer whose output is the input; nil: the model's input.
    public var source: Int?
    /// The second input of a layer that has two: the same, once more.
    public var branch: Int??
    /// Shape of the input.
    public var input: ActivationShape
    public var output: ActivationShape
}

/// The layers of a model while it is built, each after those that it reads.
public struct ModelGraph: Sendable {
    public private(set) var nodes: [ModelNode] = []
    /// Where the next layer takes its input from.
    public private(set) var end: Int?
    /// The first fault that was found.
    private(set) var fault: ModelError?
    /// Names of the layers, fused ones too.
    private(set) var names: [String] = []
    private let input: ActivationShape
    /// Layers before this place have other readers: nothing may be fused into them.
    private var firstFusable = 0

    init(input: ActivationShape) { self.input = input }

    /// Shape of what the next layer reads.
    public var shape: ActivationShape { end.map { nodes[$0].output } ?? input }

    /// Appends a layer that reads the end, or fuses it with the layer there.
    public mutating func append(_ definition: any LayerDefinition) {
        names.append(definition.name)
        // The layers after a fault have no shapes that mean anything.
        if fault != nil { return }
        if let end, end >= firstFusable, let both = nodes[end].definition.fused(with: definition) {
            nodes[end].definition = both
            nodes[end].output = both.outputShape(for: nodes[end].input)
            return
        }
        append(definition, branch: .none)
    }

    /// Appends two chains of parts that both read the end, and `joint`, which reads the ends of both. Ends of different
    /// shapes are a fault of the model that is made of the graph.
    /// - Parameter name: Of both together, for that fault.
    public mutating func append(
        _ name: String, body: [any ModelPart], shortcut: [any ModelPart], joint: any LayerDefinition
    ) {
        let start = end
        firstFusable = nodes.count
        for part in shortcut { part.add(to: &self) }
        let branch = end
        end = start
        firstFusable = nodes.count
        for part in body { part.add(to: &self) }
        let other = branch.map { nodes[$0].output } ?? input
        if shape != other { fault = fault ?? .differentEnds(block: name, body: shape, shortcut: other) }
        names.append(joint.name)
        append(joint, branch: .some(branch))
    }

    private mutating func append(_ definition: any LayerDefinition, branch: Int??) {
        // Nothing is made of a graph with a fault.
        if fault != nil { return }
        do throws(ModelError) {
            nodes.append(
                ModelNode(
                    definition: definition, source: end, branch: branch, input: shape,
                    output: try definition.checkedOutputShape(for: shape)))
            end = nodes.count - 1
        } catch { fault = error }
    }
}

extension LayerDefinition {
    /// Shape of the output, after the input has been found one that the layer can take.
    /// - Throws: `ModelError`, also for an output or weights larger than any network could hold.
    func checkedOutputShape(for input: ActivationShape) throws(ModelError) -> ActivationShape {
        if let reason = fault(for: input) { throw .wrongLayer(layer: name, reason: reason) }
        let output = outputShape(for: input)
        func isHeld(_ extents: Int...) -> Bool {
            var product = 1
            for extent in extents {
                let (next, overflow) = product.multipliedReportingOverflow(by: extent)
                guard extent > 0, !overflow, next <= Int(Int32.max) else { return false }
                product = next
            }
            return true
        }
        try require(isHeld(output.channels, output.rows, output.columns), "outputs of \(output)")
        for (shape, halo) in [(input, inputHalo), (output, gradientHalo(for: input))] {
            try require(
                halo < 1 << 20 && isHeld(shape.channels, shape.rows + 2 * halo, shape.columns + 2 * halo),
                "maps of \(shape) with a border of \(halo)")
        }
        if let weights = weightShape(for: input) {
            try require(
                isHeld(weights.inputs, weights.kernelRows, weights.kernelColumns),
                "\(weights.inputs) inputs with a kernel of \(weights.kernelRows) x \(weights.kernelColumns)")
        }
        return output
    }
}
