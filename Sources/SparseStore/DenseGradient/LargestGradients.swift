internal import SparseKernels
internal import Synchronization

/// Finds the positions of largest absolute dense gradient without ever holding that gradient. Memory is O(count) beside the
/// packed inputs of a strip of columns.
struct LargestGradients {
    private let rows: Int
    private let columns: Int
    /// Height and width of a unit.
    private let side: Int
    private let convolution: ConvolutionGeometry?
    private let gradient: DenseGradient
    /// Positions that do not compete unless they are in `open`; both ascend.
    private let excluded: [Int]
    private let open: [Int]
    private let count: Int
    private let workers: Workers
    /// Units to be replaced, each in its own group; nil when any position may come in.
    private let replaced: ReplacedUnits?

    /// - Parameters:
    ///   - excluded: positions that do not compete, ascending.
    ///   - open: those of them that do, ascending.
    init(
        rows: Int, columns: Int, side: Int, convolution: ConvolutionGeometry? = nil, gradient: DenseGradient,
        count: Int, excluded: [Int], open: [Int] = [], replaced: ReplacedUnits? = nil, workers: Workers
    ) {
        self.rows = rows
        self.columns = columns
        self.side = side
        self.convolution = convolution
        self.gradient = gradient
        self.excluded = excluded
        self.open = open
        let positions = (rows + side - 1) / side * ((columns + side - 1) / side)
        self.count = min(count, positions - excluded.count + open.count)
        self.workers = workers
        self.replaced = replaced
    }

    /// The chosen positions, ascending, with their scores.
    func select() throws(StoreError) -> [ScoredPosition] {
        if count <= 0 || gradient.batches.isEmpty { return [] }
        var best = Candidates()
        // What the strips so far leave is a floor for the next.
        var floor: Float = 0
        let isCut = convolution == nil && replaced == nil
        let strips = isCut ? GradientScores.strips(columns: columns, of: gradient) : [0..<columns]
        for strip in strips {
            let scores = GradientScores(
                rows: rows, columns: columns, side: side, convolution: convolution, gradient: gradient, strip: strip,
                excluded: excluded, open: open, workers: workers)
            let stream = GradientStream(scores: scores, replaced: replaced, workers: workers)
            let found: Candidates
            if let shared = try shared(scores, stream, floor: floor) {
                found = shared
            } else {
                found = try floor > 0 ? stream.collect(scores.chunks, floor: floor, keep: count) : stream.best(count)
            }
            floor = best.merge(found, keeping: count) ?? floor
        }
        return best.scoredPositions
    }

    /// The same as `stream.best`, or, with a floor, `collect`, of several processes without the sums of all positions; nil where those
    /// are cheaper.
    private func shared(
        _ scores: GradientScores, _ stream: GradientStream, floor: Float
    ) throws(StoreError) -> Candidates? {
        guard let reducer = gradient.reducer, reducer.parts > 1, side == 1, replaced == nil,
            rows * columns <= Int(UInt32.max)
        else { return nil }
        let search = SharedSearch(own: scores.alone, reducer: reducer, workers: workers)
        if floor > 0 { return try search.notBelow(floor) }
        for margin in [1.25, 2.5] {
            guard let guess = try stream.guessFloor(count, margin: margin), guess > 0,
                let found = try search.notBelow(guess)
            else { return nil }
            if found.count >= count { return found }
        }
        return nil
    }
}

/// Passes over the scores of a strip.
private struct GradientStream {
    let scores: GradientScores
    let replaced: ReplacedUnits?
    let workers: Workers

    /// At least the `count` best, in order of position, or all if there are fewer.
    func best(_ count: Int) throws(StoreError) -> Candidates {
        for margin in replaced == nil ? [1.25, 4] : [] {
            guard let floor = try guessFloor(count, margin: margin) else { break }
            let found = try collect(scores.chunks, floor: floor, keep: count)
            if found.count >= count { return found }
        }
        return try collect(scores.chunks, floor: 0, keep: count)
    }

