extension SparseMatrix {
    public func largestGradients(
        of batches: [GradientBatch], count: Int, alsoEligible: [Int], workers: Workers
    ) throws(StoreError) -> [ScoredPosition] {
        precondition(unitRows == unitColumns, "units are square")
        var kept = storedPositions()
        if !alsoEligible.isEmpty {
            var (k, n) = (0, 0)
            for i in kept.indices {
                let position = kept[i]
                while k < alsoEligible.count, alsoEligible[k] < position { k += 1 }
                // Which ones are eligible is chance: each is written, and overwritten by the next if it is.
                kept[n] = position
                n += k < alsoEligible.count && alsoEligible[k] == position ? 0 : 1
            }
            kept.removeLast(kept.count - n)
        }
        return try LargestGradients(
            rows: rows, columns: columns, side: unitRows, convolution: convolution, batches: batches, count: count,
            excluded: kept, workers: workers
        ).select()
    }

    /// In every group of `groupWidth` consecutive units of a row as many positions as `replaced` (ascending) has in it: those
    /// of largest absolute dense gradient, by the same order, among those not in `closed` (ascending).
    /// - Throws: `StoreError.nonFiniteGradient` when a score of such a group is not finite.
    public func largestGradients(
        of batches: [GradientBatch], replacing replaced: [Int], groupWidth: Int, closed: [Int], workers: Workers
    ) throws(StoreError) -> [ScoredPosition] {
        precondition(unitRows == unitColumns && groupWidth > 0, "units are square, groups not empty")
        return try LargestGradients(
            rows: rows, columns: columns, side: unitRows, convolution: convolution, batches: batches,
            count: replaced.count, excluded: closed, replaced: ReplacedUnits(width: groupWidth, positions: replaced),
            workers: workers
        ).select()
    }
}
