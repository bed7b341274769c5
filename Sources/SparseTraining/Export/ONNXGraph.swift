public import SparseModels

/// The graph of an ONNX file while layers append to it: nodes in order, constants, names that are each given once.
/// https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
public struct ONNXGraph {
    /// Numbers of ONNX's schema that say what an element is.
    enum ElementType: Int {
        case float = 1
        case int64 = 7
    }

    private struct Node {
        var operation: String
        var inputs: [String]
        var output: String
        var attributes: [(name: String, value: ONNXAttribute)]
    }

    /// Name of the dimension of the samples, or of the sequences.
    private static let batch = "batch"
    /// Name of the dimension of the tokens of a sequence.
    private static let time = "time"

    private let sparse: Bool
    private var nodes: [Node] = []
    private var constants: [ProtobufMessage] = []
    private var sparseConstants: [ProtobufMessage] = []
    private var inputs: [ProtobufMessage] = []
    private var names: Set<String> = []
    private var tables: [String: String] = [:]
    /// The extents of the input of tokens, if there is one: sequences, and the tokens of each.
    private var sequenceExtents: String?

    /// - Parameters:
    ///   - sparse: Whether weight matrices are written as their stored weights.
    ///   - reserved: Names that no node or constant gets.
    init(sparse: Bool, reserved: [String]) {
        self.sparse = sparse
        names = Set(reserved)
    }

    // Nodes

    /// Appends a node of one output.
    /// - Parameters:
    ///   - operation: Of the ONNX operators.
    ///   - inputs: Names of values and constants.
    ///   - attributes: By name.
    ///   - name: Of the output; a number is added where it is taken.
    ///   - shape: Of a sample of the output.
    ///   - isMaps: Whether the output is maps, with rows and columns.
    public mutating func append(
        _ operation: String, _ inputs: [String], attributes: [(name: String, value: ONNXAttribute)] = [],
        shape: ActivationShape, isMaps: Bool, named name: String
    ) -> ONNXValue {
        let output = unique(name)
        nodes.append(Node(operation: operation, inputs: inputs, output: output, attributes: attributes))
        return ONNXValue(name: output, shape: shape, isMaps: isMaps)
    }

    /// The same for an output of the shape of `value`.
    public mutating func append(_ operation: String, _ inputs: [String], like value: ONNXValue, named name: String)
        -> ONNXValue
    {
        append(operation, inputs, shape: value.shape, isMaps: value.isMaps, named: name)
    }

    /// max(value, 0) if `applies`, else the value itself.
    public mutating func relu(_ value: ONNXValue, if applies: Bool, named name: String) -> ONNXValue {
        applies ? append("Relu", [value.name], like: value, named: name) : value
    }

    /// The value as batch x elements: channel by channel, row by row.
    public mutating func vectors(_ value: ONNXValue) -> ONNXValue {
        guard value.isMaps else { return value }
        return append(
            "Flatten", [value.name], attributes: [("axis", .int(1))], shape: value.shape.flattened, isMaps: false,
            named: value.name + ".flat")
    }

    /// The value as batch x channels x rows x columns.
    public mutating func maps(_ value: ONNXValue) -> ONNXValue {
        guard !value.isMaps else { return value }
        let name = integers(
            value.name + ".shape", [-1, value.shape.channels, value.shape.rows, value.shape.columns])
        return append("Reshape", [value.name, name], shape: value.shape, isMaps: true, named: value.name + ".maps")
    }

    // Constants

    /// Adds a constant and returns its name.
    /// - Parameters:
    ///   - name: What to call it; a number is added where it is taken.
    ///   - values: Its numbers, row by row.
    ///   - shape: Its extents; one dimension without.
    public mutating func constant(_ name: String, _ values: [Float], shape: [Int]? = nil) -> String {
        let name = unique(name)
        constants.append(
            tensor(name, shape ?? [values.count], .float, byteCount: 4 * values.count) { try $0.write(numbers: values) }
        )
        return name
    }

