/// A column that may hold the classes: the distinct entries, and which of them each sample has.
struct ClassColumn {
    /// More distinct entries than this are no classes.
    static let mostClasses = 65_536

    /// A distinct entry.
    struct Entry {
        /// As in the file, but for blanks around it and quotes.
        let bytes: [UInt8]
        /// Without quotes it would be another number of fields, or none.
        let isQuoted: Bool
        /// As a number, if it is one.
        let number: Float?
        /// The first sample that has it, and how many have.
        let firstSample: Int
        var samples = 1

        /// For messages.
        var shown: String { bytes.isEmpty ? "an empty field" : CSVText.shown(bytes) }
    }

    /// Number in the table, from 0.
    let column: Int
    /// Distinct entries, in order of appearance.
    private(set) var entries: [Entry] = []
    /// Index into `entries` of each sample, while there are not too many of them.
    private(set) var indices: [Int32] = []
    /// More than `mostClasses`: then the entries are those of the first samples.
    private(set) var hasTooMany = false
    /// Open addressing: index of an entry + 1, or 0.
    private var places = [Int32](repeating: 0, count: 64)

    init(column: Int) { self.column = column }

    /// Entries that say that there is no value. Beside "+" the entry "-" is a class.
    var missing: [Entry] { entries.filter(isMissing) }
    /// All others.
    var present: [Entry] { entries.filter { !isMissing($0) } }

    private func isMissing(_ entry: Entry) -> Bool {
        CSVText.isMissing(entry.bytes)
            && !(entry.bytes == Array("-".utf8) && entries.contains { $0.bytes == Array("+".utf8) })
    }

    /// Notes the next sample's entry.
    mutating func append(_ field: CSVSyntax.Bytes, isQuoted: Bool, number: Float?) {
        if hasTooMany { return }
        // Swift's hash has a key of its own in every process: nobody can make a file whose entries collide.
        var place = hash(field) & (places.count - 1)
        while places[place] > 0 {
            let index = Int(places[place]) - 1
            if entries[index].bytes.elementsEqual(field) && entries[index].isQuoted == (isQuoted && needsQuotes(field))
            {
                entries[index].samples += 1
                indices.append(Int32(index))
                return
            }
            place = (place + 1) & (places.count - 1)
        }
        guard entries.count < ClassColumn.mostClasses else {
            hasTooMany = true
            indices = []
            return
        }
        entries.append(
            Entry(
                bytes: Array(field), isQuoted: isQuoted && needsQuotes(field), number: number,
                firstSample: indices.count))
        places[place] = Int32(entries.count)
        indices.append(Int32(entries.count - 1))
        if entries.count * 2 > places.count { grow() }
    }

    /// Only of these does it matter whether they had quotes.
    private func needsQuotes(_ field: CSVSyntax.Bytes) -> Bool { field.contains(UInt8(ascii: "\"")) }

    private func hash(_ bytes: CSVSyntax.Bytes) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(UnsafeMutableBufferPointer(rebasing: bytes)))
        return hasher.finalize()
    }

    private func hash(_ bytes: [UInt8]) -> Int {
        var hasher = Hasher()
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        return hasher.finalize()
    }

    private mutating func grow() {
        places = [Int32](repeating: 0, count: places.count * 2)
        for (index, entry) in entries.enumerated() {
            var place = hash(entry.bytes) & (places.count - 1)
            while places[place] > 0 { place = (place + 1) & (places.count - 1) }
            places[place] = Int32(index + 1)
        }
    }
}
