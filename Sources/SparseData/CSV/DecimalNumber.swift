/// Reads a decimal number as the nearest 32-bit float.
enum DecimalNumber {
    /// Powers of ten that a double holds exactly.
    private static let powers: [Double] = (0...22).map { n in (0..<n).reduce(1) { power, _ in power * 10 } }

    /// Nil for anything but a decimal number, "nan" or "inf"; infinite when it is too large for a float.
    static func parse(_ text: Slice<UnsafeMutableBufferPointer<UInt8>>) -> Float? {
        exact(text) ?? slow(text)
    }

    /// The number of a field; inside quotes there may be blanks around it.
    static func parse(field: Slice<UnsafeMutableBufferPointer<UInt8>>, isQuoted: Bool) -> Float? {
        parse(field) ?? (isQuoted ? parse(CSVText.trimmed(field)) : nil)
    }

    /// The same of bytes elsewhere.
    static func parse(_ text: [UInt8]) -> Float? { slow(text) }

    private static func slow(_ text: some Collection<UInt8>) -> Float? {
        // Hexadecimal numbers are none of a table's.
        text.contains { $0 | 0x20 == UInt8(ascii: "x") } ? nil : Float(String(decoding: text, as: UTF8.self))
    }

    /// The common case: a mantissa and a power of ten that are exact doubles, whose product or quotient is then the
    /// nearest double (W. Clinger, "How to read floating point numbers accurately", 1990). Nil when it is not that
    /// case, or when rounding once more, to a float, could differ from rounding once.
    private static func exact(_ text: Slice<UnsafeMutableBufferPointer<UInt8>>) -> Float? {
        let bytes = text.base
        var (i, end) = (text.startIndex, text.endIndex)
        var negative = false
        if i < end, bytes[i] == UInt8(ascii: "-") || bytes[i] == UInt8(ascii: "+") {
            negative = bytes[i] == UInt8(ascii: "-")
            i += 1
        }
        var (mantissa, digits, exponent): (UInt64, Int, Int) = (0, 0, 0)
        var seenPoint = false
        while i < end {
            let digit = bytes[i] &- UInt8(ascii: "0")
            if digit < 10 {
                digits += 1
                guard digits <= 15 else { return nil }
                mantissa = mantissa * 10 + UInt64(digit)
                if seenPoint { exponent -= 1 }
            } else if bytes[i] == UInt8(ascii: "."), !seenPoint {
                seenPoint = true
            } else {
                break
            }
            i += 1
        }
        guard digits > 0 else { return nil }
        if i < end {
            guard bytes[i] | 0x20 == UInt8(ascii: "e"),
                let power = Int(String(decoding: bytes[(i + 1)..<end], as: UTF8.self)),
                (-99...99).contains(power)
            else { return nil }
            exponent += power
            end = i
        }
        guard abs(exponent) <= 22 else { return nil }
        let scale = powers[abs(exponent)]
        let value = exponent < 0 ? Double(mantissa) / scale : Double(mantissa) * scale
        // Half-way between two floats, or below the normal ones: the slow way decides.
        guard value.bitPattern & 0x1FFF_FFFF != 0x1000_0000, value == 0 || value > 1e-37 else { return nil }
        return negative ? -Float(value) : Float(value)
    }
}
