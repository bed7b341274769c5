/// How a table separates its columns. Found from the first line: a semicolon there wins over a tab, a tab over a comma,
/// a comma over blanks. Runs of blanks are one separator.
struct CSVSyntax {
    let separator: UInt8

    private static let blank = UInt8(ascii: " ")
    private static let quote = UInt8(ascii: "\"")

    init(firstLine: some Collection<UInt8>) {
        separator = ";\t,".utf8.first { firstLine.contains($0) } ?? CSVSyntax.blank
    }

    /// Calls `body` with each field, in order: blanks around it and a pair of quotes are taken off.
    /// - Returns: the number of fields, or nil when a quote is not closed before its field ends.
    func forEachField<Failure: Error>(
        of line: Slice<UnsafeMutableBufferPointer<UInt8>>,
        _ body: (Int, Slice<UnsafeMutableBufferPointer<UInt8>>) throws(Failure) -> Void
    ) throws(Failure) -> Int? {
        let bytes = line.base
        var (position, end) = (line.startIndex, line.endIndex)
        func isBlank(_ byte: UInt8) -> Bool {
            byte == CSVSyntax.blank || byte == UInt8(ascii: "\t") && byte != separator
        }
        while end > position, isBlank(bytes[end - 1]) { end -= 1 }
        var field = 0
        while true {
            while position < end, isBlank(bytes[position]) { position += 1 }
            var (first, last) = (position, position)
            if position < end, bytes[position] == CSVSyntax.quote {
                first = position + 1
                guard let close = bytes[first..<end].firstIndex(of: CSVSyntax.quote) else { return nil }
                last = close
                position = close + 1
                while position < end, bytes[position] != separator {
                    guard isBlank(bytes[position]) else { return nil }
                    position += 1
                }
            } else {
                while position < end, bytes[position] != separator { position += 1 }
                last = position
                while last > first, isBlank(bytes[last - 1]) { last -= 1 }
            }
            try body(field, bytes[first..<last])
            field += 1
            if position >= end { return field }
            position += 1
        }
    }
}