    /// Adds whole numbers and returns their name.
    /// - Parameters:
    ///   - name: What to call them; a number is added where it is taken.
    ///   - values: The numbers, row by row.
    ///   - shape: Their extents; one dimension without.
    public mutating func integers(_ name: String, _ values: [Int], shape: [Int]? = nil) -> String {
        let name = unique(name)
        let numbers = values.map { Int64($0) }
        constants.append(
            tensor(name, shape ?? [numbers.count], .int64, byteCount: 8 * numbers.count) {
                try $0.write(numbers: numbers)
            })
        return name
    }

    /// Adds an array that several layers use, unless one has added it, and returns its name.
    /// - Parameters:
    ///   - table: The parameter's name.
    ///   - values: Its numbers, row by row.
    ///   - columns: Numbers of a row.
    mutating func table(_ table: String, _ values: [Float], columns: Int) -> String {
        if let name = tables[table] { return name }
        let name = constant(table, values, shape: [values.count / columns, columns])
        tables[table] = name
        return name
    }

    // Sequences

    /// The extents of the input of tokens, and then these, as a shape for `Reshape`.
    mutating func sequenceShape(_ extents: [Int], named name: String) throws -> String {
        let rest = integers(name + ".extents", extents)
        return append(
            "Concat", [try requireSequences(of: name), rest], attributes: [("axis", .int(0))],
            shape: ActivationShape(channels: 1), isMaps: false, named: name + ".shape"
        ).name
    }

    /// The number of tokens of a sequence, in one dimension.
    mutating func sequenceLength(named name: String) throws -> String {
        let place = integers(name + ".axis", [1])
        return append(
            "Gather", [try requireSequences(of: name), place], shape: ActivationShape(channels: 1), isMaps: false,
            named: name + ".length"
        ).name
    }

    private func requireSequences(of name: String) throws(ExportError) -> String {
        guard let sequenceExtents else { throw .noSequences(layer: name, format: "onnx") }
        return sequenceExtents
    }

    /// Adds a weight matrix and returns its name.
    /// - Parameters:
    ///   - matrix: The weights.
    ///   - factors: What multiplies each row.
    public mutating func weights(_ matrix: ExportedMatrix, factors: [Float]? = nil) -> String {
        let name = unique(matrix.name)
        func scaled(_ values: [Float], _ row: Int) -> [Float] {
            factors.map { factors in values.map { $0 * factors[row] } } ?? values
        }
        // Of no stored weights at all readers make nothing.
        guard sparse, matrix.count > 0 else {
            constants.append(
                tensor(name, matrix.shape, .float, byteCount: 4 * matrix.positionCount) { sink in
                    try matrix.forEachDenseRow { try sink.write(numbers: scaled($1, $0)) }
                })
            return name
        }
        var message = ProtobufMessage()
        message.add(
            1,
            tensor(name, [matrix.count], .float, byteCount: 4 * matrix.count) { sink in
                try matrix.forEachRow { try sink.write(numbers: scaled($2, $0)) }
            })
        message.add(
            2,
            tensor(name + ".indices", [matrix.count], .int64, byteCount: 8 * matrix.count) { sink in
                try matrix.forEachRow { row, columns, _ in
                    try sink.write(numbers: columns.map { Int64(row * matrix.columns + Int($0)) })
                }
            })
        for extent in matrix.shape { message.add(3, extent) }
        sparseConstants.append(message)
        return name
    }

    private func tensor(
        _ name: String, _ shape: [Int], _ type: ElementType, byteCount: Int,
        _ write: @escaping (ByteSink) throws -> Void
    ) -> ProtobufMessage {
        var message = ProtobufMessage()
        for extent in shape { message.add(1, extent) }
        message.add(2, type.rawValue)
        message.add(8, name)
        message.add(9, byteCount: byteCount, write)
        return message
    }

    // Ends

