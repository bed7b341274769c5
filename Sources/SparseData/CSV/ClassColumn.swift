/// A column that may hold the classes: the distinct entries, and which of them each sample has.
struct ClassColumn {
    typealias Entry = EntryTable.Entry

    /// More distinct entries than this are no classes.
    static let mostClasses = EntryTable.mostEntries

    /// Number in the table, from 0.
    let column: Int
    /// Index into `entries` of each sample, while there are not too many of them.
    private(set) var indices: [Int32] = []
    private var table = EntryTable()
    /// Entries that no sample has any more.
    private var unused: Set<Int> = []

    init(column: Int) { self.column = column }

    /// Distinct entries, in order of appearance.
    var entries: [Entry] { table.entries }
    /// More than `mostClasses`: then the entries are those of the first samples.
    var hasTooMany: Bool { table.isFull }
    /// Entries that say that there is no value. Beside "+" the entry "-" is a class.
    var missing: [Entry] { used.filter(isMissing) }
    /// All others.
    var present: [Entry] { used.filter { !isMissing($0) } }

    private var used: [Entry] {
        unused.isEmpty ? entries : entries.indices.filter { !unused.contains($0) }.map { entries[$0] }
    }

    private func isMissing(_ entry: Entry) -> Bool {
        CSVText.isMissing(entry.bytes)
            && !(entry.bytes == Array("-".utf8) && entries.contains { $0.bytes == Array("+".utf8) })
    }

    /// Notes the next sample's entry.
    mutating func append(_ field: CSVSyntax.Bytes, isQuoted: Bool, number: Float?) {
        if table.isFull { return }
        if let index = table.note(field, isQuoted: isQuoted, number: number, sample: indices.count) {
            indices.append(Int32(index))
        } else {
            indices = []
        }
    }

    /// Without the samples of these places, ascending, which were taken out of the table.
    mutating func remove(_ samples: [Int]) {
        guard !indices.isEmpty, !samples.isEmpty else { return }
        indices = indices.without(samples)
        let used = Set(indices)
        unused = Set(entries.indices.filter { !used.contains(Int32($0)) })
    }
}

extension Array {
    /// Without the elements at these places, which ascend.
    func without(_ places: [Int]) -> [Element] {
        var rest: [Element] = []
        rest.reserveCapacity(Swift.max(count - places.count, 0))
        var next = 0
        for (index, element) in enumerated() {
            if next < places.count, places[next] == index { next += 1 } else { rest.append(element) }
        }
        return rest
    }
}
