internal import SparseModels

extension ReLU: ONNXLayer {
    public func append(to graph: inout ONNXGraph, at place: ONNXPlace) -> ONNXValue {
        graph.relu(place.inputs[0], if: true, named: name)
    }
}

extension Addition: ONNXLayer {
    public func append(to graph: inout ONNXGraph, at place: ONNXPlace) -> ONNXValue {
        var terms = place.inputs
        if terms[0].isMaps != terms[1].isMaps { terms = terms.map { graph.maps($0) } }
        let sum = graph.append("Add", terms.map(\.name), like: terms[0], named: relu ? name + ".sum" : name)
        return graph.relu(sum, if: relu, named: name)
    }
}

/// Dropout drops nothing in evaluation, and a copy is what it copies: neither has a node.
extension Dropout: ONNXLayer {
    public func append(to graph: inout ONNXGraph, at place: ONNXPlace) -> ONNXValue { place.inputs[0] }
}

extension Copy: ONNXLayer {
    public func append(to graph: inout ONNXGraph, at place: ONNXPlace) -> ONNXValue { place.inputs[0] }
}
