/// A matrix that stores every weight (format "dense"), row by row, for layers of density 1 and those so dense that skipping
/// the rest would cost more than it saves. Its topology cannot change.
package final class DenseMatrix: SparseMatrix {
    package let rows: Int
    package let columns: Int
    package let stored: StoredValues

    /// A matrix of `values`, row by row; none means all 0.
    /// - Throws: `StoreError` when there is no such matrix, or the number of values is another.
    package init(rows: Int, columns: Int, values: [Float] = []) throws(StoreError) {
        let count = try PlainCSR.positionCount(rows: rows, columns: columns)
        guard count <= Int(Int32.max) else { throw .tooLarge(rows: rows, columns: columns) }
        guard values.isEmpty || values.count == count else {
            throw .invalidStructure("\(count) weights but \(values.count) values")
        }
        self.rows = rows
        self.columns = columns
        stored = StoredValues(values.isEmpty ? AlignedBuffer(count: count) : AlignedBuffer(values))
    }

    /// A matrix of values that something else has, too: a table that is read row by row and multiplied by.
    package init(rows: Int, columns: Int, sharing stored: StoredValues) {
        precondition(rows > 0 && columns > 0 && stored.count == rows * columns, "a value for each position")
        (self.rows, self.columns, self.stored) = (rows, columns, stored)
    }

    package var format: String { "dense" }
    package var unitRows: Int { 1 }
    package var unitColumns: Int { 1 }
    package var positionCount: Int { rows * columns }
    package var storedCount: Int { rows * columns }
    package var storedWeights: Int { rows * columns }
    package var byteCount: Int { stored.byteCount }

    package func storedPositions() -> [Int] { Array(0..<storedCount) }

    package func storedScores(of array: ParallelArray) -> [Float] { stored[array].array }

    /// - Throws: `StoreError.invalidChange` unless the change is empty.
    package func apply(_ change: TopologyChange, workers: Workers) throws(StoreError) {
        if !change.isEmpty { throw .invalidChange("a dense matrix stores every weight and keeps it") }
    }
}
