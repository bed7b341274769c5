/// A position and the absolute value (for a block: the pooled absolute value) of its dense gradient.
public struct ScoredPosition: Sendable, Equatable {
    /// Flat index of the unit, in row-major order.
    public var position: Int
    /// Not negative.
    public var score: Float

    /// A candidate: a position and its score, which is not negative.
    public init(position: Int, score: Float) {
        self.position = position
        self.score = score
    }
}

/// Positions with scores, in order of position: the buffer of a streamed selection.
struct Candidates: Sendable {
    private(set) var positions: [Int] = []
    /// Not negative.
    private(set) var scores: [Float] = []

    var count: Int { positions.count }

    mutating func reserve(_ count: Int) {
        positions.reserveCapacity(count)
        scores.reserveCapacity(count)
    }

    /// Appends the scores at `count` indices, whose positions begin at `base`. Returns the first position whose score is
    /// not finite.
    mutating func append(
        _ source: UnsafePointer<Float>, at indices: UnsafePointer<UInt32>, count: Int, base: Int
    ) -> Int? {
        var largest: UInt32 = 0
        // Arrays grow by whole pieces: a check for room at each element would cost more than the element.
        withUnsafeTemporaryAllocation(of: Int.self, capacity: count) { piece in
            for j in 0..<count { piece[j] = base &+ Int(indices[j]) }
            positions.append(contentsOf: UnsafeBufferPointer(piece))
        }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { piece in
            for j in 0..<count {
                let score = source[Int(indices[j])]
                piece[j] = score
                largest = max(largest, score.bitPattern)
            }
            scores.append(contentsOf: UnsafeBufferPointer(piece))
        }
        if largest < Float.infinity.bitPattern { return nil }
        return (0..<count).first { !source[Int(indices[$0])].isFinite }.map { base + Int(indices[$0]) }
    }

    mutating func append(_ position: Int, score: Float) {
        positions.append(position)
        scores.append(score)
    }

    mutating func append(_ other: Candidates) {
        positions += other.positions
        scores += other.scores
    }

    init() {}

    /// The lists of several results, one after the other; each is let go once it is taken in.
    init<Result>(joining results: inout [Result], _ list: WritableKeyPath<Result, Candidates>) {
        reserve(results.reduce(0) { $0 + $1[keyPath: list].count })
        for index in results.indices {
            append(results[index][keyPath: list])
            results[index][keyPath: list] = Candidates()
        }
    }

    /// Takes those of another list in, in order of position, and lets go of all but the best `count` of both by (score
    /// descending, position ascending). What is to go anyway is not merged first.
    /// - Returns: the smallest score left; nil when nothing had to go.
    mutating func merge(_ other: consuming Candidates, keeping count: Int) -> Float? {
        guard self.count + other.count > count, count > 0 else {
            merge(other)
            return keepBest(count)
        }
        let floor = Selection.largest(count, of: scores + other.scores)
        drop(below: floor)
        other.drop(below: floor)
        merge(other)
        // Of those that equal the floor the last.
        _ = keepBest(count)
        return floor
    }

    private mutating func drop(below floor: Float) {
        var kept = 0
        for index in positions.indices {
            // Which of them stay is chance: no branches, what is to go is overwritten.
            positions[kept] = positions[index]
            scores[kept] = scores[index]
            kept += scores[index] >= floor ? 1 : 0
        }
        positions.removeLast(count - kept)
        scores.removeLast(scores.count - kept)
    }

    /// Takes those of another list in, in order of position.
    mutating func merge(_ other: Candidates) {
        if positions.isEmpty {
            self = other
            return
        }
        var merged = Candidates()
        merged.reserve(count + other.count)
        var (i, j) = (0, 0)
        while i < count || j < other.count {
            if j == other.count || i < count && positions[i] < other.positions[j] {
                merged.positions.append(positions[i])
                merged.scores.append(scores[i])
                i += 1
            } else {
                merged.positions.append(other.positions[j])
                merged.scores.append(other.scores[j])
                j += 1
            }
        }
        self = merged
    }

    /// Lets go of all but the best `count` by (score descending, position ascending), and returns the smallest score
    /// left; nil when there were no more.
    mutating func keepBest(_ count: Int) -> Float? {
        if positions.count <= count { return nil }
        if count <= 0 {
            self = Candidates()
            return nil
        }
        let best = Selection.indices(ofLargest: count, of: scores)
        for (kept, index) in best.indices.enumerated() {
            positions[kept] = positions[index]
            scores[kept] = scores[index]
        }
        positions.removeLast(positions.count - count)
        scores.removeLast(scores.count - count)
        return best.threshold
    }

    /// Lets go of all but the best `counts[row]` of each row of `width` positions.
    mutating func keepBest(perRow counts: [Int], of width: Int) {
        var (kept, first) = (Candidates(), 0)
        for (row, count) in counts.enumerated() {
            var best = Candidates()
            while first < positions.count, positions[first] < (row + 1) * width {
                best.append(positions[first], score: scores[first])
                first += 1
            }
            _ = best.keepBest(count)
            kept.append(best)
        }
        self = kept
    }

    var scoredPositions: [ScoredPosition] {
        zip(positions, scores).map { ScoredPosition(position: $0, score: $1) }
    }
}