    /// An input of the graph, whose name is reserved: maps, vectors, or sequences of tokens, whose tokens then are samples like others.
    mutating func input(_ name: String, shape: ActivationShape) -> ONNXValue {
        let isMaps = shape.rows * shape.columns > 1
        let value = ONNXValue(name: name, shape: shape, isMaps: isMaps)
        guard shape.vocabulary != nil else {
            inputs.append(description(of: value, .float, extents: extents(of: value)))
            return value
        }
        inputs.append(description(of: value, .int64, extents: [.named(Self.time)]))
        if sequenceExtents == nil {
            sequenceExtents = append("Shape", [name], like: value, named: name + ".shape").name
        }
        return append("Reshape", [name, integers(name + ".flat", [-1])], like: value, named: name + ".tokens")
    }

    /// What the graph gives: of sequences an output for each token.
    mutating func output(_ value: ONNXValue) throws -> ONNXValue {
        guard sequenceExtents != nil else { return value }
        let shape = try sequenceShape([value.shape.channels], named: value.name)
        return append("Reshape", [value.name, shape], like: value, named: value.name + ".sequences")
    }

    private enum Extent {
        case known(Int)
        case named(String)
    }

    private func extents(of value: ONNXValue) -> [Extent] {
        let shape = value.shape
        return (value.isMaps ? [shape.channels, shape.rows, shape.columns] : [shape.elements]).map { .known($0) }
    }

    /// The graph's message, with `value` as its output, which gets this reserved name.
    func message(named graph: String, output value: ONNXValue, as name: String) -> ProtobufMessage {
        var (nodes, value) = (nodes, value)
        if let last = nodes.lastIndex(where: { $0.output == value.name }) {
            nodes[last].output = name
            for index in nodes.indices {
                nodes[index].inputs = nodes[index].inputs.map { $0 == value.name ? name : $0 }
            }
        } else {
            nodes.append(Node(operation: "Identity", inputs: [value.name], output: name, attributes: []))
        }
        value = ONNXValue(name: name, shape: value.shape, isMaps: value.isMaps)
        var message = ProtobufMessage()
        for node in nodes { message.add(1, self.message(of: node)) }
        message.add(2, graph)
        for constant in constants { message.add(5, constant) }
        for input in inputs { message.add(11, input) }
        let ahead: [Extent] = sequenceExtents == nil ? [] : [.named(Self.time)]
        message.add(12, description(of: value, .float, extents: ahead + extents(of: value)))
        for constant in sparseConstants { message.add(15, constant) }
        return message
    }

    private func message(of node: Node) -> ProtobufMessage {
        var message = ProtobufMessage()
        for input in node.inputs { message.add(1, input) }
        message.add(2, node.output)
        message.add(3, node.output)
        message.add(4, node.operation)
        for (name, value) in node.attributes {
            var attribute = ProtobufMessage()
            attribute.add(1, name)
            // The value, and which kind of value it is.
            switch value {
            case .float(let number):
                attribute.add(2, number)
                attribute.add(20, 1)
            case .int(let number):
                attribute.add(3, number)
                attribute.add(20, 2)
            case .string(let text):
                attribute.add(4, text)
                attribute.add(20, 3)
            case .ints(let numbers):
                for number in numbers { attribute.add(8, number) }
                attribute.add(20, 7)
            }
            message.add(5, attribute)
        }
        return message
    }

    private func description(of value: ONNXValue, _ type: ElementType, extents: [Extent]) -> ProtobufMessage {
        var (shape, batch) = (ProtobufMessage(), ProtobufMessage())
        batch.add(2, Self.batch)
        shape.add(1, batch)
        for extent in extents {
            var dimension = ProtobufMessage()
            switch extent {
            case .known(let count): dimension.add(1, count)
            case .named(let name): dimension.add(2, name)
            }
            shape.add(1, dimension)
        }
        var (tensor, outer, message) = (ProtobufMessage(), ProtobufMessage(), ProtobufMessage())
        tensor.add(1, type.rawValue)
        tensor.add(2, shape)
        outer.add(1, tensor)
        message.add(1, value.name)
        message.add(2, outer)
        return message
    }

    private mutating func unique(_ name: String) -> String {
        let name = name.isEmpty ? "unnamed" : name
        var (candidate, number) = (name, 2)
        while !names.insert(candidate).inserted {
            candidate = "\(name)_\(number)"
            number += 1
        }
        return candidate
    }
}
