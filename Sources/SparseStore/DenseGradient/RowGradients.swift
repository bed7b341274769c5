internal import Synchronization

extension SparseMatrix {
    /// In every row of units the `counts[row]` largest absolute dense gradients (for a block: pooled) among those not
    /// in `closed`, chosen by score descending, then position ascending, and returned in order of position; fewer where
    /// a row has fewer. One row of the dense gradient is held at a time. Linear layers only.
    /// - Parameter closed: positions that do not compete, ascending.
    /// - Throws: `StoreError.nonFiniteGradient` when a score is not finite.
    public func largestGradients(
        of batches: [GradientBatch], perRow counts: [Int], closed: [Int], workers: Workers
    ) throws(StoreError) -> [ScoredPosition] {
        for batch in batches { batch.check(rows: rows, columns: columns, convolution) }
        precondition(counts.count == (rows + unitRows - 1) / unitRows, "one count per row of units is needed")
        let results = Mutex([[ScoredPosition]](repeating: [], count: counts.count))
        let wrong = Mutex<Int?>(nil)
        workers.run(tasks: counts.count) { row in
            guard counts[row] > 0 else { return }
            let candidates = scores(inUnitRow: row, of: batches, closed: closed)
            if let bad = candidates.first(where: { !$0.score.isFinite }) {
                wrong.withLock { $0 = min($0 ?? bad.position, bad.position) }
                return
            }
            let order = candidates.sorted {
                $0.score != $1.score ? $0.score > $1.score : $0.position < $1.position
            }
            let best = order.prefix(counts[row]).sorted { $0.position < $1.position }
            results.withLock { $0[row] = best }
        }
        if let position = wrong.withLock({ $0 }) { throw .nonFiniteGradient(position: position) }
        return results.withLock { $0.flatMap { $0 } }
    }

    private func scores(inUnitRow unitRow: Int, of batches: [GradientBatch], closed: [Int]) -> [ScoredPosition] {
        let across = (columns + unitColumns - 1) / unitColumns
        var k = Selection.firstIndex(in: closed, notBelow: unitRow * across)
        var candidates: [ScoredPosition] = []
        for position in unitRow * across..<(unitRow + 1) * across {
            if k < closed.count, closed[k] == position {
                k += 1
                continue
            }
            let firstColumn = (position - unitRow * across) * unitColumns
            var score: Float = 0
            for row in unitRow * unitRows..<min(rows, (unitRow + 1) * unitRows) {
                for column in firstColumn..<min(columns, firstColumn + unitColumns) {
                    score += batches.reduce(0) { $0 + $1.gradient(row: row, column: column, convolution) }.magnitude
                }
            }
            candidates.append(ScoredPosition(position: position, score: score))
        }
        return candidates
    }

    /// The dense gradient of the batches at some weights, signed: `positions` are flat row-major indices of single
    /// weights of a linear layer.
    public func denseGradient(of batches: [GradientBatch], at positions: [Int]) -> [Float] {
        for batch in batches { batch.check(rows: rows, columns: columns, convolution) }
        precondition(positions.allSatisfy { $0 >= 0 && $0 < rows * columns }, "a position outside the matrix")
        return positions.map { position in
            batches.reduce(0) { $0 + $1.gradient(row: position / columns, column: position % columns, convolution) }
        }
    }
}
