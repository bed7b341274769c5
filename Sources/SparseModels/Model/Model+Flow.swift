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

    /// The same model with another layer in the place of every ReLU, those that are fused into other layers among them.
    /// - Parameter replacement: Makes it; its name is that of the layer that it follows, or is, with ".gate".
    /// - Throws: `ModelError` when the replacement does not fit.
    package func replacingReLU(by replacement: (String) -> any LayerDefinition) throws(ModelError) -> Model {
        var graph = ModelGraph(inputs: inputs)
        /// Where the output of each layer is now.
        var places: [ModelSource] = []
        for node in nodes {
            let sources = node.sources.map { if case .layer(let layer) = $0 { places[layer] } else { $0 } }
            let name = node.definition.name
            switch node.definition {
            // Copies are made anew where they are needed.
            case is Copy:
                places.append(sources[0])
                continue
            case is ReLU: graph.append(replacement(name + ".gate"), reading: sources)
            default:
                if let plain = node.definition.withoutReLU {
                    graph.append(plain, reading: sources)
                    graph.append(replacement(name + ".gate"))
                } else {
                    graph.append(node.definition, reading: sources)
                }
            }
            places.append(graph.end)
        }
        return Model(name: name, inputs: inputs, nodes: try graph.finished(model: name))
    }
}

extension LayerDefinition {
    /// The same layer without the ReLU that is fused into it; nil where none is.
    fileprivate var withoutReLU: (any LayerDefinition)? {
        switch self {
        case let layer as Linear where layer.relu:
            Linear(name: name, outputs: layer.outputs, bias: layer.bias, deviation: layer.deviation)
        case let layer as Conv2D where layer.relu:
            Conv2D(
                name: name, outputs: layer.outputs, kernel: layer.kernelRows, kernelColumns: layer.kernelColumns,
                stride: layer.stride, padding: layer.padding, dilation: layer.dilation, groups: layer.groups,
                bias: layer.bias)
        case let layer as BatchNorm where layer.relu:
            BatchNorm(name: name, momentum: layer.momentum, epsilon: layer.epsilon)
        case let layer as Addition where layer.relu: Addition(name: name)
        default: nil
        }
    }
}
