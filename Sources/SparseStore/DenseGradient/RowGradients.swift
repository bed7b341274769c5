internal import SparseKernels

extension MatrixView {
    /// In every row of units the `counts[row]` largest absolute dense gradients (for a block: pooled) among those not
    /// in `closed`, chosen by score descending, then position ascending, and returned in order of position; fewer where
    /// a row has fewer. A few rows of the dense gradient are held at a time.
    /// - Parameters:
    ///   - gradient: As the products that give it.
    ///   - counts: How many of each row.
    ///   - closed: positions that do not compete, ascending.
    ///   - workers: Threads that compute.
    /// - Throws: `StoreError.nonFiniteGradient` when a score is not finite.
    public func largestGradients(
        of gradient: DenseGradient, perRow counts: [Int], closed: [Int], workers: Workers
    ) throws(StoreError) -> [ScoredPosition] {
        var best = Candidates()
        let strips =
            convolution == nil ? GradientScores.strips(columns: columns, of: gradient) : [0..<columns]
        for strip in strips {
            let scores = GradientScores(
                rows: rows, columns: columns, side: unitRows, convolution: convolution, gradient: gradient,
                strip: strip,
                excluded: closed, workers: workers)
            precondition(counts.count == scores.gridRows, "one count per row of units is needed")
            if scores.isEmpty { return [] }
            best.merge(try scores.largest(perRow: counts, workers: workers))
        }
        if strips.count > 1 { best.keepBest(perRow: counts, of: unitsAcross) }
        return best.scoredPositions
    }

    /// The dense gradient of the batches at some units, signed: one number per weight, unit after unit in the order of
    /// `positions` and row by row in each; 0 in the padding of edge blocks.
    public func denseGradient(of gradient: DenseGradient, at positions: [Int], workers: Workers) -> [Float] {
        if gradient.batches.isEmpty { return [Float](repeating: 0, count: positions.count * unitRows * unitColumns) }
        let shards = (0..<gradient.shardCount).map(gradient.shard)
        for batch in shards.joined() { batch.check(rows: rows, columns: columns, convolution) }
        precondition(positions.allSatisfy { 0..<positionCount ~= $0 }, "a position outside the matrix")
        let (area, across) = (unitRows * unitColumns, unitsAcross)
        let count = positions.count * area
        let branches = gradient.branches
        let sums = branches.map { _ in AlignedBuffer<Float>(count: count) }
        let tasks = max(1, min(4 * workers.parts, count / 64))
        workers.run(tasks: tasks) { task in
            for i in Part(task, of: tasks).range(of: count) {
                let (unit, weight) = (positions[i / area], i % area)
                let row = unit / across * unitRows + weight / unitColumns
                let column = unit % across * unitColumns + weight % unitColumns
                guard row < rows, column < columns else { continue }
                for (branch, sum) in zip(branches, sums) {
                    sum.pointer[i] = ShardTree.sum(of: branch) { shard in
                        shards[shard].reduce(0) { $0 + $1.gradient(row: row, column: column, convolution) }
                    }
                }
            }
        }
        gradient.reducer?.reduce(sums, range: 0..<count)
        return sums[0].array
    }
}

extension GradientScores {
    /// The best `counts[row]` of each row of the strip, in order of position.
    fileprivate func largest(perRow counts: [Int], workers: Workers) throws(StoreError) -> Candidates {
        var results = walk(
            chunks, tasks: tasks(chunks.count, workers), workers: workers,
            from: (chosen: Candidates(), wrong: Int?.none)
        ) { result, chunk, scratch, indices in
            forEachLine(of: chunk, in: scratch) { line, row in
                var best = BestOfRow(count: counts[line], base: line * gridColumns + strip.lowerBound)
                best.look(through: row, columns: strip.count, indices)
                result.wrong = result.wrong ?? best.wrong
                result.chosen.append(best.candidates)
            }
            return true
        }
        if let position = results.compactMap(\.wrong).min() { throw .nonFiniteGradient(position: position) }
        return Candidates(joining: &results, \.chosen)
    }
}

/// The best candidates of one row of units.
private struct BestOfRow {
    let count: Int
    /// Position of the row's first unit.
    let base: Int
    var candidates = Candidates()
    /// First position whose score is not finite.
    var wrong: Int?

    init(count: Int, base: Int) {
        self.count = count
        self.base = base
    }

    /// Takes the row piece by piece: what the pieces so far leave is a floor for the next.
    mutating func look(through scores: UnsafePointer<Float>, columns: Int, _ indices: AlignedBuffer<UInt32>) {
        if count <= 0 { return }
        let within = InstructionSet.kernels.vectors.within
        let piece = max(64, (2 * count + 15) / 16 * 16)
        var floor: Float = 0
        for first in stride(from: 0, to: columns, by: piece) {
            let n = within(scores + first, min(piece, columns - first), floor, .infinity, indices.pointer)
            let bad = candidates.append(scores + first, at: indices.pointer, count: n, base: base + first)
            wrong = bad
            // What is not finite has no rank.
            if bad != nil { return }
            if candidates.count > 2 * count, let least = candidates.keepBest(count) { floor = least }
        }
        _ = candidates.keepBest(count)
    }
}
