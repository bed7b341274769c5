/// What stands before the numbers of a .npy file: the type of the elements, their order and the shape. It is the text of a Python
/// dictionary, such as `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`, of which only what NumPy itself writes is
/// read. https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
package struct NumPyText: Equatable {
    /// What is wrong with a header.
    package struct Fault: Error, Equatable, CustomStringConvertible {
        package let reason: String
        package var description: String { reason }

        package init(reason: String) { self.reason = reason }
    }

    /// How such a file begins.
    package static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// Longer texts are not read: that of an array of numbers has some hundred bytes.
    private static let sizeLimit = 1 << 16

    /// Type of the elements, such as "<f4".
    package let type: String
    /// True when the first index varies fastest.
    package let isFortran: Bool
    /// Extents.
    package let shape: [Int]

    /// Bytes of the text that follows the first bytes, and how many these are.
    /// - Parameter bytes: The first 12 of the file.
    package static func extent(_ bytes: [UInt8]) throws(Fault) -> (prefix: Int, text: Int) {
        guard bytes.count >= 12, bytes.starts(with: magic), (1...3).contains(bytes[6]) else {
            throw Fault(reason: "it does not begin as an array of NumPy")
        }
        let wide = bytes[6] > 1
        let size = (0..<(wide ? 4 : 2)).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
        guard size <= sizeLimit else { throw Fault(reason: "it has a header of \(size) bytes") }
        return (wide ? 12 : 10, size)
    }

    /// Reads the text.
    package init(_ text: String) throws(Fault) {
        guard let type = text.firstMatch(of: /'descr':\s*'([^']{1,16})'/)?.1,
            let order = text.firstMatch(of: /'fortran_order':\s*(True|False)/)?.1,
            let extents = text.firstMatch(of: /'shape':\s*\(([0-9L, ]*)\)/)?.1
        else { throw Fault(reason: "its header is not that of an array of numbers") }
        var shape: [Int] = []
        for word in extents.split(separator: ",") {
            let digits = word.filter { $0 != " " && $0 != "L" }
            if digits.isEmpty { continue }
            guard let extent = Int(digits) else { throw Fault(reason: "it has the impossible shape (\(extents))") }
            shape.append(extent)
        }
        (self.type, isFortran, self.shape) = (String(type), order == "True", shape)
    }
}
