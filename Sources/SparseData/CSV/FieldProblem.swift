/// Why a field cannot be a feature, and what would be right.
struct FieldProblem {
    let kind: DataError.Kind
    let problem: String
    let expected: String

    /// - Parameters:
    ///   - name: of the column, where it has one.
    ///   - mayBeClass: true when nobody has said yet which column holds the classes.
    init(_ field: some BidirectionalCollection<UInt8>, column: Int, name: String?, mayBeClass: Bool) {
        let bytes = Array(CSVText.trimmed(field))
        let text = String(decoding: bytes.prefix(200), as: UTF8.self)
        let shown = bytes.isEmpty ? "an empty field" : CSVText.shown(text)
        let place = name.map { " in column " + CSVText.shown($0) } ?? ""
        let word = Target.word(column: column, name: name)
        let ignore = "--ignore \(word)"
        if CSVText.isMissing(bytes) {
            kind = text.lowercased().hasSuffix("nan") ? .nonFinite : .malformed
            problem = "\(shown)\(place), a missing value"
            expected = "a number: fill it in, or --missing mean, zero or drop; or \(ignore)"
        } else if let value = DecimalNumber.parse(bytes), !value.isFinite {
            kind = .nonFinite
            problem = "\(shown)\(place), not a finite number"
            expected = "a number below 3.4e38 in size"
        } else if FieldProblem.hasCommas(bytes) {
            kind = .malformed
            problem = "\(shown)\(place), a number with a comma in it"
            expected =
                "a decimal point and no other mark, as in 1234.5; or --decimal comma, if commas separate the decimals"
        } else if ["true", "false", "yes", "no", "t", "f"].contains(text.lowercased()) {
            kind = .malformed
            problem = "\(shown)\(place), a truth value"
            expected =
                "a number, such as 1 and 0; or --categories \(word)" + FieldProblem.orTarget(column, name, mayBeClass)
        } else if FieldProblem.isDate(bytes) {
            kind = .malformed
            problem = "\(shown)\(place), a date or a time"
            expected = "a number: \(ignore), or write numbers in its place"
        } else if FieldProblem.isPair(bytes) {
            kind = .malformed
            problem = "\(shown)\(place), a time, or a pair of LIBSVM's format"
            expected = "a table with a number in every column: \(ignore)"
        } else {
            kind = .malformed
            problem = "\(shown)\(place), not a number"
            expected =
                "a number, or texts alone in the column: --categories \(word) if each text is a category, or \(ignore)"
                + FieldProblem.orTarget(column, name, mayBeClass)
        }
    }

    func error(in path: String, at place: DataError.Place) -> DataError {
        DataError(kind, in: path, at: place, problem, expected: expected)
    }

    private static func orTarget(_ column: Int, _ name: String?, _ mayBeClass: Bool) -> String {
        mayBeClass ? "; or, if it holds the classes, --target \(Target.word(column: column, name: name))" : ""
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// Digits with commas and at most one point among them: decimal commas and separators of thousands.
    static func hasCommas(_ bytes: some Collection<UInt8>) -> Bool {
        let rest = bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") ? bytes.dropFirst() : bytes[...]
        guard rest.contains(UInt8(ascii: ",")), rest.contains(where: isDigit) else { return false }
        return rest.allSatisfy { isDigit($0) || ",.eE+-".utf8.contains($0) }
    }

    /// Digits in groups, with as many marks between them as dates and times have.
    static func isDate(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first, isDigit(first) else { return false }
        let marks = bytes.dropFirst().filter { "-/:.".utf8.contains($0) }.count
        return marks >= (bytes.contains(UInt8(ascii: ":")) ? 1 : 2)
            && bytes.allSatisfy { isDigit($0) || "-/:.TZ+ ".utf8.contains($0) }
            && !isPair(bytes)
    }

    /// 0x1F: a number to some programs.
    static func isHexadecimal(_ bytes: [UInt8]) -> Bool {
        let digits =
            bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") ? bytes.dropFirst() : bytes[...]
        guard digits.count > 2, digits.first == UInt8(ascii: "0"),
            digits.dropFirst().first.map({ $0 | 0x20 }) == UInt8(ascii: "x")
        else { return false }
        return digits.dropFirst(2).allSatisfy {
            isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0 | 0x20)
        }
    }

    /// "12:0.5": an index from 1 and a value. Times have two digits behind the colon and no point.
    static func isPair(_ bytes: some Collection<UInt8>) -> Bool {
        let parts = bytes.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[0].allSatisfy(isDigit) else { return false }
        return DecimalNumber.parse(Array(parts[1])) != nil
            && !(parts[0].count == 2 && parts[1].count == 2 && parts[1].allSatisfy(isDigit))
    }
}
