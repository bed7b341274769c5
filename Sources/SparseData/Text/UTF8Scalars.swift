internal import SparseStore

/// The Unicode scalars of bytes in UTF-8, up to the first place that is none.
struct UTF8Scalars {
    private let bytes: AlignedBuffer<UInt8>
    /// Bytes that were read.
    private(set) var offset = 0

    init(_ bytes: AlignedBuffer<UInt8>) { self.bytes = bytes }

    /// True when all bytes were read.
    var isAtEnd: Bool { offset == bytes.count }

    /// The next scalar; nil at the end, and where the bytes are none: shortest form only, no surrogates (The Unicode Standard,
    /// table 3-7).
    mutating func next() -> UInt32? {
        guard offset < bytes.count else { return nil }
        let lead = UInt32(bytes[offset])
        if lead < 0x80 {
            offset += 1
            return lead
        }
        guard (0xC2...0xF4).contains(lead) else { return nil }
        let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        guard length <= bytes.count - offset else { return nil }
        // The bits of the lead byte that are the scalar's.
        var scalar = lead & (0x7F >> UInt32(length))
        for place in 1..<length {
            let byte = UInt32(bytes[offset + place])
            guard byte & 0xC0 == 0x80 else { return nil }
            scalar = scalar << 6 | byte & 0x3F
        }
        let least: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x1_0000
        guard scalar >= least, scalar <= 0x10_FFFF, !(0xD800...0xDFFF).contains(scalar) else { return nil }
        offset += length
        return scalar
    }

    /// What is wrong where `next` stopped before the end.
    func fault(in file: String) -> DataError {
        let byte = hexadecimal(UInt32(bytes[offset]), digits: 2)
        return DataError(
            .malformed, in: file, at: .offset(offset), "byte \(byte) (hexadecimal) begins no character of UTF-8",
            expected: "a text in UTF-8; or --tokenizer bytes, which takes any bytes")
    }
}
