/// The distinct entries of a column, as bytes, each with its number in the order of appearance.
struct EntryTable {
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

    /// More distinct entries than this are neither classes nor categories.
    static let mostEntries = 65_536

    /// In order of appearance.
    private(set) var entries: [Entry] = []
    /// There were more: then the entries are those of the first samples.
    private(set) var isFull = false
    /// Open addressing: index of an entry + 1, or 0.
    private var places = [Int32](repeating: 0, count: 64)

    /// Notes an entry.
    /// - Returns: Its number; nil when there are too many.
    mutating func note(_ field: CSVSyntax.Bytes, isQuoted: Bool, number: Float?, sample: Int) -> Int? {
        if isFull { return nil }
        // Swift's hash has a key of its own in every process: nobody can make a file whose entries collide.
        var place = hash(field) & (places.count - 1)
        while places[place] > 0 {
            let index = Int(places[place]) - 1
            if entries[index].bytes.elementsEqual(field) && entries[index].isQuoted == (isQuoted && needsQuotes(field))
            {
                entries[index].samples += 1
                return index
            }
            place = (place + 1) & (places.count - 1)
        }
        guard entries.count < EntryTable.mostEntries else {
            isFull = true
            return nil
        }
        entries.append(
            Entry(bytes: Array(field), isQuoted: isQuoted && needsQuotes(field), number: number, firstSample: sample))
        places[place] = Int32(entries.count)
        if entries.count * 2 > places.count { grow() }
        return entries.count - 1
    }

    /// Says that there were more entries than these.
    mutating func markFull() { isFull = true }

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
