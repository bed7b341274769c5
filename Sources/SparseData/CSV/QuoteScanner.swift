internal import SparseStore

/// Finds out whether the bytes of a line end inside quotes. A quote opens where a field begins; two inside are one of the
/// text.
struct QuoteScanner {
    private enum State { case fieldStart, text, quoted, closed }

    /// Nil before it is known: then every separator there is.
    var separator: UInt8?
    /// Offset, among the bytes scanned, of the quote that was opened last.
    private(set) var opened = 0
    private var state = State.fieldStart
    private var scanned = 0

    private static let quote = UInt8(ascii: "\"")

    /// True when a quote is not closed yet.
    var isOpen: Bool { state == .quoted }

    mutating func reset() { (state, scanned, opened) = (.fieldStart, 0, 0) }

    /// Goes on with a part of the line that does not end between two quotes.
    mutating func scan(_ buffer: AlignedBuffer<UInt8>, _ range: Range<Int>) {
        defer { scanned += range.count + 1 }
        // Lines without quotes are the rule.
        if !isOpen && buffer.firstIndex(of: Self.quote, in: range) == nil { return }
        let bytes = buffer.elements
        var i = range.lowerBound
        while i < range.upperBound {
            let byte = bytes[i]
            if state == .quoted {
                if byte == Self.quote {
                    if i + 1 < range.upperBound, bytes[i + 1] == Self.quote { i += 1 } else { state = .closed }
                }
            } else if separates(byte) {
                state = .fieldStart
            } else if byte == Self.quote, state == .fieldStart {
                state = .quoted
                opened = scanned + i - range.lowerBound
            } else if state != .closed, byte != UInt8(ascii: " "), byte != UInt8(ascii: "\t") {
                state = .text
            }
            i += 1
        }
    }

    /// The bytes of a line that are not inside quotes, whatever separates its fields.
    static func unquoted(_ line: CSVSyntax.Bytes) -> Set<UInt8> {
        let buffer = AlignedBuffer(line)
        var scanner = QuoteScanner()
        var found: Set<UInt8> = []
        for i in 0..<buffer.count {
            // One at a time: two quotes inside quotes close and open again, which is as good here.
            scanner.scan(buffer, i..<(i + 1))
            if !scanner.isOpen { found.insert(buffer[i]) }
            if scanner.state == .closed, i + 1 < buffer.count, buffer[i + 1] == quote { scanner.state = .fieldStart }
        }
        return found
    }

    private func separates(_ byte: UInt8) -> Bool {
        separator.map { $0 == byte } ?? CSVSyntax.separators.contains(byte)
    }
}
