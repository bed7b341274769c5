/// How a table separates its columns: by semicolons, tabs, bars, commas or blanks. Runs of blanks are one separator.
struct CSVSyntax {
    typealias Bytes = Slice<UnsafeMutableBufferPointer<UInt8>>

    /// Separators but the blank; in a line with several, an earlier one wins.
    static let separators = Array(";\t|,".utf8)

    /// How reading a line ended.
    enum Outcome: Equatable {
        case fields(Int)
        /// A field's quote is not closed, or something follows where it is: the field, from 0.
        case openQuote(Int)
        case textAfterQuote(Int)
    }

    let separator: UInt8

    private static let blank = UInt8(ascii: " ")
    private static let quote = UInt8(ascii: "\"")

    /// - Parameter lines: The first lines. Of several separators in the first line, outside quotes, one wins that gives all
    ///   lines as many fields.
    init(lines: [Bytes]) {
        let first = lines.first ?? UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)[...]
        let outside = QuoteScanner.unquoted(first)
        let found = Self.separators.filter(outside.contains).map { CSVSyntax(separator: $0) }
        let fitting = found.first { syntax in
            let count = syntax.fieldCount(of: first)
            return lines.allSatisfy { syntax.fieldCount(of: $0) == count }
        }
        self = fitting ?? found.first ?? CSVSyntax(separator: Self.blank)
    }

    private init(separator: UInt8) { self.separator = separator }

    /// Fields of a line; 0 for one that has none in this syntax.
    func fieldCount(of line: Bytes) -> Int {
        if case .fields(let count) = forEachField(of: line, { _, _, _ in }) { count } else { 0 }
    }

    /// What this separator is called.
    var separatorName: String {
        switch separator {
        case UInt8(ascii: ";"): "semicolons"
        case UInt8(ascii: "\t"): "tabs"
        case UInt8(ascii: "|"): "bars"
        case UInt8(ascii: ","): "commas"
        default: "blanks"
        }
    }

    /// Calls `body` with each field, in order: its number from 0, its bytes without blanks around them and without a pair
    /// of quotes, and whether it had quotes; two quotes inside are left for `CSVText`.
    func forEachField<Failure: Error>(
        of line: Bytes, _ body: (Int, Bytes, Bool) throws(Failure) -> Void
    ) throws(Failure) -> Outcome {
        let bytes = line.base
        var (position, end) = (line.startIndex, line.endIndex)
        func isBlank(_ byte: UInt8) -> Bool {
            byte == CSVSyntax.blank || byte == UInt8(ascii: "\t") && byte != separator
        }
        while end > position, isBlank(bytes[end - 1]) { end -= 1 }
        var field = 0
        while true {
            while position < end, isBlank(bytes[position]) { position += 1 }
            if position < end, bytes[position] == CSVSyntax.quote {
                let first = position + 1
                var close = first
                while close < end {
                    if bytes[close] == CSVSyntax.quote {
                        guard close + 1 < end, bytes[close + 1] == CSVSyntax.quote else { break }
                        close += 1
                    }
                    close += 1
                }
                if close >= end { return .openQuote(field) }
                position = close + 1
                while position < end, bytes[position] != separator {
                    guard isBlank(bytes[position]) else { return .textAfterQuote(field) }
                    position += 1
                }
                try body(field, bytes[first..<close], true)
            } else {
                let first = position
                while position < end, bytes[position] != separator { position += 1 }
                var last = position
                while last > first, isBlank(bytes[last - 1]) { last -= 1 }
                try body(field, bytes[first..<last], false)
            }
            field += 1
            if position >= end { return .fields(field) }
            position += 1
        }
    }
}
