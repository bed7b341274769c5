/// Fields of a table as texts: their bytes, and how messages show them.
package enum CSVText {
    private static let quote = UInt8(ascii: "\"")

    /// The bytes of a field; of one in quotes, two quotes inside are one.
    static func bytes(_ field: some Collection<UInt8>, isQuoted: Bool) -> [UInt8] {
        guard isQuoted, field.contains(quote) else { return Array(field) }
        var bytes: [UInt8] = []
        var isSecond = false
        for byte in field {
            isSecond = byte == quote && !isSecond
            if !isSecond { bytes.append(byte) }
        }
        return bytes
    }

    /// A text as a field of a table that is written (RFC 4180): in quotes where it has a separator, a quote or a line break in it, or
    /// a blank at an end.
    package static func field(_ text: String) -> String {
        let isPlain = !text.utf8.contains { ",\"\r\n".utf8.contains($0) } && text.first != " " && text.last != " "
        return isPlain ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
    }

    /// In quotes, cut to forty letters, control characters written out.
    static func shown(_ text: String) -> String {
        let letters = text.unicodeScalars.prefix(40).map { letter in
            letter.properties.generalCategory == .control ? letter.escaped(asASCII: true) : String(letter)
        }
        return "\"" + letters.joined() + (text.unicodeScalars.count > 40 ? "..." : "") + "\""
    }

    static func shown(_ bytes: some Collection<UInt8>) -> String {
        shown(String(decoding: bytes.prefix(200), as: UTF8.self))
    }

    /// Without blanks at its ends.
    static func trimmed<Bytes: BidirectionalCollection<UInt8>>(_ bytes: Bytes) -> Bytes.SubSequence {
        func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var rest = bytes[...]
        while let first = rest.first, isBlank(first) { rest = rest.dropFirst() }
        while let last = rest.last, isBlank(last) { rest = rest.dropLast() }
        return rest
    }

    /// What programs write where they have no value.
    private static let missingWords: Set<String> = [
        "", "NA", "Na", "na", "N/A", "n/a", "#N/A", "#NA", "#N/A N/A", "<NA>", "NaN", "nan", "NAN", "-NaN", "-nan",
        "NULL", "Null", "null", "None", "NaT", "?", "-", "--", ".", "..", "-1.#IND", "1.#QNAN", "1.#IND", "-1.#QNAN",
    ]
    private static let longestMissingWord = 9

    static func isMissing(_ bytes: some BidirectionalCollection<UInt8>) -> Bool {
        let word = trimmed(bytes)
        return word.isEmpty
            || word.count <= longestMissingWord && missingWords.contains(String(decoding: word, as: UTF8.self))
    }
}
