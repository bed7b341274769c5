internal import SparseData

/// The header of a .npy file as imports read it: the type of the elements and the shape.
struct NumPyHeader: Equatable {
    typealias Fault = NumPyText.Fault

    /// Nil for texts, whose type no number is read from.
    var type: TensorType?
    /// Bytes of an element.
    var elementSize: Int
    var shape: [Int]

    /// Bytes of the text that follows the first bytes, and how many these are.
    /// - Parameter bytes: The first 12 of the file.
    static func extent(_ bytes: [UInt8]) throws(Fault) -> (prefix: Int, text: Int) { try NumPyText.extent(bytes) }

    init(_ text: String) throws(Fault) {
        let text = try NumPyText(text)
        (type, elementSize) = try Self.type(text.type)
        shape = text.shape
        guard !text.isFortran || shape.count < 2 else {
            throw Fault(reason: "it is stored column by column; save numpy.ascontiguousarray of it")
        }
    }

    private static func type(_ name: String) throws(Fault) -> (TensorType?, Int) {
        let types: [String: TensorType] = [
            "<f8": .float64, "<f4": .float32, "<f2": .float16, "<i8": .int64, "<i4": .int32, "|i1": .int8,
            "|u1": .uint8, "|b1": .bool,
        ]
        if let type = types[name] { return (type, type.size) }
        // The name of a sparse format.
        if let letters = name.firstMatch(of: /^(\|S|<U)([0-9]{1,3})$/), let count = Int(letters.2) {
            return (nil, letters.1 == "<U" ? 4 * count : count)
        }
        throw Fault(
            reason: "its elements are of the type \(name); read are " + types.keys.sorted().joined(separator: ", "))
    }
}
