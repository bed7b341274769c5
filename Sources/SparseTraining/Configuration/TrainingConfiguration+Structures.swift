internal import SparseParts
internal import SparsePolicies

/// Which structure each layer has.
extension TrainingConfiguration {
    /// The structure that the options give a layer. A pattern other than `*` wins over `*`.
    /// - Throws: `ConfigurationError.conflict` when options disagree.
    func structure(of layer: String) throws(ConfigurationError) -> LayerStructure {
        func matches(_ pattern: String) -> Bool { LayerPattern(pattern).matches(layer) }
        var found: [(option: String, pattern: String, structure: LayerStructure)] = []
        if let block = self.blocks.first(where: { matches($0.pattern) }) {
            found.append((Options().blocks.name, block.pattern, .blocks(block.side)))
        }
        if let nm = self.nm.first(where: { matches($0.pattern) }) {
            found.append((Options().nm.name, nm.pattern, .groups(stored: nm.stored, of: nm.of)))
        }
        if let pattern = self.constantFanIn.first(where: matches) {
            found.append((Options().constantFanIn.name, pattern, .constantFanIn))
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
        let all = Options()
        let patterns =
            self.blocks.map { (all.blocks.name, $0.pattern) } + self.nm.map { (all.nm.name, $0.pattern) }
            + self.constantFanIn.map { (all.constantFanIn.name, $0) }
        for (option, pattern) in patterns where !layers.contains(where: LayerPattern(pattern).matches) {
            throw .unknownLayer(option: option, pattern: pattern, known: layers)
        }
    }
}
