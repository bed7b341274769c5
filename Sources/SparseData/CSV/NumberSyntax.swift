/// How the numbers of a table are written.
struct NumberSyntax: Equatable {
    typealias Field = Slice<UnsafeMutableBufferPointer<UInt8>>

    private enum Mark: Equatable { case open, point, commaFound, commaTold }
    private let mark: Mark

    /// Decimal points, until a decimal comma is met.
    init() { mark = .open }

    /// What `--decimal` says; nil: it is found.
    init(told: DecimalMark?) {
        mark =
            switch told {
            case nil: .open
            case .point: .point
            case .comma: .commaTold
            }
    }

    /// What was found.
    init(found: DecimalMark) { mark = found == .comma ? .commaFound : .point }

    /// True when nobody has said what separates decimals.
    var isOpen: Bool { mark == .open }
    var hasCommas: Bool { mark == .commaFound || mark == .commaTold }

    /// The nearest float; inside quotes there may be blanks around it. Nil for anything else.
    func parse(_ field: Field, isQuoted: Bool) -> Float? {
        hasCommas ? parseWithComma(field, isQuoted) : DecimalNumber.parse(field: field, isQuoted: isQuoted)
    }

    /// 1,5 and 1.234,5 and 1.234.567 and 1e3. A single point may be a separator of thousands or a decimal point: it is none
    /// of a number unless the comma was told, and then of thousands.
    private func parseWithComma(_ field: Field, _ isQuoted: Bool) -> Float? {
        let bytes = isQuoted ? CSVText.trimmed(field) : field
        guard bytes.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ".") }) else {
            return DecimalNumber.parse(field: field, isQuoted: isQuoted)
        }
        let parts = bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard parts.count <= 2 else { return nil }
        let groups = parts[0].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        if groups.count > 1 {
            guard parts.count == 2 || groups.count > 2 || mark == .commaTold else { return nil }
            let first = groups[0].drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
            guard groups[0].count - first.count <= 1, (1...3).contains(first.count), first.allSatisfy(Self.isDigit),
                groups.dropFirst().allSatisfy({ $0.count == 3 && $0.allSatisfy(Self.isDigit) })
            else { return nil }
        }
        var plain = groups.flatMap { Array($0) }
        if parts.count == 2 { plain += [UInt8(ascii: ".")] + Array(parts[1]) }
        guard !parts.dropFirst().contains(where: { $0.contains(UInt8(ascii: ".")) }) else { return nil }
        return DecimalNumber.parse(plain)
    }

    /// Digits, one comma and digits that cannot be groups of a thousand: 0,5 and 1,25 and 1234,567; or points that group what is
    /// before the comma.
    static func isSurelyDecimalComma(_ field: Field) -> Bool {
        let bytes = Array(CSVText.trimmed(field).drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") })
        let parts = bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty, parts[1].allSatisfy(isDigit) else { return false }
        let groups = parts[0].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard groups.allSatisfy({ $0.allSatisfy(isDigit) }) else { return false }
        if groups.count > 1 {
            return groups.dropFirst().allSatisfy { $0.count == 3 } && (1...3).contains(groups[0].count)
        }
        return parts[1].count != 3 || parts[0].count > 3 || parts[0].isEmpty || parts[0].first == UInt8(ascii: "0")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
