/// What a model is built of: a layer, or several that belong together. A part appends its layers to the graph: one after the
/// other, or reading what it names.
public protocol ModelPart: Sendable {
    /// Appends its layers.
    func add(to graph: inout ModelGraph)
}

/// A layer that reads what is named: outputs of layers before it, or inputs of the model.
///
///     try Model(
///         name: "gated", inputs: [ModelInput(name: "text", shape: a), ModelInput(name: "image", shape: b)],
///         layers: [
///             Reading("text", by: Linear(name: "left", outputs: 64)), Reading("image", by: Linear(name: "right", outputs: 64)),
///             Reading("left", "right", by: Addition(name: "both")), Linear(name: "out", outputs: 10),
///         ])
public struct Reading: ModelPart {
    /// Names of the layers or inputs that are read, in the order of the layer's inputs.
    public let names: [String]
    /// The layer that reads them.
    public let layer: any LayerDefinition

    /// `layer` with what is called so as its inputs, in place of the output of the layer before it.
    public init(_ names: String..., by layer: any LayerDefinition) {
        self.names = names
        self.layer = layer
    }

    public func add(to graph: inout ModelGraph) { graph.append(layer, reading: names) }
}

/// The layers of a model while it is built, each after those that it reads. Neighbours are fused when it is finished.
public struct ModelGraph: Sendable {
    /// The layers so far, not fused yet.
    private var nodes: [ModelNode] = []
    private let inputs: [ModelInput]
    /// What the next layer reads.
    public private(set) var end: ModelSource = .input(0)
    /// The first fault that was found. The layers after it have no shapes that mean anything: nothing is made of them.
    private var fault: ModelError?
    /// Names of the layers, those after a fault too.
    private var names: [String] = []

    init(inputs: [ModelInput]) { self.inputs = inputs }

    /// Shape of what the next layer reads.
    public var shape: ActivationShape { shape(of: end) }

    /// Shape of an input of the model or of an output.
    public func shape(of source: ModelSource) -> ActivationShape {
        switch source {
        case .input(let index): inputs[index].shape
        case .layer(let index): nodes[index].output
        }
    }

    /// Appends a layer that reads the end.
    public mutating func append(_ definition: any LayerDefinition) { append(definition, reading: [end]) }

    /// Appends a layer that reads outputs of layers before it, or inputs of the model.
    public mutating func append(_ definition: any LayerDefinition, reading names: [String]) {
        var sources: [ModelSource] = []
        for name in names {
            if let index = nodes.firstIndex(where: { $0.definition.name == name }) {
                sources.append(.layer(index))
            } else if let index = inputs.firstIndex(where: { $0.name == name }) {
                sources.append(.input(index))
            } else {
                fault =
                    fault
                    ?? .wrongLayer(
                        layer: definition.name,
                        reason: "reads '\(name)', which is neither a layer before it nor an input ("
                            + inputs.map(\.name).joined(separator: ", ") + ")")
            }
        }
        append(definition, reading: sources)
    }

    /// Appends a layer that reads these.
    public mutating func append(_ definition: any LayerDefinition, reading sources: [ModelSource]) {
        names.append(definition.name)
        if fault != nil { return }
        do throws(ModelError) {
            let shapes = sources.map { shape(of: $0) }
            nodes.append(
                ModelNode(
                    definition: definition, sources: sources, inputs: shapes,
                    output: try definition.checkedOutputShape(for: shapes)))
            end = .layer(nodes.count - 1)
        } catch { fault = error }
    }

    /// Appends two chains of parts that both read the end, and `joint`, which reads the ends of both. Ends of different
    /// shapes are a fault of the model that is made of the graph.
    /// - Parameters:
    ///   - name: Of both together, for that fault.
    ///   - body: One chain.
    ///   - shortcut: The other.
    ///   - joint: Reads the ends of both.
    public mutating func append(
        _ name: String, body: [any ModelPart], shortcut: [any ModelPart], joint: any LayerDefinition
    ) {
        let start = end
        for part in shortcut { part.add(to: &self) }
        let other = end
        end = start
        for part in body { part.add(to: &self) }
        if shape != shape(of: other) {
            fault = fault ?? .differentEnds(block: name, body: shape, shortcut: shape(of: other))
        }
        append(joint, reading: [end, other])
    }

    /// The layers, neighbours fused and copies made where layers cannot share.
    /// - Parameter model: Its name, for errors.
    func finished(model: String) throws(ModelError) -> [ModelNode] {
        if let fault { throw fault }
        var known: Set<String> = [""]
        for name in names where !known.insert(name).inserted { throw .repeatedName(model: model, layer: name) }
        for input in inputs where !known.insert(input.name).inserted && !(inputs.count == 1) {
            throw .repeatedName(model: model, layer: input.name)
        }
        let readers = Readers(nodes)
        if let unread = nodes.indices.dropLast().first(where: { readers.of(.layer($0)).isEmpty }) {
            throw .wrongLayer(layer: nodes[unread].definition.name, reason: "is read by no other layer")
        }
        return fused(readers).withCopies()
    }

    /// A layer is fused with the one that alone reads it, where one layer does both.
    private func fused(_ readers: Readers) -> [ModelNode] {
        var fused: [ModelNode] = []
        /// Places in `fused` of those visited so far.
        var places: [Int] = []
        for node in nodes {
            if node.sources.count == 1, case .layer(let source) = node.sources[0],
                readers.of(.layer(source)).count == 1,
                let both = fused[places[source]].definition.fused(with: node.definition)
            {
                fused[places[source]].definition = both
                fused[places[source]].output = both.outputShape(for: fused[places[source]].inputs)
                places.append(places[source])
                continue
            }
            var node = node
            node.sources = node.sources.map { if case .layer(let layer) = $0 { .layer(places[layer]) } else { $0 } }
            fused.append(node)
            places.append(fused.count - 1)
        }
        return fused
    }
}

extension [ModelNode] {
    /// The same layers, with a `Copy` before each that cannot read what it would: a layer that shares no input where it
    /// would have to, and the loss behind a layer whose gradient needs a border.
    func withCopies() -> [ModelNode] {
        let readers = Readers(self)
        var nodes: [ModelNode] = []
        /// Places in `nodes` of those visited so far.
        var places: [Int] = []

        func place(_ source: ModelSource) -> ModelSource {
            if case .layer(let layer) = source { .layer(places[layer]) } else { source }
        }
        func copy(of source: ModelSource, shape: ActivationShape, name: String) -> ModelSource {
            nodes.append(
                ModelNode(definition: Copy(name: name), sources: [place(source)], inputs: [shape], output: shape))
            return .layer(nodes.count - 1)
        }
        func needsBorder(_ source: ModelSource) -> Bool { source.layer.map { self[$0].gradientHalo > 0 } ?? false }

        for var node in self {
            let name = node.definition.name
            node.sources = node.sources.enumerated().map { index, source in
                guard !node.definition.sharesInput && (readers.of(source).count > 1 || needsBorder(source)) else {
                    return place(source)
                }
                return copy(
                    of: source, shape: node.inputs[index], name: name + ".input" + (index == 0 ? "" : "\(index + 1)"))
            }
            nodes.append(node)
            places.append(nodes.count - 1)
        }
        if let last, needsBorder(.layer(count - 1)) {
            _ = copy(of: .layer(count - 1), shape: last.output, name: last.definition.name + ".output")
        }
        return nodes
    }
}
