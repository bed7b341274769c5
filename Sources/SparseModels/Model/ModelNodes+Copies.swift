extension [ModelNode] {
    /// The same layers, with a `Copy` before each that cannot read what it would: a layer that shares no input where it
    /// would have to, a second input that is the model's, and the loss behind a layer whose gradient needs a border.
    func withCopies() -> [ModelNode] {
        let readers = Readers(self)
        var nodes: [ModelNode] = []
        /// Places in `nodes` of those visited so far.
        var places: [Int] = []

        func copy(of source: Int?, shape: ActivationShape, name: String) -> Int {
            nodes.append(
                ModelNode(
                    definition: Copy(name: name), source: source.map { places[$0] }, branch: .none, input: shape,
                    output: shape))
            return nodes.count - 1
        }
        func needsBorder(_ source: Int?) -> Bool {
            source.map { self[$0].definition.gradientHalo(for: self[$0].input) > 0 } ?? false
        }

        for var node in self {
            let (definition, source) = (node.definition, node.source)
            node.source = source.map { places[$0] }
            if !definition.sharesInput && (readers.of(source).count > 1 || needsBorder(source)) {
                node.source = copy(of: source, shape: node.input, name: definition.name + ".input")
            }
            if case .some(let branch) = node.branch {
                node.branch = .some(
                    branch.map { places[$0] }
                        ?? copy(of: nil, shape: node.input, name: definition.name + ".shortcut"))
            }
            nodes.append(node)
            places.append(nodes.count - 1)
        }
        if let last, needsBorder(count - 1) {
            _ = copy(of: count - 1, shape: last.output, name: last.definition.name + ".output")
        }
        return nodes
    }
}
