internal import SparseKernels

/// The absolute dense gradient of a layer's units, a few rows of a strip of columns at a time: computed, looked through by
/// the caller, and forgotten. The score of a block is the sum of the absolute gradients in it.
struct GradientScores: Sendable {
    let rows: Int
    let columns: Int
    /// Height and width of a unit.
    let side: Int
    /// Units across the matrix, and those of them in the strip.
    let gridColumns: Int
    let strip: Range<Int>
    /// Positions that do not compete unless they are in `open`; both ascend.
    private let excluded: [Int]
    private let open: [Int]
    /// Of each shard the batches that are summed.
    private let shards: [[any DenseGradientSource]]
    /// The runs of shards that are summed here.
    private let branches: [Range<Int>]
    private var reducer: (any GradientReducer)?
    /// Columns of the strip, padded to whole blocks of the kernel.
    private let width: Int
    /// The same without padding.
    private let stripColumns: Int
    /// Rows computed before they are looked through. Each such chunk reads all packed inputs, from the third-level cache when
    /// the layer is wide: with 48 rows that costs less than the products. A multiple of every block's side.
    private static let chunkRows = 48

    /// - Parameters:
    ///   - strip: columns of weights to look at, as `strips` cuts them; all, if left out.
    ///   - excluded: positions that do not compete, ascending.
    ///   - open: those of them that do, ascending.
    init(
        rows: Int, columns: Int, side: Int, convolution: ConvolutionGeometry?, gradient: DenseGradient,
        strip: Range<Int>? = nil, excluded: [Int], open: [Int] = [], workers: Workers
    ) {
        let shards = (0..<gradient.shardCount).map(gradient.shard)
        for batch in shards.joined() { batch.check(rows: rows, columns: columns, convolution) }
        let strip = strip ?? 0..<columns
        self.rows = rows
        self.columns = columns
        self.side = side
        self.excluded = excluded
        self.open = open
        (reducer, branches) = (gradient.reducer, gradient.branches)
        // A shard without samples adds nothing.
        self.shards = shards.map { batches in
            batches.filter { $0.samples > 0 }
                .map { $0.source(convolution, columns: strip, workers: workers) }
        }
        gridColumns = (columns + side - 1) / side
        self.strip = strip.lowerBound / side..<(strip.upperBound + side - 1) / side
        stripColumns = strip.count
        let block = Int(InstructionSet.kernels.dense_gradient.block_columns)
        width = (strip.count + block - 1) / block * block
    }

    /// Columns cut so that the packed inputs of all batches stay small: one strip for a few batches, many for a window.
    static func strips(columns: Int, of gradient: DenseGradient) -> [Range<Int>] {
        // Processes may have batches of different sizes, and look at the same strips.
        let samples =
            gradient.reducer == nil
            ? gradient.batches.reduce(0) { $0 + Panels.count($1.samples) * Panels.lanes } : 128
        let unit = max(16, Int(InstructionSet.kernels.dense_gradient.block_columns))
        let width = max(1, min(packedFloats / max(1, samples), scratchFloats / chunkRows) / unit) * unit
        return stride(from: 0, to: columns, by: width).map { $0..<min($0 + width, columns) }
    }

    /// Floats of scores that a task holds at once: 0.5 MB.
    private static let scratchFloats = 1 << 17

    /// Floats of packed inputs held at once, unless a single block has more: 2 MB.
    private static let packedFloats = 1 << 19

    /// What this process has, without the others: the score of a weight is the largest absolute gradient of a branch.
    var alone: GradientScores {
        var copy = self
        copy.reducer = nil
        return copy
    }

    /// Rows of units.
    var gridRows: Int { (rows + side - 1) / side }
    /// True when there is no gradient to look at.
    var isEmpty: Bool { shards.isEmpty }

    /// All rows of weights, in the pieces that `walk` takes.
    var chunks: [Range<Int>] {
        stride(from: 0, to: rows, by: Self.chunkRows).map { $0..<min($0 + Self.chunkRows, rows) }
    }

    /// Tasks that look through so many chunks.
    func tasks(_ chunks: Int, _ workers: Workers) -> Int {
        reducer == nil && workers.parts > 1 ? min(chunks, workers.parts * 4) : 1
    }

