extension MatrixView {
    /// The same for callers that have no list of the stored positions.
    public func largestGradients(
        of gradient: DenseGradient, count: Int, alsoEligible: [Int], workers: Workers
    ) throws(StoreError) -> [ScoredPosition] {
        try largestGradients(
            of: gradient, count: count, stored: storedPositions(), alsoEligible: alsoEligible, workers: workers)
    }

    public func largestGradients(
        of gradient: DenseGradient, count: Int, stored: [Int], alsoEligible: [Int], workers: Workers
    ) throws(StoreError) -> [ScoredPosition] {
        precondition(unitRows == unitColumns, "units are square")
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        return try LargestGradients(
            rows: rows, columns: columns, side: unitRows, convolution: convolution, gradient: gradient, count: count,
            excluded: stored, open: alsoEligible, workers: workers
        ).select()
    }

    /// In every group of `groupWidth` consecutive units of a row as many positions as `replaced` (ascending) has in it: those
    /// of largest absolute dense gradient, by the same order, among those not in `closed` (ascending).
    /// - Throws: `StoreError.nonFiniteGradient` when a score of such a group is not finite.
    public func largestGradients(
        of gradient: DenseGradient, replacing replaced: [Int], groupWidth: Int, closed: [Int], workers: Workers
    ) throws(StoreError) -> [ScoredPosition] {
        precondition(unitRows == unitColumns && groupWidth > 0, "units are square, groups not empty")
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        return try LargestGradients(
            rows: rows, columns: columns, side: unitRows, convolution: convolution, gradient: gradient,
            count: replaced.count, excluded: closed, replaced: ReplacedUnits(width: groupWidth, positions: replaced),
            workers: workers
        ).select()
    }
}
