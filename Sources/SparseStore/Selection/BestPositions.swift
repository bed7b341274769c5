/// The positions of largest score of several layers, which compete with each other: by score descending, then by layer and position
/// ascending. Layers are added one after the other, in their order; memory is O(count).
package struct BestPositions {
    private let count: Int
    private var found = Candidates()
    /// Where the positions of each layer begin among those of all.
    private var starts = [0]

    /// Keeps the best `count`.
    package init(_ count: Int) {
        precondition(count >= 0)
        self.count = count
    }

    /// Positions that score less cannot be among the best of the layers so far.
    package private(set) var floor: Float = 0

    /// Takes those of the next layer in.
    /// - Parameters:
    ///   - positions: The layer's best, in order of position: at least those that may be among the best of all.
    ///   - positionCount: Positions that the layer has.
    package mutating func add(_ positions: [ScoredPosition], of positionCount: Int) {
        let start = starts[starts.count - 1]
        for scored in positions where scored.score >= floor {
            precondition(scored.position < positionCount, "a position outside the layer")
            found.append(start + scored.position, score: scored.score)
        }
        starts.append(start + positionCount)
        if let least = found.keepBest(count) { floor = least }
    }

    /// Those of each layer, ascending.
    package var positions: [[Int]] {
        var layers: [[Int]] = []
        var next = 0
        for layer in 1..<starts.count {
            let end = Selection.firstIndex(in: found.positions, notBelow: starts[layer])
            layers.append(found.positions[next..<end].map { $0 - starts[layer - 1] })
            next = end
        }
        return layers
    }

    /// How many there are.
    package var foundCount: Int { found.count }
}
