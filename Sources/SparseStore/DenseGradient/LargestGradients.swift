internal import SparseKernels
internal import Synchronization

/// Finds the positions of largest absolute dense gradient without ever holding that gradient. Memory is O(count) beside the
/// packed inputs.
struct LargestGradients {
    private let scores: GradientScores
    private let count: Int
    private let workers: Workers
    /// Units to be replaced, each in its own group; nil when any position may come in.
    private let replaced: ReplacedUnits?
    /// Rows in a piece of the sample: what the kernel works on at once, or one row of blocks.
    private let rowUnit: Int

    /// - Parameter excluded: positions that do not compete, ascending.
    init(
        rows: Int, columns: Int, side: Int, convolution: ConvolutionGeometry? = nil, batches: [GradientBatch],
        count: Int, excluded: [Int], replaced: ReplacedUnits? = nil, workers: Workers
    ) {
        scores = GradientScores(
            rows: rows, columns: columns, side: side, convolution: convolution, batches: batches, excluded: excluded,
            workers: workers)
        self.count = min(count, scores.candidateCount)
        self.workers = workers
        self.replaced = replaced
        rowUnit = side == 1 ? Int(InstructionSet.kernels.dense_gradient.block_rows) : side
    }

    /// The chosen positions, ascending, with their scores.
    func select() throws(StoreError) -> [ScoredPosition] {
        if count <= 0 || scores.isEmpty { return [] }
        var found = try collect(scores.chunks, floor: replaced == nil ? try guessFloor() : 0, keep: count)
        if found.count < count { found = try collect(scores.chunks, floor: 0, keep: count) }
        _ = found.keepBest(count)
        return found.scoredPositions
    }

    /// A score which about a quarter more positions than needed reach, from a sample of the rows; 0 when the matrix is too
    /// small to sample. A guess only: when too few positions reach it, everything is collected again without it.
    private func guessFloor() throws(StoreError) -> Float {
        let every = 32
        let rows = scores.rows
        let groups = (rows + rowUnit - 1) / rowUnit
        guard groups >= 2 * every else { return 0 }
        let sample = stride(from: every / 2, to: groups, by: every).map {
            $0 * rowUnit..<min(($0 + 1) * rowUnit, rows)
        }
        let share = Double(sample.reduce(0) { $0 + $1.count }) / Double(rows)
        let rank = Int(Double(count) * share * 1.25) + 16
        var found = try collect(sample, floor: 0, keep: rank)
        return found.keepBest(rank) ?? 0
    }

    /// Candidates not below `floor` in the given ranges of rows, in order of position. When more than twice `keep` gather
    /// in a task, all but its best `keep` are let go.
    private func collect(_ chunks: [Range<Int>], floor: Float, keep: Int) throws(StoreError) -> Candidates {
        let results = Mutex([Candidates](repeating: Candidates(), count: chunks.count))
        let wrong = Mutex<Int?>(nil)
        // The largest of the tasks' own floors holds for all: `keep` positions reach it.
        let shared = Atomic<UInt32>(floor.bitPattern)
        let tasks = workers.threads == 1 ? 1 : min(chunks.count, workers.threads * 4)
        workers.run(tasks: tasks) { task in
            let mine = Part(task, of: tasks).range(of: chunks.count)
            if mine.isEmpty { return }
            let (scratch, indices) = (scores.makeScratch(), scores.makeIndices())
            var found = Candidates()
            found.reserve(keep / tasks + keep / 2)
            for chunk in chunks[mine] {
                let floor = Float(bitPattern: shared.load(ordering: .relaxed))
                if let bad = scan(chunk, floor: floor, scratch, indices, into: &found) {
                    wrong.withLock { $0 = min($0 ?? bad, bad) }
                    return
                }
                if found.count > 2 * keep, let own = found.keepBest(keep) {
                    shared.max(own.bitPattern, ordering: .relaxed)
                }
            }
            results.withLock { $0[mine.lowerBound] = found }
        }
        if let position = wrong.withLock({ $0 }) { throw .nonFiniteGradient(position: position) }
        return results.withLock { $0.reduce(into: Candidates()) { $0.append($1) } }
    }

    /// Computes some rows and appends their candidates. Returns the first position whose score is not finite.
    private func scan(
        _ chunk: Range<Int>, floor: Float, _ scratch: AlignedBuffer<Float>, _ indices: AlignedBuffer<UInt32>,
        into found: inout Candidates
    ) -> Int? {
        let find = InstructionSet.kernels.dense_gradient.find
        var wrong: Int?
        scores.forEachLine(of: chunk, scratch: scratch) { line, scores in
            if let replaced { keepStrongest(scores, line: line, replaced) }
            let n = find(scores, self.scores.gridColumns, floor, indices.pointer)
            let bad = found.append(scores, at: indices.pointer, count: n, base: line * self.scores.gridColumns)
            wrong = wrong ?? bad
        }
        return wrong
    }

    /// Of each group of a row leaves as many scores as units are replaced in it, the largest; the others are set to -1, as
    /// those of units that do not compete are.
    private func keepStrongest(_ scores: UnsafeMutablePointer<Float>, line: Int, _ groups: ReplacedUnits) {
        // What is not finite must be found, so it counts as largest.
        func rank(_ i: Int) -> Float { scores[i].isFinite ? scores[i] : .infinity }
        let base = line * self.scores.gridColumns
        var next = Selection.firstIndex(in: groups.positions, notBelow: base)
        var open: [Int] = []
        for start in stride(from: 0, to: self.scores.gridColumns, by: groups.width) {
            let end = min(start + groups.width, self.scores.gridColumns)
            let first = next
            while next < groups.positions.count, groups.positions[next] < base + end { next += 1 }
            open.removeAll(keepingCapacity: true)
            for i in start..<end where !(scores[i] < 0) { open.append(i) }
            if open.count <= next - first { continue }
            if next > first { open.sort { rank($0) != rank($1) ? rank($0) > rank($1) : $0 < $1 } }
            for i in open[(next - first)...] { scores[i] = -1 }
        }
    }
}

/// Units that others of their groups are to replace: the groups are runs of `width` units of a row.
struct ReplacedUnits: Sendable {
    let width: Int
    /// Ascending.
    let positions: [Int]
}
