internal import SparseModels

extension Linear: ONNXLayer {
    public var takesAffine: Bool { !relu }

    public func append(to graph: inout ONNXGraph, at place: ONNXPlace) -> ONNXValue {
        let input = graph.vectors(place.inputs[0])
        let weights = graph.weights(place.matrices[0], factors: place.merged?.factor)
        let bias = place.bias((place.layer as? LinearLayer)?.bias?.values.array).map {
            graph.constant(name + ".bias", $0)
        }
        let sum = graph.append(
            "Gemm", [input.name, weights] + (bias.map { [$0] } ?? []), attributes: [("transB", .int(1))],
            shape: place.output, isMaps: false, named: relu ? name + ".sum" : name)
        return graph.relu(sum, if: relu, named: name)
    }
}

extension Conv2D: ONNXLayer {
    public var takesAffine: Bool { !relu }

    public func append(to graph: inout ONNXGraph, at place: ONNXPlace) -> ONNXValue {
        let input = graph.maps(place.inputs[0])
        let weights = graph.weights(place.matrices[0], factors: place.merged?.factor)
        let bias = place.bias((place.layer as? Conv2DLayer)?.bias?.values.array).map {
            graph.constant(name + ".bias", $0)
        }
        let sum = graph.append(
            "Conv", [input.name, weights] + (bias.map { [$0] } ?? []),
            attributes: [
                ("kernel_shape", .ints([kernelRows, kernelColumns])), ("strides", .ints([stride, stride])),
                ("pads", .ints([padding, padding, padding, padding])), ("dilations", .ints([dilation, dilation])),
                ("group", .int(groups)),
            ], shape: place.output, isMaps: true, named: relu ? name + ".sum" : name)
        return graph.relu(sum, if: relu, named: name)
    }
}
