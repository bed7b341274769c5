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

    /// The `count` free positions of largest absolute dense gradient by the same order, but in each group of `groupWidth`
    /// consecutive units of a row no more than are stored in it: those that can take the places of stored ones.
    /// - Throws: `StoreError.nonFiniteGradient` when a score is not finite.
    public func largestGradients(
        of batches: [GradientBatch], count: Int, groupWidth: Int, workers: Workers
    ) throws(StoreError) -> [ScoredPosition] {
        precondition(unitRows == unitColumns && groupWidth > 0, "units are square, groups not empty")
        return try LargestGradients(
            rows: rows, columns: columns, side: unitRows, convolution: convolution, batches: batches, count: count,
            excluded: storedPositions(), groupWidth: groupWidth, workers: workers
        ).select()
    }
}
