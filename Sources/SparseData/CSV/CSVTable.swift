internal import SparseStore

/// A table as it was read: the numbers of all columns, and the first and last column as possible classes. Which of
/// the two it is may show only at the end, so both are kept, and the samples' records step over the class.
struct CSVTable {
    private(set) var width = 0
    /// Column names, when the first line has no number where every other line has one.
    private(set) var header: [String]?
    private(set) var first = ClassColumn()
    private(set) var last = ClassColumn()
    /// Line of each sample, from 1.
    private(set) var lines: [Int32] = []
    private let path: String
    private var blocks: [(values: AlignedBuffer<Float>, samples: Int)] = []

    /// Bytes of values allocated at a time: twice as many as the last time, from the smallest to the largest.
    private static let blockBytes = 1 << 14...1 << 22

    /// Samples.
    var count: Int { lines.count }

    /// - Parameter limit: bytes that the values may take.
    init(_ file: DataFile, limit: Int) throws(DataError) {
        path = file.path
        let reader = try LineReader(file)
        var syntax: CSVSyntax?
        var room = 0
        var (bytes, blockBytes) = (0, CSVTable.blockBytes.lowerBound)
        while var line = try reader.next() {
            if reader.number == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
            if line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) { continue }
            if syntax == nil {
                let found = CSVSyntax(firstLine: line)
                syntax = found
                if try readFirst(line, found) { continue }
            }
            guard let syntax else { continue }
            if room == 0 {
                room = max(1, blockBytes / (4 * width))
                blockBytes = min(2 * blockBytes, CSVTable.blockBytes.upperBound)
                bytes += room * width * 4
                guard bytes <= limit else {
                    throw DataError(
                        .tooLarge, in: path, at: .line(reader.number), "more than \(limit) bytes of numbers",
                        expected: "a table that fits the memory limit")
                }
                blocks.append((AlignedBuffer(count: room * width), 0))
            }
            try read(line, syntax, number: reader.number)
            room -= 1
        }
        guard count > 0 else { throw DataError(.empty, in: path, "no samples", expected: "one sample a line") }
    }

    /// The values of all columns but the class.
    func records(labelFirst: Bool) -> SampleRecords<Float> {
        var records = SampleRecords<Float>(features: width - 1, stride: width)
        for block in blocks { records.append(block.values, first: labelFirst ? 1 : 0, samples: block.samples) }
        return records
    }

    /// Learns the width. True when the line is a header: no field between the first and the last is a number, and of
    /// two fields none is.
    private mutating func readFirst(
        _ line: Slice<UnsafeMutableBufferPointer<UInt8>>, _ syntax: CSVSyntax
    ) throws(DataError) -> Bool {
        var fields: [(text: String, isNumber: Bool)] = []
        let count = syntax.forEachField(of: line) { _, field in
            fields.append((String(decoding: field, as: UTF8.self), DecimalNumber.parse(field) != nil))
        }
        guard count != nil, fields.count > 1 else {
            throw DataError(
                .malformed, in: path, at: .line(1), count == nil ? "a quote that is not closed" : "a single column",
                expected: "a class and at least one feature, separated by comma, semicolon, tab or blanks")
        }
        width = fields.count
        let telling = width == 2 ? fields[...] : fields.dropFirst().dropLast()
        guard telling.allSatisfy({ !$0.isNumber }) else { return false }
        header = fields.map(\.text)
        return true
    }

    private mutating func read(
        _ line: Slice<UnsafeMutableBufferPointer<UInt8>>, _ syntax: CSVSyntax, number: Int
    ) throws(DataError) {
        let block = blocks.count - 1
        let (values, start) = (blocks[block].values.elements, blocks[block].samples * width)
        let width = width
        let found = try syntax.forEachField(of: line) { (column, field) throws(DataError) in
            guard column < width else { return }
            let value = DecimalNumber.parse(field)
            if column == 0 { first.append(field, isNumber: value != nil) }
            if column == width - 1 { last.append(field, isNumber: value != nil) }
            if column > 0 && column < width - 1 { try check(value, field, line: number, column: column) }
            values[start + column] = value ?? .nan
        }
        guard found == width else {
            throw DataError(
                .malformed, in: path, at: .line(number), found.map { "\($0) fields" } ?? "a quote that is not closed",
                expected: "\(width) fields, as in the first line")
        }
        blocks[block].samples += 1
        lines.append(Int32(clamping: number))
    }

    /// Checks the first or last column, whichever is not the class: only now is it known to hold numbers.
    func checkFeatures(labelFirst: Bool) throws(DataError) {
        var sample = 0
        let column = labelFirst ? width - 1 : 0
        for block in blocks {
            for row in 0..<block.samples {
                let value = block.values[row * width + column]
                guard value.isFinite else {
                    throw DataError(
                        .nonFinite, in: path, at: .line(Int(lines[sample]), column: column + 1),
                        "not a finite number", expected: "a number")
                }
                sample += 1
            }
        }
    }

    private func check(
        _ value: Float?, _ field: Slice<UnsafeMutableBufferPointer<UInt8>>, line: Int, column: Int
    ) throws(DataError) {
        if let value, value.isFinite { return }
        let text = field.isEmpty ? "an empty field" : "\"\(String(decoding: field.prefix(40), as: UTF8.self))\""
        throw DataError(
            value == nil ? .malformed : .nonFinite, in: path, at: .line(line, column: column + 1), text,
            expected: "a finite number")
    }
}
