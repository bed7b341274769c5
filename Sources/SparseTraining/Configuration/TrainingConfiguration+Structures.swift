internal import SparsePolicies

/// Which structure each layer has.
extension TrainingConfiguration {
    /// The structure that the options give a layer. A pattern other than `*` wins over `*`.
    /// - Throws: `ConfigurationError.conflict` when options disagree.
    func structure(of layer: String) throws(ConfigurationError) -> LayerStructure {
        func matches(_ pattern: String) -> Bool { LayerPattern(pattern).matches(layer) }
        var found: [(option: String, pattern: String, structure: LayerStructure)] = []
        if let block = blocks.first(where: { matches($0.pattern) }) {
            found.append(("block", block.pattern, .blocks(block.side)))
        }
        if let nm = nm.first(where: { matches($0.pattern) }) {
            found.append(("nm", nm.pattern, .groups(stored: nm.stored, of: nm.of)))
        }
        if let pattern = constantFanIn.first(where: matches) {
            found.append(("constant-fan-in", pattern, .constantFanIn))
        }
        let named = found.filter { $0.pattern != "*" }
        if !named.isEmpty { found = named }
        guard found.count <= 1 else {
            throw .conflict(options: found.map(\.option), reason: "layer '\(layer)' can have one structure only")
        }
        return found.first?.structure ?? .unstructured
    }

    /// Refuses patterns that fit no layer.
    func checkStructures(against layers: [String]) throws(PolicyError) {
        let patterns =
            blocks.map { ("block", $0.pattern) } + nm.map { ("nm", $0.pattern) }
            + constantFanIn.map { ("constant-fan-in", $0) }
        for (option, pattern) in patterns where !layers.contains(where: LayerPattern(pattern).matches) {
            throw .unknownLayer(option: option, pattern: pattern, known: layers)
        }
    }
}
