extension SparseMatrix {
    public func largestGradients(
        of batches: [GradientBatch], count: Int, alsoEligible: [Int], workers: Workers
    ) throws(StoreError) -> [ScoredPosition] {
        precondition(unitRows == unitColumns, "units are square")
        var kept = storedPositions()
        if !alsoEligible.isEmpty {
            var k = 0
            kept.removeAll { position in
                while k < alsoEligible.count, alsoEligible[k] < position { k += 1 }
                return k < alsoEligible.count && alsoEligible[k] == position
            }
        }
        return try LargestGradients(
            rows: rows, columns: columns, side: unitRows, convolution: convolution, batches: batches, count: count,
            excluded: kept, workers: workers
        ).select()
    }
}
