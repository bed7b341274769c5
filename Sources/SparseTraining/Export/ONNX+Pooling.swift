internal import SparseModels

extension Pooling: ONNXLayer {
    public func append(to graph: inout ONNXGraph, at place: ONNXPlace) -> ONNXValue {
        let input = graph.maps(place.inputs[0])
        if isGlobal {
            return graph.append("GlobalAveragePool", [input.name], shape: place.output, isMaps: true, named: name)
        }
        let window = window(for: input.shape)
        var attributes: [(name: String, value: ONNXAttribute)] = [
            ("kernel_shape", .ints([window.kernelRows, window.kernelColumns])),
            ("strides", .ints([window.stride, window.stride])),
            ("pads", .ints([window.padding, window.padding, window.padding, window.padding])),
        ]
        // The border is part of a mean.
        if kind == .average { attributes.append(("count_include_pad", .int(1))) }
        return graph.append(
            kind == .average ? "AveragePool" : "MaxPool", [input.name], attributes: attributes, shape: place.output,
            isMaps: true, named: name)
    }
}
