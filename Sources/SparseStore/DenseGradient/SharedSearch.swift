internal import SparseKernels

/// A search for large sums over processes that looks at few of them: a sum can reach a floor only where one of its parts, the branches of
/// all processes, reaches the floor over their number (the threshold of Cao and Wang, "Efficient top-k query calculation in distributed
/// networks", PODC 2004). The processes tell each other where theirs do, and sum up those alone.
struct SharedSearch {
    /// What this process has, without the others.
    let own: GradientScores
    let reducer: any GradientReducer
    let workers: Workers

    /// Sums of rounded parts may be larger than those of exact ones.
    private static let margin: Float = 1 - 1 / 65_536

    /// All positions of the strip whose sums are not below a floor above 0, in order of position; nil where it is cheaper to sum up all.
    /// - Throws: `StoreError.nonFiniteGradient`.
    func notBelow(_ floor: Float) throws(StoreError) -> Candidates? {
        let parts = positions(notBelow: floor / Float(reducer.parts) * Self.margin)
        // A position and two numbers for it, or two numbers for each of all.
        guard let candidates = reducer.union(of: parts, limit: own.rows * own.strip.count / 2) else { return nil }
        let sums = own.gradients(at: candidates, workers: workers)
        reducer.reduce(sums, range: 0..<candidates.count)
        var found = Candidates()
        for (index, position) in candidates.enumerated() {
            let score = sums[0].pointer[index].magnitude
            guard score.isFinite else { throw .nonFiniteGradient(position: Int(position)) }
            if score >= floor { found.append(Int(position), score: score) }
        }
        return found
    }

    /// Where this process has as much, or what is not finite, among the positions that compete.
    private func positions(notBelow floor: Float) -> [UInt32] {
        let within = InstructionSet.kernels.vectors.within
        let found = own.walk(
            own.chunks, tasks: own.tasks(own.chunks.count, workers), workers: workers, from: [UInt32]()
        ) { found, chunk, scratch, indices in
            own.forEachLine(of: chunk, in: scratch) { line, scores in
                let count = within(scores, own.strip.count, floor, .infinity, indices.pointer)
                let base = UInt32(line * own.gridColumns + own.strip.lowerBound)
                for index in 0..<count { found.append(base + indices.pointer[index]) }
            }
            return true
        }
        return found.flatMap(\.self)
    }
}
