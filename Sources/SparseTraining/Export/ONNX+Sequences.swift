internal import SparseModels
internal import SparseStore

// Samples of all sequences lie one after the other, as vectors do; only attention and places look at sequences.

extension TokenEmbedding: ONNXLayer {
    public func append(to graph: inout ONNXGraph, at place: ONNXPlace) -> ONNXValue {
        let table = graph.table(of: place.layer, columns: place.output.channels)
        return graph.append(
            "Gather", [table, place.inputs[0].name], shape: place.output, isMaps: false, named: name)
    }
}

extension PositionEmbedding: ONNXLayer {
    public func append(to graph: inout ONNXGraph, at place: ONNXPlace) throws -> ONNXValue {
        let (input, channels) = (place.inputs[0], place.output.channels)
        let bounds = [graph.integers(name + ".first", [0]), try graph.sequenceLength(named: name)]
        let rows = graph.append(
            "Slice", [graph.table(of: place.layer, columns: channels)] + bounds, like: input, named: name + ".rows")
        let shape = try graph.sequenceShape([channels], named: name)
        let sequences = graph.append("Reshape", [input.name, shape], like: input, named: name + ".sequences")
        let sum = graph.append("Add", [sequences.name, rows.name], like: input, named: name + ".sum")
        return graph.samples(sum, named: name)
    }
}

extension LayerNorm: ONNXLayer {
    public func append(to graph: inout ONNXGraph, at place: ONNXPlace) -> ONNXValue {
        let factors = place.layer.parameters.map { graph.constant($0.name, $0.values.array) }
        return graph.append(
            "LayerNormalization", [place.inputs[0].name] + factors,
            attributes: [("axis", .int(-1)), ("epsilon", .float(epsilon))], shape: place.output, isMaps: false,
            named: name)
    }
}

extension RMSNorm: ONNXLayer {
    public func append(to graph: inout ONNXGraph, at place: ONNXPlace) -> ONNXValue {
        let input = place.inputs[0]
        let factors = place.layer.parameters.map { graph.constant($0.name, $0.values.array) }
        let squares = graph.append("Mul", [input.name, input.name], like: input, named: name + ".squares")
        let mean = graph.append(
            "ReduceMean", [squares.name], attributes: [("axes", .ints([1])), ("keepdims", .int(1))],
            shape: ActivationShape(channels: 1), isMaps: false, named: name + ".mean")
        let epsilon = graph.constant(name + ".epsilon", [epsilon])
        let sum = graph.append("Add", [mean.name, epsilon], like: mean, named: name + ".sum")
        let root = graph.append("Sqrt", [sum.name], like: mean, named: name + ".root")
        let scaled = graph.append("Div", [input.name, root.name], like: input, named: name + ".scaled")
        return graph.append("Mul", [scaled.name] + factors, like: input, named: name)
    }
}

extension GELU: ONNXLayer {
    public func append(to graph: inout ONNXGraph, at place: ONNXPlace) -> ONNXValue {
        let input = graph.vectors(place.inputs[0])
        func scaled(_ value: ONNXValue, by factor: Float, _ part: String) -> ONNXValue {
            let factor = graph.constant("\(name).\(part).factor", [factor])
            return graph.append("Mul", [value.name, factor], like: input, named: "\(name).\(part)")
        }
        let share: ONNXValue
        switch kind {
        case .exact:
            share = graph.append(
                "Erf", [scaled(input, by: Float(0.5).squareRoot(), "argument").name], like: input, named: name + ".erf")
        case .tanh:
            let square = graph.append("Mul", [input.name, input.name], like: input, named: name + ".square")
            let cube = graph.append("Mul", [square.name, input.name], like: input, named: name + ".cube")
            let sum = graph.append(
                "Add", [input.name, scaled(cube, by: 0.044715, "cubic").name], like: input, named: name + ".sum")
            share = graph.append(
                "Tanh", [scaled(sum, by: (2 / Float.pi).squareRoot(), "argument").name], like: input,
                named: name + ".tanh")
        }
        let one = graph.constant(name + ".one", [1])
        let shifted = graph.append("Add", [share.name, one], like: input, named: name + ".shifted")
        return graph.append(
            "Mul", [scaled(input, by: 0.5, "half").name, shifted.name], like: input, named: name)
    }
}

