internal import SparseKernels

/// A sparse matrix of single weights in compressed sparse rows, cut into square tiles inside (see `CSRTiling`) so that
/// the products find their inputs, outputs and values in cache. Callers see plain CSR: positions and values in row-major
/// order, columns ascending. Explicit zeros are legal stored weights (a grown weight starts at 0).
///
/// One thread may change the matrix at a time, and none may use it meanwhile; products and reads of disjoint outputs
/// may run concurrently: hence the unchecked conformance.
package final class CSRMatrix: SparseMatrix, @unchecked Sendable {
    package let rows: Int
    package let columns: Int
    package let stored: StoredValues
    var layout: CSRLayout
    /// The values once more, in the tiles' row order: what the forward product reads.
    private(set) var rowValues: AlignedBuffer<Float>
    package internal(set) var forwardSet: ForwardSet?

    /// A matrix with `values` at the flat row-major `positions` (ascending); no values means all 0.
    /// - Throws: `StoreError` when shape, positions or their number of values do not form a matrix.
    package convenience init(rows: Int, columns: Int, positions: [Int], values: [Float] = []) throws(StoreError) {
        let plain = try PlainCSR(rows: rows, columns: columns, positions: positions)
        guard values.isEmpty || values.count == positions.count else {
            throw .invalidStructure("\(positions.count) positions but \(values.count) values")
        }
        self.init(plain, values: values, tiling: nil)
    }

    /// A matrix of zeros from compressed rows, with little memory beside its own.
    /// - Parameters:
    ///   - rows: Outputs of the matrix.
    ///   - columns: Inputs of the matrix.
    ///   - starts: index of each row's first weight, and at the end the number of all.
    ///   - columnIndices: column of each weight, ascending in a row. Kept by nobody.
    /// - Throws: `StoreError` when they do not form a matrix of this shape.
    package convenience init(
        rows: Int, columns: Int, starts: [Int], columnIndices: AlignedBuffer<UInt32>
    ) throws(StoreError) {
        self.init(
            try PlainCSR(checking: starts, columnIndices, rows: rows, columns: columns), values: [], tiling: nil)
    }

    init(_ plain: PlainCSR, values: [Float], tiling: CSRTiling?) {
        rows = plain.rows
        columns = plain.columns
        // Without values nobody asks where they come from: what is written for that may go over what is read.
        let sources = values.isEmpty ? plain.sources : AlignedBuffer<UInt32>(count: plain.count)
        layout = CSRLayout(plain, tiling: tiling, sources: sources, workers: Workers(threads: 1))
        stored = StoredValues(AlignedBuffer(count: plain.count))
        rowValues = AlignedBuffer(count: plain.count)
        if !values.isEmpty {
            for i in 0..<plain.count { stored.values.pointer[i] = values[Int(sources.pointer[i])] }
            orderByRows(tiles: 0..<layout.tiles.count)
        }
    }

    package var format: String { "csr" }
    package var unitRows: Int { 1 }
    package var unitColumns: Int { 1 }
    package var positionCount: Int { rows * columns }
    package var storedCount: Int { layout.count }
    package var storedWeights: Int { layout.count }

    package var byteCount: Int {
        layout.byteCount + stored.byteCount + rowValues.byteCount + (forwardSet?.byteCount ?? 0)
    }

    package func valuesHaveChanged() {
        if let forwardSet {
            forwardSet.refresh(from: stored.values)
        } else {
            orderByRows(tiles: 0..<layout.tiles.count)
        }
    }

    package func valuesHaveChanged(in part: Part) {
        // With a forward set nothing multiplies by these.
        if forwardSet == nil { orderByRows(tiles: layout.tileRange(of: part)) }
    }

    /// Brings the values of these tiles into row order.
    func orderByRows(tiles: Range<Int>) {
        let gather = InstructionSet.kernels.csr.gather
        let (source, target, places) = (stored.values, rowValues, layout.places)
        for index in tiles {
            let tile = layout.tiles.pointer[index]
            gather(source.pointer + tile.first, places.pointer + tile.first, tile.count, target.pointer + tile.first)
        }
    }

    package func useForward(_ positions: [Int], penalty: Float) throws(StoreError) {
        try checkForward(positions)
        forwardSet = ForwardSet(
            try CSRMatrix(rows: rows, columns: columns, positions: positions), of: self, penalty: penalty)
    }
}

extension CSRMatrix {
    package func apply(_ change: TopologyChange, workers: Workers) throws(StoreError) {
        if change.isEmpty { return }
        try change.check(positionCount: positionCount, roles: stored.roles)
        guard storedCount - change.dropped.count + change.grown.count <= Int(Int32.max) else {
            throw .tooLarge(rows: rows, columns: columns)
        }
        let merged = try ChangeMerge(self, change).merged(workers: workers)
        forwardSet = nil
        let sources = AlignedBuffer<UInt32>(count: merged.count)
        layout = CSRLayout(merged, tiling: nil, sources: sources, workers: workers)
        stored.move(sources, change: change, workers: workers)
        if rowValues.count != storedCount { rowValues = AlignedBuffer(count: storedCount) }
        let tasks = max(1, min(workers.threads, storedCount / 16384))
        workers.run(tasks: tasks) { orderByRows(tiles: layout.tileRange(of: Part($0, of: tasks))) }
    }
}
