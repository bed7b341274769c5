internal import SparseModels

extension BatchNorm: ONNXLayer {
    /// Scale, shift, mean and variance of each channel.
    private func arrays(of layer: any Layer) -> [(name: String, values: [Float])] {
        layer.parameters.map { ($0.name, $0.values.array) } + layer.buffers.map { ($0.name, $0.buffer.array) }
    }

    /// As evaluation computes it.
    public func affine(of layer: any Layer) -> ChannelAffine? {
        let arrays = arrays(of: layer).map(\.values)
        let factor = zip(arrays[0], arrays[3]).map { scale, variance in scale * (1 / (variance + epsilon).squareRoot())
        }
        return ChannelAffine(factor: factor, shift: factor.indices.map { arrays[1][$0] - arrays[2][$0] * factor[$0] })
    }

    public func append(to graph: inout ONNXGraph, at place: ONNXPlace) -> ONNXValue {
        if place.isMerged { return graph.relu(place.inputs[0], if: relu, named: name) }
        let names = arrays(of: place.layer).map { graph.constant($0.name, $0.values) }
        let sum = graph.append(
            "BatchNormalization", [place.inputs[0].name] + names, attributes: [("epsilon", .float(epsilon))],
            shape: place.output, isMaps: place.inputs[0].isMaps, named: relu ? name + ".sum" : name)
        return graph.relu(sum, if: relu, named: name)
    }
}
