/// Positions with scores, in order of position: the buffer of a streamed selection.
struct Candidates: Sendable {
    private(set) var positions: [Int] = []
    /// Scores are not negative, so their bits order as they do.
    private(set) var scoreBits: [UInt32] = []

    var count: Int { positions.count }

    mutating func reserve(_ count: Int) {
        positions.reserveCapacity(count)
        scoreBits.reserveCapacity(count)
    }

    /// Appends the scores at `count` indices, whose positions begin at `base`. Returns the first position whose score is
    /// not finite.
    mutating func append(
        _ scores: UnsafePointer<Float>, at indices: UnsafePointer<UInt32>, count: Int, base: Int
    ) -> Int? {
        var largest: UInt32 = 0
        // Arrays grow by whole pieces: a check for room at each element would cost more than the element.
        withUnsafeTemporaryAllocation(of: Int.self, capacity: count) { piece in
            for j in 0..<count { piece[j] = base &+ Int(indices[j]) }
            positions.append(contentsOf: UnsafeBufferPointer(piece))
        }
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: count) { piece in
            for j in 0..<count {
                let bits = scores[Int(indices[j])].bitPattern
                piece[j] = bits
                largest = max(largest, bits)
            }
            scoreBits.append(contentsOf: UnsafeBufferPointer(piece))
        }
        if largest < Float.infinity.bitPattern { return nil }
        return (0..<count).first { !scores[Int(indices[$0])].isFinite }.map { base + Int(indices[$0]) }
    }

    mutating func append(_ position: Int, score: Float) {
        positions.append(position)
        scoreBits.append(score.bitPattern)
    }

    mutating func append(_ other: Candidates) {
        positions += other.positions
        scoreBits += other.scoreBits
    }

    init() {}

    /// All of several lists, one after the other.
    init(joining lists: [Candidates]) {
        reserve(lists.reduce(0) { $0 + $1.count })
        for list in lists { append(list) }
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
                merged.scoreBits.append(scoreBits[i])
                i += 1
            } else {
                merged.positions.append(other.positions[j])
                merged.scoreBits.append(other.scoreBits[j])
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
        let threshold = Selection.largest(count, of: scoreBits)
        // All above the threshold, and of those that equal it the first ones. Which ones pass is chance: no branches.
        var ties = count
        for bits in scoreBits { ties -= bits > threshold ? 1 : 0 }
        var kept = 0
        positions.withUnsafeMutableBufferPointer { positions in
            scoreBits.withUnsafeMutableBufferPointer { scoreBits in
                for i in positions.indices {
                    let bits = scoreBits[i]
                    positions[kept] = positions[i]
                    scoreBits[kept] = bits
                    let tie = (bits == threshold ? 1 : 0) & (ties > 0 ? 1 : 0)
                    ties -= tie
                    kept += (bits > threshold ? 1 : 0) | tie
                }
            }
        }
        positions.removeLast(positions.count - kept)
        scoreBits.removeLast(scoreBits.count - kept)
        return Float(bitPattern: threshold)
    }

    var scoredPositions: [ScoredPosition] {
        zip(positions, scoreBits).map { ScoredPosition(position: $0, score: Float(bitPattern: $1)) }
    }
}
