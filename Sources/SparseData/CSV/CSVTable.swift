internal import SparseStore

/// A table as it was read: the numbers of its columns, and what may be classes as it stands. Which column holds the
/// classes may show only at the end; then the first and the last are kept as both.
struct CSVTable {
    let path: String
    let shape: CSVShape
    let layout: CSVLayout
    /// The columns that may hold the classes.
    private(set) var candidates: [ClassColumn]
    /// What the user should know of how it was read.
    private(set) var remarks: [String] = []
    /// Line of each sample, from 1.
    private(set) var lines: [Int32] = []
    /// Which bytes are numbers.
    let numbers: NumberSyntax
    /// The entries of each slot that are no numbers, or belong to a column of texts.
    private(set) var texts: [EntryTable?]
    private let syntax: CSVSyntax
    private let emptyColumns: Int
    /// True when there is a number so small that it may count as 0 where it is computed with.
    private var hasTinyNumbers = false
    /// A decimal comma was met where nobody had said what separates decimals.
    private var hasDecimalCommas = false
    private var blocks: [(values: AlignedBuffer<Float>, samples: Int)] = []
    /// Where the values are.
    let memory: RowMemory

    /// A feature that stays below this has differences that 32 bits do not hold.
    private static let least = Float.leastNormalMagnitude * 128

    /// Bytes of values allocated at a time: twice as many as the last time, from the smallest to the largest.
    private static let blockBytes = 1 << 14...1 << 22
    /// The same in a file.
    private static let scratchBytes = 1 << 26

    /// Samples.
    var count: Int { lines.count }

    /// - Parameters:
    ///   - limit: What the values may take.
    ///   - numbers: How numbers are written. Where that is open and a decimal comma is met, the table is read again.
    ///   - encoding: How letters are written; nil: in UTF-8.
    ///   - plan: Says what is kept, once the columns are known.
    init(
        _ file: DataFile, limit: RowLimit, numbers: NumberSyntax = NumberSyntax(), encoding: TextEncoding? = nil,
        _ plan: (CSVShape) throws(DataError) -> CSVLayout
    ) throws(DataError) {
        let table = try CSVTable(once: file, limit, numbers, encoding, plan)
        self =
            table.hasDecimalCommas
            ? try CSVTable(once: file, limit, NumberSyntax(found: .comma), encoding, plan) : table
    }

    private init(
        once file: DataFile, _ limit: RowLimit, _ numbers: NumberSyntax, _ encoding: TextEncoding?,
        _ plan: (CSVShape) throws(DataError) -> CSVLayout
    ) throws(DataError) {
        path = file.path
        let reader = try LineReader(file, encoding: encoding)
        guard let firstLine = try reader.nextSample() else {
            throw DataError(.empty, in: path, "no samples", expected: "one sample a line")
        }
        // The first lines are looked at again when the reader has gone on.
        let firstCopy = AlignedBuffer(firstLine)
        let first = (line: firstCopy.elements[...], number: reader.number)
        let secondCopy = try reader.nextSample().map { AlignedBuffer($0) }
        let second = secondCopy.map { (line: $0.elements[...], number: reader.number) }
        let head = try CSVHead(path, first: first, second: second)
        reader.separator = head.syntax.separator
        (shape, syntax, emptyColumns) = (head.shape, head.syntax, head.emptyColumns)
        self.numbers = numbers
        memory = RowMemory(limit)
        layout = try plan(head.shape)
        guard layout.featureCount > 0 else {
            throw DataError(
                .malformed, in: path, at: .line(first.number), "no column is left for the features",
                expected: "at least one beside the target and the ignored")
        }
        candidates = layout.candidates.map { ClassColumn(column: $0) }
        texts = Array(repeating: nil, count: layout.stride)
        remarks = layout.remarks + CSVTable.remarks(head)
        var (room, blockBytes) = (0, CSVTable.blockBytes.lowerBound)
        func read(_ line: CSVSyntax.Bytes, number: Int, into table: inout CSVTable) throws(DataError) {
            if room == 0 {
                let stride = table.layout.stride
                room = max(1, blockBytes / (4 * stride))
                let values = try table.memory.buffer(room * stride, in: table.path, at: .line(number))
                blockBytes =
                    table.memory.isPastLimit
                    ? CSVTable.scratchBytes : min(2 * blockBytes, CSVTable.blockBytes.upperBound)
                table.blocks.append((values, 0))
            }
            try table.read(line, number: number)
            room -= 1
        }
        for sample in head.samples { try read(sample.line, number: sample.number, into: &self) }
        withExtendedLifetime((firstCopy, secondCopy)) {}
        while !hasDecimalCommas, let line = try reader.nextSample() {
            try read(line, number: reader.number, into: &self)
        }
        guard count > 0 else {
            throw DataError(
                .empty, in: path, at: .line(first.number), "no samples after the header", expected: "one sample a line")
        }
    }

