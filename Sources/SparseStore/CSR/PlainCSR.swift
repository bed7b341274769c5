/// Compressed sparse rows as the rest of the world knows them, while a matrix is built or changed: columns ascend in a
/// row, and each weight says where its value comes from.
struct PlainCSR {
    let rows: Int
    let columns: Int
    /// Index of a row's first weight; one more at the end.
    var starts: [Int]
    /// Column of each weight.
    var columnIndices: [UInt32]
    /// Place of each weight's value in some source that the builder knows.
    var sources: [UInt32]

    var count: Int { columnIndices.count }

    /// From ascending flat positions; the source of a weight is its index among them.
    /// - Throws: `StoreError` when the shape or a position is out of range, or positions do not ascend.
    init(rows: Int, columns: Int, positions: [Int]) throws(StoreError) {
        let total = try PlainCSR.positionCount(rows: rows, columns: columns)
        guard positions.count <= Int(Int32.max) else { throw .tooLarge(rows: rows, columns: columns) }
        self.rows = rows
        self.columns = columns
        starts = []
        starts.reserveCapacity(rows + 1)
        columnIndices = []
        columnIndices.reserveCapacity(positions.count)
        var previous = -1
        var row = 0
        var rowEnd = 0
        for (i, position) in positions.enumerated() {
            guard position > previous, position < total else {
                throw .invalidStructure(
                    "position \(position) at index \(i) is not in ascending order within 0 ..< \(total)")
            }
            while position >= rowEnd {
                starts.append(i)
                row += 1
                rowEnd += columns
            }
            columnIndices.append(UInt32(position - (rowEnd - columns)))
            previous = position
        }
        while starts.count <= rows { starts.append(positions.count) }
        sources = (0..<UInt32(positions.count)).map { $0 }
    }

    init(rows: Int, columns: Int, starts: [Int], columnIndices: [UInt32], sources: [UInt32]) {
        self.rows = rows
        self.columns = columns
        self.starts = starts
        self.columnIndices = columnIndices
        self.sources = sources
    }

    /// rows x columns, if a matrix may have that shape.
    static func positionCount(rows: Int, columns: Int) throws(StoreError) -> Int {
        guard rows > 0, columns > 0 else { throw .invalidShape(rows: rows, columns: columns) }
        let (total, overflow) = rows.multipliedReportingOverflow(by: columns)
        guard !overflow, rows <= Int(Int32.max), columns <= Int(Int32.max) else {
            throw .tooLarge(rows: rows, columns: columns)
        }
        return total
    }
}
