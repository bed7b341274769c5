/// The header of a .npy file: the type of the elements and the shape. It is the text of a Python dictionary, such as
/// `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`, of which only what NumPy itself writes is read.
/// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
struct NumPyHeader: Equatable {
    /// What is wrong with a header.
    struct Fault: Error, Equatable { let reason: String }

    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// Longer texts are not read: that of an array of numbers has some hundred bytes.
    static let sizeLimit = 1 << 16

    /// Nil for texts, whose type no number is read from.
    var type: TensorType?
    /// Bytes of an element.
    var elementSize: Int
    var shape: [Int]

    /// Bytes of the text that follows the first bytes, and how many these are.
    /// - Parameter bytes: The first 12 of the file.
    static func extent(_ bytes: [UInt8]) throws(Fault) -> (prefix: Int, text: Int) {
        guard bytes.count >= 12, bytes.starts(with: magic), (1...3).contains(bytes[6]) else {
            throw Fault(reason: "it does not begin as an array of NumPy")
        }
        let wide = bytes[6] > 1
        let size = (0..<(wide ? 4 : 2)).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
        guard size <= sizeLimit else { throw Fault(reason: "it has a header of \(size) bytes") }
        return (wide ? 12 : 10, size)
    }

    init(_ text: String) throws(Fault) {
        guard let type = text.firstMatch(of: /'descr':\s*'([^']{1,16})'/)?.1,
            let order = text.firstMatch(of: /'fortran_order':\s*(True|False)/)?.1,
            let extents = text.firstMatch(of: /'shape':\s*\(([0-9L, ]*)\)/)?.1
        else { throw Fault(reason: "its header is not that of an array of numbers") }
        (self.type, elementSize) = try Self.type(String(type))
        shape = []
        for word in extents.split(separator: ",") {
            let digits = word.filter { $0 != " " && $0 != "L" }
            if digits.isEmpty { continue }
            guard let extent = Int(digits) else { throw Fault(reason: "it has the impossible shape (\(extents))") }
            shape.append(extent)
        }
        guard order == "False" || shape.count < 2 else {
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