extension SiLU: ONNXLayer {
    public func append(to graph: inout ONNXGraph, at place: ONNXPlace) -> ONNXValue {
        let input = graph.vectors(place.inputs[0])
        let share = graph.append("Sigmoid", [input.name], like: input, named: name + ".share")
        return graph.append("Mul", [input.name, share.name], like: input, named: name)
    }
}

extension Attention: ONNXLayer {
    public func append(to graph: inout ONNXGraph, at place: ONNXPlace) throws -> ONNXValue {
        let channels = place.output.channels
        let shape = try graph.sequenceShape([heads, channels / heads], named: name)
        /// Sequences x heads x tokens x channels of a head, or in another order.
        func split(_ input: Int, _ part: String, _ order: [Int]) -> ONNXValue {
            let value = place.inputs[input]
            let parts = graph.append("Reshape", [value.name, shape], like: value, named: "\(name).\(part).heads")
            return graph.append(
                "Transpose", [parts.name], attributes: [("perm", .ints(order))], shape: value.shape, isMaps: false,
                named: "\(name).\(part)")
        }
        let (query, key) = (split(0, "query", [0, 2, 1, 3]), split(1, "key", [0, 2, 3, 1]))
        let value = split(2, "value", [0, 2, 1, 3])
        let products = graph.append("MatMul", [query.name, key.name], like: query, named: name + ".products")
        let factor = graph.constant(name + ".factor", [1 / Float(channels / heads).squareRoot()])
        var scores = graph.append("Mul", [products.name, factor], like: query, named: name + ".scores")
        if causal { scores = try mask(scores, &graph) }
        let shares = graph.append(
            "Softmax", [scores.name], attributes: [("axis", .int(-1))], shape: query.shape, isMaps: false,
            named: name + ".shares")
        let means = graph.append("MatMul", [shares.name, value.name], like: value, named: name + ".means")
        let ordered = graph.append(
            "Transpose", [means.name], attributes: [("perm", .ints([0, 2, 1, 3]))], shape: value.shape, isMaps: false,
            named: name + ".tokens")
        return graph.samples(
            ONNXValue(name: ordered.name, shape: place.output, isMaps: false), named: name)
    }

    /// Minus infinity is added where a key comes after the query.
    private func mask(_ scores: ONNXValue, _ graph: inout ONNXGraph) throws -> ONNXValue {
        let length = try graph.sequenceLength(named: name)
        let extents = graph.append(
            "Concat", [length, length], attributes: [("axis", .int(0))], shape: scores.shape, isMaps: false,
            named: name + ".mask.shape")
        let hidden = graph.constant(name + ".hidden", [-.infinity], shape: [1, 1])
        let all = graph.append("Expand", [hidden, extents.name], like: scores, named: name + ".mask.all")
        let first = graph.integers(name + ".mask.first", [1], shape: [])
        let mask = graph.append(
            "Trilu", [all.name, first], attributes: [("upper", .int(1))], shape: scores.shape, isMaps: false,
            named: name + ".mask")
        return graph.append("Add", [scores.name, mask.name], like: scores, named: name + ".masked")
    }
}

extension TiedLinear: ONNXLayer {
    public func append(to graph: inout ONNXGraph, at place: ONNXPlace) -> ONNXValue {
        let input = graph.vectors(place.inputs[0])
        guard let layer = place.layer as? TiedLinearLayer else { preconditionFailure("the layer of a tied product") }
        let table = graph.table(of: layer.embedding, columns: input.shape.channels)
        return graph.append(
            "Gemm", [input.name, table], attributes: [("transB", .int(1))], shape: place.output, isMaps: false,
            named: name)
    }
}

extension ONNXGraph {
    /// The first parameter of a layer, which has rows.
    fileprivate mutating func table(of layer: any Layer, columns: Int) -> String {
        table(layer.parameters[0].name, layer.parameters[0].values.array, columns: columns)
    }

    /// The tokens of all sequences one after the other.
    fileprivate mutating func samples(_ value: ONNXValue, named name: String) -> ONNXValue {
        let shape = integers(name + ".flat", [-1, value.shape.channels])
        return append("Reshape", [value.name, shape], like: value, named: name)
    }
}
