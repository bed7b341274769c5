internal import SparseKernels
internal import Synchronization

/// Finds the positions of largest absolute dense gradient without ever holding that gradient: a few rows at a time are
/// computed, looked through and forgotten. Memory is O(count) beside the packed inputs. The score of a block is the sum of
/// the absolute gradients in it.
struct LargestGradients {
    private let rows: Int
    private let columns: Int
    /// Height and width of a unit.
    private let side: Int
    /// Positions that do not compete, ascending.
    private let excluded: [Int]
    private let batches: [any DenseGradientSource]
    private let count: Int
    private let workers: Workers
    /// Units across the matrix.
    private let gridColumns: Int
    /// Columns padded to whole blocks of the kernel.
    private let width: Int
    /// Rows in a piece of the sample: what the kernel works on at once, or one row of blocks.
    private let rowUnit: Int
    /// Rows computed before they are looked through. Each such chunk reads all packed inputs, from the third-level cache when
    /// the layer is wide: with 48 rows that costs less than the products. A multiple of every block's side.
    private let chunkRows = 48

    /// - Parameter excluded: positions that do not compete, ascending.
    init(
        rows: Int, columns: Int, side: Int, convolution: ConvolutionGeometry? = nil, batches: [GradientBatch],
        count: Int,
        excluded: [Int], workers: Workers
    ) {
        for batch in batches { batch.check(rows: rows, columns: columns, convolution) }
        self.rows = rows
        self.columns = columns
        self.side = side
        self.excluded = excluded
        self.batches = batches.map { $0.source(convolution, workers: workers) }
        gridColumns = (columns + side - 1) / side
        self.count = min(count, (rows + side - 1) / side * gridColumns - excluded.count)
        self.workers = workers
        let kernels = InstructionSet.kernels.dense_gradient
        let block = Int(kernels.block_columns)
        width = (columns + block - 1) / block * block
        rowUnit = side == 1 ? Int(kernels.block_rows) : side
    }

    /// The chosen positions, ascending, with their scores.
    func select() throws(StoreError) -> [ScoredPosition] {
        if count <= 0 || batches.isEmpty { return [] }
        let chunks = stride(from: 0, to: rows, by: chunkRows).map { $0..<min($0 + chunkRows, rows) }
        var found = try collect(chunks, floor: try guessFloor(), keep: count)
        if found.count < count { found = try collect(chunks, floor: 0, keep: count) }
        _ = found.keepBest(count)
        return found.scoredPositions
    }

    /// A score which about a quarter more positions than needed reach, from a sample of the rows; 0 when the matrix is too
    /// small to sample. A guess only: when too few positions reach it, everything is collected again without it.
    private func guessFloor() throws(StoreError) -> Float {
        let every = 32
        let groups = (rows + rowUnit - 1) / rowUnit
        guard groups >= 2 * every else { return 0 }
        let sample = stride(from: every / 2, to: groups, by: every).map {
            $0 * rowUnit..<min(($0 + 1) * rowUnit, rows)
        }
        let share = Double(sample.reduce(0) { $0 + $1.count }) / Double(rows)
        let rank = Int(Double(count) * share * 1.25) + 16
        var scores = try collect(sample, floor: 0, keep: rank)
        return scores.keepBest(rank) ?? 0
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
            let scratch = AlignedBuffer<Float>(count: chunkRows * width)
            let indices = AlignedBuffer<UInt32>(count: width + 16)
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
        let kernels = InstructionSet.kernels.dense_gradient
        for (i, batch) in batches.enumerated() {
            batch.product(
                rows: chunk, accumulate: i > 0, absolute: i + 1 == batches.count, into: scratch, width: width)
        }
        return excluded.withUnsafeBufferPointer { excluded in
            let firstLine = chunk.lowerBound / side
            var k = Selection.firstIndex(in: self.excluded, notBelow: firstLine * gridColumns)
            for line in 0..<(chunk.count + side - 1) / side {
                let scores = scratch.pointer + line * side * width
                if side > 1 {
                    InstructionSet.kernels.blocks(ofSide: side).pool(
                        scores, width, min(side, chunk.count - line * side), columns, scores)
                }
                let base = (firstLine + line) * gridColumns
                while k < excluded.count, excluded[k] < base + gridColumns {
                    scores[excluded[k] - base] = -1
                    k += 1
                }
                let n = kernels.find(scores, gridColumns, floor, indices.pointer)
                if let bad = found.append(scores, at: indices.pointer, count: n, base: base) { return bad }
            }
            return nil
        }
    }
}
