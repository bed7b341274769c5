internal import SparseKernels
internal import Synchronization

/// Finds the positions of largest absolute dense gradient without ever holding that gradient: a few rows at a time are
/// computed, looked through and forgotten. Memory is O(count) beside the packed inputs.
struct LargestGradients {
    private let rows: Int
    private let columns: Int
    /// Positions that do not compete, ascending.
    private let excluded: [Int]
    private let batches: [PackedInputs]
    private let count: Int
    private let workers: Workers
    /// Columns padded to whole blocks.
    private let width: Int
    private let chunkRows: Int

    /// - Parameter excluded: positions that do not compete, ascending.
    init(rows: Int, columns: Int, batches: [GradientBatch], count: Int, excluded: [Int], workers: Workers) {
        for batch in batches {
            precondition(
                batch.input.panelStride == columns * Panels.lanes
                    && batch.outputGradient.panelStride == rows * Panels.lanes,
                "a gradient batch does not fit a \(rows) x \(columns) matrix")
            precondition(batch.samples <= min(batch.input.capacity, batch.outputGradient.capacity))
        }
        self.rows = rows
        self.columns = columns
        self.excluded = excluded
        self.batches = batches.map { PackedInputs($0, workers: workers) }
        self.count = min(count, rows * columns - excluded.count)
        self.workers = workers
        let kernels = InstructionSet.kernels.dense_gradient
        let block = Int(kernels.block_columns)
        width = (columns + block - 1) / block * block
        // Scores of a chunk stay in the second-level cache (about 256 KB).
        let unit = Int(kernels.block_rows)
        chunkRows = max(unit, (65536 / width) / unit * unit)
    }

    /// The chosen positions, ascending, with their scores.
    func select() throws(StoreError) -> [ScoredPosition] {
        if count <= 0 || batches.isEmpty { return [] }
        let chunks = (rows + chunkRows - 1) / chunkRows
        let floor = try guessFloor(chunks: chunks)
        var found = try collect(Array(0..<chunks), floor: floor)
        if found.count < count { found = try collect(Array(0..<chunks), floor: 0) }
        return LargestGradients.best(count, of: found)
    }

    /// A score which about a third more positions than needed reach, from a sample of the rows; 0 when the matrix is too
    /// small to sample. A guess only: when too few positions reach it, everything is collected again without it.
    private func guessFloor(chunks: Int) throws(StoreError) -> Float {
        let every = 16
        guard chunks >= 2 * every else { return 0 }
        let sample = Array(stride(from: every / 2, to: chunks, by: every))
        let sampledRows = sample.reduce(0) { $0 + min(chunkRows, rows - $1 * chunkRows) }
        let share = Double(sampledRows) / Double(rows)
        let rank = Int(Double(count) * share * 1.3) + 16
        let scores = try collect(sample, floor: 0, keep: rank)
        guard scores.count >= rank else { return 0 }
        let bits = scores.map { $0.score.bitPattern }
        return Float(bitPattern: Selection.largest(rank, of: bits))
    }

    /// Candidates not below `floor` of the given chunks of rows, in order of position. When more than `keep` gather, all
    /// but the best `keep` are let go.
    private func collect(_ chunks: [Int], floor: Float, keep: Int? = nil) throws(StoreError) -> [ScoredPosition] {
        let keep = keep ?? count
        let results = Mutex([[ScoredPosition]](repeating: [], count: chunks.count))
        let wrong = Mutex<Int?>(nil)
        // The largest of the tasks' own floors holds for all: `keep` positions reach it.
        let shared = Atomic<UInt32>(floor.bitPattern)
        let tasks = min(chunks.count, workers.threads * 4)
        workers.run(tasks: tasks) { task in
            let mine = Part(task, of: tasks).range(of: chunks.count)
            if mine.isEmpty { return }
            let scratch = AlignedBuffer<Float>(count: chunkRows * width)
            let indices = AlignedBuffer<UInt32>(count: width)
            var found: [ScoredPosition] = []
            for i in mine {
                let floor = Float(bitPattern: shared.load(ordering: .relaxed))
                if let bad = scan(chunks[i], floor: floor, scratch, indices, into: &found) {
                    wrong.withLock { $0 = min($0 ?? bad, bad) }
                    return
                }
                if found.count > 2 * keep {
                    found = LargestGradients.best(keep, of: found)
                    let own = found.reduce(Float.infinity) { min($0, $1.score) }
                    // Scores are not negative, so their bits order as they do.
                    shared.max(own.bitPattern, ordering: .relaxed)
                }
            }
            results.withLock { $0[mine.lowerBound] = found }
        }
        if let position = wrong.withLock({ $0 }) { throw .nonFiniteGradient(position: position) }
        return results.withLock { $0.flatMap { $0 } }
    }

    /// Computes one chunk of rows and appends its candidates. Returns the first position whose score is not finite.
    private func scan(
        _ chunk: Int, floor: Float, _ scratch: AlignedBuffer<Float>, _ indices: AlignedBuffer<UInt32>,
        into found: inout [ScoredPosition]
    ) -> Int? {
        let kernels = InstructionSet.kernels.dense_gradient
        let firstRow = chunk * chunkRows
        let height = min(chunkRows, rows - firstRow)
        for (i, packed) in batches.enumerated() {
            let dy = packed.batch.outputGradient
            kernels.product(
                dy.buffer.pointer + firstRow * Panels.lanes, dy.panelStride, packed.batch.samples, height,
                packed.buffer.pointer, packed.blocks, packed.blockStride, packed.batch.scale, i > 0 ? 1 : 0,
                i + 1 == batches.count ? 1 : 0, scratch.pointer, width)
        }
        var k = Selection.firstIndex(in: excluded, notBelow: firstRow * columns)
        for row in 0..<height {
            let scores = scratch.pointer + row * width
            let base = (firstRow + row) * columns
            while k < excluded.count, excluded[k] < base + columns {
                scores[excluded[k] - base] = -1
                k += 1
            }
            let n = kernels.find(scores, columns, floor, indices.pointer)
            for j in 0..<n {
                let column = Int(indices.pointer[j])
                if !scores[column].isFinite { return base + column }
                found.append(ScoredPosition(position: base + column, score: scores[column]))
            }
        }
        return nil
    }

    /// The best `count` by (score descending, position ascending), kept in order of position.
    static func best(_ count: Int, of candidates: [ScoredPosition]) -> [ScoredPosition] {
        if candidates.count <= count { return candidates }
        if count <= 0 { return [] }
        let bits = candidates.map { $0.score.bitPattern }
        let threshold = Selection.largest(count, of: bits)
        // All above the threshold, and of those that equal it the first ones.
        var ties = count - candidates.reduce(0) { $0 + ($1.score.bitPattern > threshold ? 1 : 0) }
        return candidates.filter { candidate in
            if candidate.score.bitPattern > threshold { return true }
            if candidate.score.bitPattern < threshold || ties == 0 { return false }
            ties -= 1
            return true
        }
    }
}
