/// A column that may hold the classes: the distinct entries, and which of them each sample has.
struct ClassColumn {
    /// More distinct entries than this are no classes.
    static let mostClasses = 65_536

    /// Distinct entries, in order of appearance.
    private(set) var entries: [String] = []
    /// Index into `entries` of each sample.
    private(set) var indices: [Int32] = []
    private var known: [String: Int32] = [:]
    /// True when every entry is an integer.
    private(set) var isInteger = true
    /// True when some entry is no number.
    private(set) var isText = false
    private var tooMany = false

    /// Notes the next sample's entry.
    mutating func append(_ field: Slice<UnsafeMutableBufferPointer<UInt8>>, isNumber: Bool) {
        guard !tooMany else { return }
        var text = String(decoding: field, as: UTF8.self)
        let number = Int(text)
        // "01" and "+1" are the class 1.
        if let number { text = String(number) } else { isInteger = false }
        if !isNumber { isText = true }
        let index = known[text] ?? Int32(entries.count)
        if index == entries.count {
            guard entries.count < ClassColumn.mostClasses else {
                tooMany = true
                (entries, indices, known) = ([], [], [:])
                return
            }
            known[text] = index
            entries.append(text)
        }
        indices.append(index)
    }

    /// True when the entries can be classes: two or more texts, or two or more integers.
    var canBeClasses: Bool { !tooMany && entries.count > 1 && (isInteger || isText) }

    /// The entries in the order of the classes: integers by value, texts by their bytes.
    var classNames: [String] {
        isInteger
            ? entries.compactMap { Int($0) }.sorted().map { String($0) }
            : entries.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Number of the class of each sample.
    /// - Returns: nil for a sample whose entry is not among `names`.
    func labels(_ names: [String]) -> [Int32?] {
        let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
        let ofEntry = entries.map { numbers[$0] }
        return indices.map { ofEntry[Int($0)] }
    }
}
