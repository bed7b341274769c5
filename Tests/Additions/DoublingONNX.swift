internal import SparseModels

extension Doubling: ONNXLayer {
    public func append(to graph: inout ONNXGraph, at place: ONNXPlace) -> ONNXValue {
        let input = place.inputs[0]
        return graph.append("Add", [input.name, input.name], like: input, named: name)
    }
}
