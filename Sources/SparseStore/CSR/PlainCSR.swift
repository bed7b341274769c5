/// Compressed sparse rows as the rest of the world knows them, while a matrix is built or changed: columns ascend in a
/// row, and each weight says where its value comes from.
struct PlainCSR {
    let rows: Int
    let columns: Int
    /// Index of a row's first weight; one more at the end.
    let starts: AlignedBuffer<Int>
    /// Column of each weight.
    let columnIndices: AlignedBuffer<UInt32>
    /// Place of each weight's value in some source that the builder knows.
    let sources: AlignedBuffer<UInt32>

    var count: Int { columnIndices.count }

    /// From ascending flat positions; the source of a weight is its index among them.
    /// - Throws: `StoreError` when the shape or a position is out of range, or positions do not ascend.
    init(rows: Int, columns: Int, positions: [Int]) throws(StoreError) {
        let total = try PlainCSR.positionCount(rows: rows, columns: columns)
        guard positions.count <= Int(Int32.max) else { throw .tooLarge(rows: rows, columns: columns) }
        self.init(rows: rows, columns: columns, count: positions.count)
        var previous = -1
        var row = 0
        var rowEnd = 0
        for (i, position) in positions.enumerated() {
            guard position > previous, position < total else {
                throw .invalidStructure(
                    "position \(position) at index \(i) is not in ascending order within 0 ..< \(total)")
            }
            while position >= rowEnd {
                starts.pointer[row] = i
                row += 1
                rowEnd += columns
            }
            columnIndices.pointer[i] = UInt32(position - (rowEnd - columns))
            sources.pointer[i] = UInt32(i)
            previous = position
        }
        while row <= rows {
            starts.pointer[row] = positions.count
            row += 1
        }
    }

    /// Zeroed arrays for `count` weights, to be filled.
    init(rows: Int, columns: Int, count: Int) {
        self.rows = rows
        self.columns = columns
        starts = AlignedBuffer(count: rows + 1)
        columnIndices = AlignedBuffer(count: count)
        sources = AlignedBuffer(count: count)
    }

    /// Weights in order, each its own source.
    init(rows: Int, columns: Int, starts: [Int], columnIndices: AlignedBuffer<UInt32>) {
        self.rows = rows
        self.columns = columns
        self.starts = AlignedBuffer(starts)
        self.columnIndices = columnIndices
        sources = AlignedBuffer(0..<UInt32(columnIndices.count))
    }

    /// The same for what may be wrong.
    /// - Throws: `StoreError` unless starts ascend from 0 to the number of weights, and columns in each row.
    init(checking starts: [Int], _ columnIndices: AlignedBuffer<UInt32>, rows: Int, columns: Int) throws(StoreError) {
        _ = try PlainCSR.positionCount(rows: rows, columns: columns)
        guard columnIndices.count <= Int(Int32.max) else { throw .tooLarge(rows: rows, columns: columns) }
        guard starts.count == rows + 1, starts[0] == 0, starts[rows] == columnIndices.count,
            zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 })
        else {
            throw .invalidStructure("the row starts do not divide \(columnIndices.count) weights into \(rows) rows")
        }
        let indices = columnIndices.elements
        for row in 0..<rows {
            var previous = -1
            for index in starts[row]..<starts[row + 1] {
                let column = Int(indices[index])
                guard column > previous, column < columns else {
                    throw .invalidStructure("column \(column) is out of place in row \(row) of \(columns) columns")
                }
                previous = column
            }
        }
        self.init(rows: rows, columns: columns, starts: starts, columnIndices: columnIndices)
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