    /// The features as they were read: all that was kept, but for a column that turned out to hold the classes.
    func records(_ slots: Range<Int>) -> SampleRecords<Float> {
        var records = SampleRecords<Float>(features: slots.count, stride: layout.stride)
        for block in blocks {
            records.append(block.values, first: slots.lowerBound, samples: block.samples)
        }
        return records
    }

    /// Where a sample's entry is in the file.
    func place(sample: Int, column: Int) -> DataError.Place {
        .line(lines.indices.contains(sample) ? Int(lines[sample]) : shape.headerLine, column: column + 1)
    }

    /// The numbers of a slot, sample after sample, until one is refused.
    func forEachValue(slot: Int, _ body: (Int, Float) -> Bool) {
        var sample = 0
        for block in blocks {
            for row in 0..<block.samples {
                guard body(sample, block.values[row * layout.stride + slot]) else { return }
                sample += 1
            }
        }
    }

    /// The samples block by block, each with the values of all slots one after the other.
    func forEachBlock(_ body: (_ values: AlignedBuffer<Float>, _ samples: Range<Int>) -> Void) {
        var first = 0
        for block in blocks {
            body(block.values, first..<(first + block.samples))
            first += block.samples
        }
    }

    /// The number of a column that is kept.
    private func forEachValue(of column: Int, _ body: (Int, Float) -> Bool) {
        forEachValue(slot: layout.roles[column].slot, body)
    }

    /// The number that stands for an entry of `texts`: none, with the place of the entry in its low bits.
    static func boxed(_ entry: Int?) -> Float {
        Float(nan: UInt32(truncatingIfNeeded: entry ?? tooMany) & 0x3F_FFFF, signaling: false)
    }

    /// The place of the entry; nil for a number.
    static func entry(_ value: Float) -> Int? { value.isNaN ? Int(value.bitPattern & 0x3F_FFFF) : nil }

    /// Stands for entries past the most that are told apart.
    static let tooMany = 0x3F_FFFF

    /// Writes another number in place of one; nobody reads the records meanwhile.
    func replace(slot: Int, _ number: (Float) -> Float) {
        for block in blocks {
            for row in 0..<block.samples {
                let place = row * layout.stride + slot
                if block.values[place].isNaN { block.values[place] = number(block.values[place]) }
            }
        }
    }