    /// A score which about `margin` times as many positions as needed reach, from a sample of the rows; nil when the matrix
    /// is too small to sample. A guess only: when too few positions reach it, everything is collected again with a lower one.
    func guessFloor(_ count: Int, margin: Double) throws(StoreError) -> Float? {
        // What the kernel works on at once, or one row of blocks.
        let rowUnit = scores.side == 1 ? Int(InstructionSet.kernels.dense_gradient.block_rows) : scores.side
        let every = 32
        let rows = scores.rows
        let groups = (rows + rowUnit - 1) / rowUnit
        guard groups >= 2 * every else { return nil }
        let sample = stride(from: every / 2, to: groups, by: every).map {
            $0 * rowUnit..<min(($0 + 1) * rowUnit, rows)
        }
        let share = Double(sample.reduce(0) { $0 + $1.count }) / Double(rows)
        let rank = Int(Double(count) * share * margin) + 16
        var found = try collect(sample, floor: 0, keep: rank)
        return found.keepBest(rank)
    }

    /// Candidates not below `floor` in the given ranges of rows, in order of position. When more than twice `keep` have gathered
    /// in a task at the end of a line, all but its best `keep` are let go: lists of whole chunks were 5 MB on a table of 12,533 inputs.
    func collect(_ chunks: [Range<Int>], floor: Float, keep: Int) throws(StoreError) -> Candidates {
        // The largest of the tasks' own floors holds for all: `keep` positions reach it.
        let shared = Atomic<UInt32>(floor.bitPattern)
        let tasks = scores.tasks(chunks.count, workers)
        // As much as a task ever holds: an array that grows is twice there while it is copied.
        let lines = (chunks.reduce(0) { $0 + $1.count } + scores.side - 1) / scores.side
        let room = (min(2 * keep / scores.strip.count, lines) + 2) * scores.strip.count
        var results = scores.walk(chunks, tasks: tasks, workers: workers, from: Finds()) {
            finds, chunk, scratch, indices in
            if finds.found.count == 0 { finds.found.reserve(room) }
            scan(chunk, keep: keep, shared, scratch, indices, into: &finds)
            return finds.wrong == nil
        }
        if let position = results.compactMap(\.wrong).min() { throw .nonFiniteGradient(position: position) }
        return Candidates(joining: &results, \.found)
    }

    /// What one task has found.
    private struct Finds: Sendable {
        var found = Candidates()
        /// First position whose score is not finite.
        var wrong: Int?
        /// Positions ascend, so of those that equal the task's own floor all that are still to come lose. Where most gradients
        /// are 0, as with subnormal ones, hardly anything gathers then.
        var above: Float = 0
    }

    /// Appends the candidates of some rows that are computed, and says which position is the first whose score is not finite.
    /// - Parameter shared: The floor of all tasks.
    private func scan(
        _ chunk: Range<Int>, keep: Int, _ shared: borrowing Atomic<UInt32>, _ scratch: AlignedBuffer<Float>,
        _ indices: AlignedBuffer<UInt32>, into finds: inout Finds
    ) {
        let within = InstructionSet.kernels.vectors.within
        scores.forEachLine(of: chunk, in: scratch) { line, scores in
            if finds.wrong != nil { return }
            if let replaced { keepStrongest(scores, line: line, replaced) }
            let strip = self.scores.strip
            let floor = max(Float(bitPattern: shared.load(ordering: .relaxed)), finds.above)
            let n = within(scores, strip.count, floor, .infinity, indices.pointer)
            let base = line * self.scores.gridColumns + strip.lowerBound
            finds.wrong = finds.found.append(scores, at: indices.pointer, count: n, base: base)
            if finds.wrong == nil, finds.found.count > 2 * keep, let own = finds.found.keepBest(keep) {
                shared.max(own.bitPattern, ordering: .relaxed)
                finds.above = max(own.nextUp, .leastNormalMagnitude)
            }
        }
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