    /// Computes chunk after chunk and hands each to `look`, which `forEachLine` shows its rows of units, with the finds of its
    /// task so far and room for the indices of one row; it says whether its task is to go on.
    /// - Returns: What each task has found. Of several processes each has one task, and looks at the same sums.
    func walk<Finds: Sendable>(
        _ chunks: [Range<Int>], tasks: Int, workers: Workers, from start: Finds,
        _ look: @Sendable (inout Finds, Range<Int>, AlignedBuffer<Float>, AlignedBuffer<UInt32>) -> Bool
    ) -> [Finds] {
        if let reducer { return [walk(chunks, workers: workers, from: start, reducer, look)] }
        return workers.map(tasks: tasks) { task in
            var finds = start
            let mine = Part(task, of: tasks).range(of: chunks.count)
            if mine.isEmpty { return finds }
            let (scratch, indices) = (makeScratch(), makeIndices())
            for chunk in chunks[mine] {
                compute(chunk, absolute: true, into: scratch)
                scratch.keepLargest(chunk.count * width)
                if !look(&finds, chunk, scratch.scores, indices) { break }
            }
            return finds
        }
    }

    /// The same with sums over processes: threads compute side by side, then one at a time is summed and looked at.
    private func walk<Finds: Sendable>(
        _ chunks: [Range<Int>], workers: Workers, from start: Finds, _ reducer: any GradientReducer,
        _ look: (inout Finds, Range<Int>, AlignedBuffer<Float>, AlignedBuffer<UInt32>) -> Bool
    ) -> Finds {
        var finds = start
        let scratch = (0..<min(workers.parts, chunks.count)).map { _ in makeScratch() }
        let indices = makeIndices()
        for first in stride(from: 0, to: chunks.count, by: max(1, scratch.count)) {
            let round = chunks[first..<min(first + scratch.count, chunks.count)]
            workers.run(tasks: round.count) {
                compute(round[first + $0], absolute: false, into: scratch[$0])
            }
            for (chunk, scratch) in zip(round, scratch) {
                let floats = chunk.count * width
                reducer.reduce(scratch.branches, range: 0..<floats)
                Self.makeAbsolute(scratch.scores, floats)
                if !look(&finds, chunk, scratch.scores, indices) { return finds }
            }
        }
        return finds
    }

    /// Of each branch the gradient, with its sign, at single weights of the strip, whose positions ascend.
    func gradients(at positions: [UInt32], workers: Workers) -> [AlignedBuffer<Float>] {
        precondition(side == 1, "single weights")
        let (found, chunks) = (branches.map { _ in AlignedBuffer<Float>(count: positions.count) }, chunks)
        let tasks = workers.parts > 1 ? min(chunks.count, workers.parts * 4) : 1
        workers.run(tasks: tasks) { task in
            let scratch = makeScratch()
            for chunk in chunks[Part(task, of: tasks).range(of: chunks.count)] {
                let first = Self.firstIndex(in: positions, notBelow: chunk.lowerBound * columns)
                let end = Self.firstIndex(in: positions, notBelow: chunk.upperBound * columns)
                if first == end { continue }
                compute(chunk, absolute: false, into: scratch)
                for index in first..<end {
                    let (row, column) = Int(positions[index]).quotientAndRemainder(dividingBy: columns)
                    let place = (row - chunk.lowerBound) * width + column - strip.lowerBound
                    for (found, sum) in zip(found, scratch.branches) { found.pointer[index] = sum[place] }
                }
            }
        }
        return found
    }

    private static func firstIndex(in positions: [UInt32], notBelow position: Int) -> Int {
        var range = 0..<positions.count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range =
                Int(positions[middle]) < position ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return range.lowerBound
    }

    /// Room for one chunk: the sum of each branch, and what shards give on their way into a sum.
    private struct Scratch: Sendable {
        let branches: [AlignedBuffer<Float>]
        let rooms: [AlignedBuffer<Float>]
        /// What is looked through.
        var scores: AlignedBuffer<Float> { branches[0] }

        /// Leaves of each weight the largest score of a branch, or one that is not a number.
        func keepLargest(_ count: Int) {
            let scores = scores.pointer
            for other in branches.dropFirst() {
                for i in 0..<count where !(other.pointer[i] <= scores[i]) && !scores[i].isNaN {
                    scores[i] = other.pointer[i]
                }
            }
        }
    }