    /// Takes a candidate's entries, which turned out not to be the classes, as those of a feature.
    mutating func settle(target: Int?) {
        for candidate in candidates where candidate.column != target {
            let slot = layout.roles[candidate.column].slot
            let isText = slot >= 0 && layout.roles[candidate.column].isText
            guard slot >= 0, isText || candidate.entries.contains(where: { !($0.number?.isFinite ?? false) }) else {
                continue
            }
            var (table, sample) = (EntryTable(), 0)
            // An entry without its number: all that is left of it where there are too many.
            let first = candidate.entries.first { !($0.number?.isFinite ?? false) }
            for block in blocks {
                for row in 0..<block.samples {
                    let place = row * layout.stride + slot
                    if block.values[place].isFinite && !isText {
                        sample += 1
                        continue
                    }
                    let entry = candidate.hasTooMany ? first : candidate.entries[Int(candidate.indices[sample])]
                    if let entry {
                        let bytes = AlignedBuffer(entry.bytes)
                        block.values[place] = CSVTable.boxed(
                            table.note(
                                bytes.elements[...], isQuoted: entry.isQuoted, number: entry.number, sample: sample))
                    }
                    sample += 1
                }
            }
            if candidate.hasTooMany { table.markFull() }
            texts[slot] = table
        }
    }

    /// Refuses numbers that are too large, which neither a class nor a feature can be.
    func checkForInfinities(_ candidate: ClassColumn) throws(DataError) {
        guard let entry = candidate.entries.first(where: { $0.number.map { $0.magnitude == .infinity } ?? false })
        else {
            return
        }
        throw error(
            entry.bytes, place(sample: entry.firstSample, column: candidate.column), column: candidate.column,
            mayBeClass: false)
    }

    /// Refuses a feature whose numbers are all so small that nothing is left of their differences.
    func checkForTinyNumbers(without target: Int?) throws(DataError) {
        guard hasTinyNumbers else { return }
        for column in layout.columns where column != target {
            var (largest, first) = (UInt32(0), -1)
            forEachValue(of: column) { sample, value in
                // Bit patterns: that does not depend on what the processor takes for 0.
                let bits = value.magnitude.bitPattern
                if bits > 0 && first < 0 { first = sample }
                largest = max(largest, bits)
                return largest < CSVTable.least.bitPattern
            }
            guard largest > 0, largest < CSVTable.least.bitPattern else { continue }
            throw DataError(
                .nonFinite, in: path, at: place(sample: first, column: column),
                "\(shape.column(column)) holds no number above \(Float(bitPattern: largest)) in size, too small for 32 bits",
                expected: "larger numbers: multiply them by a power of ten, or take the column out")
        }
    }

    /// Refuses a column that numbers the samples: a network would learn it by heart.
    func checkForIDs(without target: Int?) throws(DataError) {
        for column in layout.columns where column != target {
            if layout.targets.contains(column) || layout.roles[column].isText || column == layout.group { continue }
            let isNamed = shape.names.map { TellingName.isID($0[column]) } ?? false
            guard isNamed || column == 0 && shape.names == nil else { continue }
            guard isNamed ? hasManyIntegers(column) : countsLines(column) else { continue }
            throw DataError(
                .malformed, in: path, at: place(sample: 0, column: column),
                "\(shape.column(column)) numbers the samples",
                expected: "features alone: --ignore \(Target.word(column: column, name: shape.names?[column]))")
        }
    }

    /// Whole numbers, mostly different ones.
    private func hasManyIntegers(_ column: Int) -> Bool {
        var distinct: Set<Float> = []
        var areIntegers = true
        forEachValue(of: column) { _, value in
            areIntegers = value == value.rounded()
            distinct.insert(value)
            return areIntegers
        }
        return areIntegers && distinct.count > max(2, count / 2)
    }

    /// 0, 1, 2, ... or 1, 2, 3, ... from the first line to the last.
    private func countsLines(_ column: Int) -> Bool {
        guard count > 3 else { return false }
        var start: Float?
        var counts = true
        forEachValue(of: column) { sample, value in
            let first = start ?? value
            start = first
            counts = (first == 0 || first == 1) && value == first + Float(sample)
            return counts
        }
        return counts
    }

