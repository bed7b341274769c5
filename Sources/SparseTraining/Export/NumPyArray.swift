/// An array as NumPy's files have it, its numbers made while they are written.
/// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
struct NumPyArray {
    let name: String
    let header: [UInt8]
    let byteCount: Int
    let write: (inout ZipWriter.Content) throws -> Void

    /// - Parameters:
    ///   - type: NumPy's name of the numbers, such as "<f4".
    ///   - shape: Extents; none for a single number.
    ///   - size: Bytes of a number.
    init(
        _ name: String, type: String, shape: [Int], size: Int,
        _ write: @escaping (inout ZipWriter.Content) throws -> Void
    ) {
        self.name = name
        let extents = shape.map { "\($0)," }.joined(separator: " ")
        var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(extents)), }"
        // Magic, version and length are ten bytes; with them the numbers begin at a multiple of 64.
        text += String(repeating: " ", count: (64 - (text.utf8.count + 11) % 64) % 64) + "\n"
        header =
            [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count & 255), UInt8(text.utf8.count >> 8)]
            + Array(text.utf8)
        byteCount = shape.reduce(size, *)
        self.write = write
    }

    init(_ name: String, _ numbers: [Float], shape: [Int]? = nil) {
        self.init(name, type: "<f4", shape: shape ?? [numbers.count], size: 4) { try $0.write(numbers) }
    }

    init(_ name: String, _ numbers: [Int64]) {
        self.init(name, type: "<i8", shape: [numbers.count], size: 8) { try $0.write(numbers) }
    }

    /// Appends the array to an archive.
    func add(to archive: inout ZipWriter) throws {
        try archive.add(name + ".npy", size: header.count + byteCount) { content in
            try content.write(header)
            try write(&content)
        }
    }
}
