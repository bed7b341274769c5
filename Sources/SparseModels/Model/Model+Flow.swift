extension Model {
    /// The same model without what follows from a batch or from chance: normalisation by batch and dropout give what they read, after a
    /// ReLU where one is fused with it. Pruning by flow looks at it.
    package var withoutStatistics: Model {
        let nodes = nodes.map { node in
            var node = node
            switch node.definition {
            case let norm as BatchNorm: node.definition = norm.relu ? ReLU(name: norm.name) : Copy(name: norm.name)
            case is Dropout: node.definition = Copy(name: node.definition.name)
            default: break
            }
            return node
        }
        return Model(name: name, inputs: inputs, nodes: nodes)
    }
}
