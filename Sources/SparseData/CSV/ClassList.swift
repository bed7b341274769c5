/// The classes that the entries of a column stand for.
struct ClassList {
    /// What makes two entries the same class.
    enum Key: Hashable {
        /// "1", "+1", "01" and "1.0" are one class, if every entry is a number.
        case integer(Int)
        case fraction(Double)
        /// Texts are compared byte by byte.
        case text([UInt8])
    }

    /// In the order of the classes: numbers by value, texts by their bytes.
    let names: [String]
    /// Which class a key stands for.
    let classes: [Key: Int32]
    let isNumeric: Bool
    /// Texts that differ in nothing but case, blanks or the way letters are encoded, and stand for two classes.
    let lookalikes: (String, String)?

    /// Takes the entries that are not missing.
    init(_ column: ClassColumn) { self.init(present: column.present) }

    /// The same of entries that are known.
    init(names: [String]) {
        self.init(
            present: names.map { EntryTable.Entry(bytes: Array($0.utf8), isQuoted: false, number: nil, firstSample: 0) }
        )
    }

    init(present: [EntryTable.Entry]) {
        let numbers = present.map { ClassList.numericKey($0.bytes) }
        isNumeric = numbers.allSatisfy { $0 != nil }
        let numeric = isNumeric
        let keys = Set(present.map { ClassList.key($0, isNumeric: numeric) }).sorted(by: ClassList.precedes)
        names = keys.map(ClassList.name)
        classes = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1, Int32($0)) })
        var plain: [String: String] = [:]
        var found: (String, String)?
        if !numeric {
            for name in names {
                // Equal strings may differ in their bytes: Swift compares what they mean.
                let form = name.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
                if let other = plain[form], found == nil { found = (other, name) }
                plain[form] = name
            }
        }
        lookalikes = found
    }

    /// The class of an entry; nil for one that is not among them.
    func number(of entry: EntryTable.Entry) -> Int32? {
        guard let key = isNumeric ? ClassList.numericKey(entry.bytes) : ClassList.key(entry, isNumeric: false) else {
            return nil
        }
        return classes[key]
    }

    /// "3 classes (a, b, c)".
    var summary: String {
        // In quotes where the name does not end at the next comma.
        let shown = names.prefix(10).map { name in
            let text = CSVText.shown(name)
            return name.contains(where: { ",()".contains($0) }) ? text : String(text.dropFirst().dropLast())
        }
        return "\(names.count) classes (\(shown.joined(separator: ", "))\(names.count > 10 ? ", ..." : ""))"
    }

    private static func key(_ entry: EntryTable.Entry, isNumeric: Bool) -> Key {
        if isNumeric, let key = numericKey(entry.bytes) { return key }
        return .text(CSVText.bytes(entry.bytes, isQuoted: entry.isQuoted))
    }

    /// Nil for what is no number, or an integer that no 64 bits hold.
    static func numericKey(_ bytes: [UInt8]) -> Key? {
        let text = String(decoding: CSVText.trimmed(bytes), as: UTF8.self)
        if let integer = Int(text) { return .integer(integer) }
        guard DecimalNumber.parse(Array(text.utf8)) != nil, let value = Double(text), value.isFinite else { return nil }
        if value != value.rounded() { return .fraction(value) }
        // A double holds every integer up to here.
        return abs(value) < 0x1p53 ? .integer(Int(value)) : nil
    }

    private static func name(_ key: Key) -> String {
        switch key {
        case .integer(let value): String(value)
        case .fraction(let value): "\(value)"
        case .text(let bytes): String(decoding: bytes, as: UTF8.self)
        }
    }

    private static func precedes(_ a: Key, _ b: Key) -> Bool {
        switch (a, b) {
        case (.integer(let a), .integer(let b)): a < b
        case (.integer(let a), .fraction(let b)): Double(a) < b
        case (.fraction(let a), .integer(let b)): a < Double(b)
        case (.fraction(let a), .fraction(let b)): a < b
        case (.text(let a), .text(let b)): a.lexicographicallyPrecedes(b)
        case (.text, _): false
        case (_, .text): true
        }
    }
}