    private func makeScratch() -> Scratch {
        func make() -> AlignedBuffer<Float> { AlignedBuffer(count: Self.chunkRows * width) }
        let height = ShardTree.height(branches.map(\.count).max() ?? 0)
        return Scratch(branches: branches.map { _ in make() }, rooms: (0..<height).map { _ in make() })
    }

    /// Room for the indices of one row of units that a search finds.
    private func makeIndices() -> AlignedBuffer<UInt32> { AlignedBuffer(count: width + 16) }

    private func compute(_ chunk: Range<Int>, absolute: Bool, into scratch: Scratch) {
        let floats = chunk.count * width
        for (branch, sum) in zip(branches, scratch.branches) {
            let isAlone = branch.count == 1
            let rooms = scratch.rooms[..<ShardTree.height(branch.count)]
            ShardTree.sum(of: branch, into: sum, rooms: rooms) { shard, sum in
                let batches = shards[shard]
                if batches.isEmpty { sum.elements[..<floats].update(repeating: 0) }
                for (i, batch) in batches.enumerated() {
                    batch.product(
                        rows: chunk, accumulate: i > 0, absolute: absolute && isAlone && i + 1 == batches.count,
                        into: sum, width: width)
                }
            } add: { sum, addend in
                VectorOperations.add(addend, times: 1, to: sum, range: 0..<floats)
            }
            if absolute && !isAlone { Self.makeAbsolute(sum, floats) }
        }
    }

    private static func makeAbsolute(_ scores: AlignedBuffer<Float>, _ count: Int) {
        for i in 0..<count { scores.pointer[i] = scores.pointer[i].magnitude }
    }

    /// Hands out the scores of a chunk that is computed, one row of units after the other; the units that do not compete
    /// have -1.
    func forEachLine(
        of chunk: Range<Int>, in scratch: AlignedBuffer<Float>,
        _ body: (_ line: Int, UnsafeMutablePointer<Float>) -> Void
    ) {
        let firstLine = chunk.lowerBound / side
        excluded.withUnsafeBufferPointer { excluded in
            open.withUnsafeBufferPointer { open in
                var (closed, reopened) = (Ascent(excluded), Ascent(open))
                for line in 0..<(chunk.count + side - 1) / side {
                    let scores = scratch.pointer + line * side * width
                    if side > 1 {
                        InstructionSet.kernels.blocks(ofSide: side).pool(
                            scores, width, min(side, chunk.count - line * side), stripColumns, scores)
                    }
                    let base = (firstLine + line) * gridColumns + strip.lowerBound
                    let positions = base..<base + strip.count
                    close(closed.next(in: positions), except: reopened.next(in: positions), in: scores, base: base)
                    body(firstLine + line, scores)
                }
            }
        }
    }

    /// Sets the scores of one row of units to -1 where units do not compete. Which of them are open is chance, and a branch
    /// on it would often be foreseen wrongly: all are closed, then the open ones get their scores back.
    private func close(
        _ closed: Slice<UnsafeBufferPointer<Int>>, except open: Slice<UnsafeBufferPointer<Int>>,
        in scores: UnsafeMutablePointer<Float>, base: Int
    ) {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: open.count) { kept in
            for (i, position) in open.enumerated() { kept[i] = scores[position &- base] }
            for position in closed { scores[position &- base] = -1 }
            for (i, position) in open.enumerated() { scores[position &- base] = kept[i] }
        }
    }

    /// A walk over ascending positions by ascending ranges.
    private struct Ascent {
        private let positions: UnsafeBufferPointer<Int>
        private var index: Int?

        init(_ positions: UnsafeBufferPointer<Int>) { self.positions = positions }

        /// The positions in the range.
        mutating func next(in range: Range<Int>) -> Slice<UnsafeBufferPointer<Int>> {
            var first = index ?? 0
            if index == nil || first < positions.count && positions[first] < range.lowerBound {
                first = Selection.firstIndex(in: positions, notBelow: range.lowerBound)
            }
            var end = first
            while end < positions.count, positions[end] < range.upperBound { end &+= 1 }
            index = end
            return positions[first..<end]
        }
    }
}
