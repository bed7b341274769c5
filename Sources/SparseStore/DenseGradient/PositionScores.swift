extension MatrixView {
    /// The `count` positions of largest score among all, by (score descending, position ascending), fewer when fewer reach `floor`; in
    /// order of position. Neither weights nor gradients of all positions are ever held: tiles of both are made, looked through and
    /// forgotten, and memory is O(count).
    /// - Parameters:
    ///   - count: How many to find.
    ///   - floor: Positions that score less do not count.
    ///   - gradient: The dense gradient, as products not yet made.
    ///   - field: The weight at every position.
    ///   - workers: Threads that compute.
    ///   - score: Of a weight and the absolute value of its gradient; not negative.
    /// - Throws: `StoreError.nonFiniteGradient` when a score is not finite.
    package func largestScores(
        _ count: Int, notBelow floor: Float = 0, of gradient: DenseGradient, field: NormalField, workers: Workers,
        _ score: @escaping @Sendable (_ weight: Float, _ gradient: Float) -> Float
    ) throws(StoreError) -> [ScoredPosition] {
        precondition(unitRows == 1 && unitColumns == 1, "single weights have scores")
        if gradient.batches.isEmpty { return [] }
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        var best = Candidates()
        var floor = floor
        let strips = convolution == nil ? GradientScores.strips(columns: columns, of: gradient) : [0..<columns]
        for strip in count > 0 ? strips : [] {
            let gradients = GradientScores(
                rows: rows, columns: columns, side: 1, convolution: convolution, gradient: gradient, strip: strip,
                excluded: [], workers: workers)
            let (chunks, width, bound) = (gradients.chunks, columns, floor)
            var finds = gradients.walk(
                chunks, tasks: gradients.tasks(chunks.count, workers), workers: workers, from: ScoreFinds(floor: bound)
            ) { finds, chunk, scratch, _ in
                gradients.forEachLine(of: chunk, in: scratch) { line, gradients in
                    let base = line * width + strip.lowerBound
                    for place in 0..<strip.count {
                        finds.note(base + place, score(field.value(at: base + place), gradients[place]))
                    }
                    finds.prune(to: count)
                }
                return finds.wrong == nil
            }
            if let position = finds.compactMap(\.wrong).min() { throw .nonFiniteGradient(position: position) }
            floor = best.merge(Candidates(joining: &finds, \.found), keeping: count) ?? floor
        }
        _ = best.keepBest(count)
        return best.scoredPositions
    }
}

/// What one task has found.
private struct ScoreFinds: Sendable {
    var found = Candidates()
    var floor: Float
    /// First position whose score is not finite.
    var wrong: Int?

    init(floor: Float) { self.floor = floor }

    mutating func note(_ position: Int, _ score: Float) {
        if score >= floor {
            if score.isFinite { found.append(position, score: score) } else { wrong = wrong ?? position }
        } else if score.isNaN {
            wrong = wrong ?? position
        }
    }

    /// Seldom enough that the selection costs little beside the scores.
    mutating func prune(to count: Int) {
        guard found.count > count + count / 4 + 1 << 14, let least = found.keepBest(count) else { return }
        floor = least
    }
}