    private static func remarks(_ head: CSVHead) -> [String] {
        let name = Paths.name(head.shape.path)
        var remarks: [String] = []
        if head.hasNumbers, let names = head.shape.names {
            remarks.append(
                "\(name), line \(head.shape.headerLine): \(names.prefix(8).joined(separator: ","))"
                    + "\(names.count > 8 ? ",..." : "") is taken for the names of the columns, not for a sample")
        }
        if head.emptyColumns > 0 {
            remarks.append(
                "\(name): \(head.emptyColumns == 1 ? "an empty column" : "\(head.emptyColumns) empty columns") at the end of "
                    + "the lines left out")
        }
        return remarks
    }

    private mutating func read(_ line: CSVSyntax.Bytes, number: Int) throws(DataError) {
        let block = blocks.count - 1
        let (values, start) = (blocks[block].values.elements, blocks[block].samples * layout.stride)
        let (width, roles, syntax, numbers, sample) = (shape.width, layout.roles, syntax, numbers, lines.count)
        let outcome = try syntax.forEachField(of: line) { (column, field, isQuoted) throws(DataError) in
            guard column < width else {
                if column < width + emptyColumns, !field.isEmpty { throw notEmpty(field, number, column) }
                return
            }
            let role = roles[column]
            if role.slot < 0 && role.candidate < 0 { return }
            let value = numbers.parse(field, isQuoted: isQuoted)
            if role.candidate >= 0 { candidates[role.candidate].append(field, isQuoted: isQuoted, number: value) }
            guard role.slot >= 0 else { return }
            if let value, value.isFinite, !role.isText {
                // Bit patterns: that does not depend on what the processor takes for 0, which becomes the largest.
                if value.magnitude.bitPattern &- 1 < CSVTable.least.bitPattern { hasTinyNumbers = true }
                values[start + role.slot] = value
                return
            }
            if value == nil, numbers.isOpen, NumberSyntax.isSurelyDecimalComma(field) { hasDecimalCommas = true }
            if role.candidate >= 0 {
                values[start + role.slot] = .nan
                return
            }
            if texts[role.slot] == nil { texts[role.slot] = EntryTable() }
            values[start + role.slot] = CSVTable.boxed(
                texts[role.slot]?.note(field, isQuoted: isQuoted, number: value, sample: sample))
        }
        guard case .fields(let found) = outcome, (width...(width + emptyColumns)).contains(found) else {
            if let error = CSVHead.quoteError(path, number, outcome) { throw error }
            guard case .fields(let found) = outcome else { return }
            throw CSVHead.ragged(path, number, found, width, syntax)
        }
        blocks[block].samples += 1
        lines.append(Int32(clamping: number))
    }

    private func notEmpty(_ field: CSVSyntax.Bytes, _ number: Int, _ column: Int) -> DataError {
        DataError(
            .malformed, in: path, at: .line(number, column: column + 1),
            "\(CSVText.shown(field)) in a column that is empty on the first lines",
            expected: "a value there on every line, or on none")
    }

    private func error(
        _ field: some BidirectionalCollection<UInt8>, _ place: DataError.Place, column: Int, mayBeClass: Bool
    ) -> DataError {
        FieldProblem(field, column: column, name: shape.names?[column], mayBeClass: mayBeClass).error(
            in: path, at: place)
    }

    /// Leaves samples out, whose places ascend.
    mutating func remove(_ samples: [Int]) {
        guard !samples.isEmpty else { return }
        let (old, stride) = (blocks, layout.stride)
        lines = lines.without(samples)
        for index in candidates.indices { candidates[index].remove(samples) }
        var (next, sample) = (0, 0)
        blocks = []
        for block in old {
            var kept = 0
            for row in 0..<block.samples {
                defer { sample += 1 }
                if next < samples.count, samples[next] == sample {
                    next += 1
                    continue
                }
                if kept < row {
                    for slot in 0..<stride { block.values[kept * stride + slot] = block.values[row * stride + slot] }
                }
                kept += 1
            }
            blocks.append((block.values, kept))
        }
    }
}
