public import SparseStore

/// A sparse matrix as plainly as it can be written: positions and values in row-major order, one loop an operation.
/// Stands in for a real store where a test is about something else.
public final class ReferenceMatrix: SparseMatrix, @unchecked Sendable {
    public let rows: Int
    public let columns: Int
    public private(set) var values: AlignedBuffer<Float>
    public private(set) var gradient: AlignedBuffer<Float>
    public private(set) var states: [AlignedBuffer<Float>] = []
    private var positions: [Int]

    /// `positions` are flat row-major indices, ascending.
    public init(rows: Int, columns: Int, positions: [Int], values: [Float]) {
        precondition(positions.count == values.count && zip(positions, positions.dropFirst()).allSatisfy { $0 < $1 })
        precondition(positions.allSatisfy { $0 >= 0 && $0 < rows * columns })
        self.rows = rows
        self.columns = columns
        self.positions = positions
        self.values = AlignedBuffer(values)
        gradient = AlignedBuffer(count: values.count)
    }

    /// About `density` of the positions, at random, with normal-sized random values.
    public static func random(rows: Int, columns: Int, density: Double, seed: Int) -> ReferenceMatrix {
        var random = CounterRandom(seed: UInt64(seed), purpose: .test)
        let positions = (0..<rows * columns).filter { _ in random.nextUnit() < density }
        let scale = (6 / max(1, Double(columns) * density)).squareRoot()
        let values = positions.map { _ in Float((2 * random.nextUnit() - 1) * scale) }
        return ReferenceMatrix(rows: rows, columns: columns, positions: positions, values: values)
    }

    public var format: String { "csr" }
    public var unitRows: Int { 1 }
    public var unitColumns: Int { 1 }
    public var positionCount: Int { rows * columns }
    public var storedCount: Int { positions.count }
    public var storedWeights: Int { positions.count }
    public var byteCount: Int { (2 + states.count) * values.byteCount + positions.count * MemoryLayout<Int>.size }

    public func addState() -> Int {
        states.append(AlignedBuffer(count: values.count))
        return states.count - 1
    }

    public func forward(
        _ input: Panels, into output: Panels, bias: AlignedBuffer<Float>?, relu: Bool, panels: Range<Int>, part: Part
    ) {
        let owned = part.range(of: rows)
        for panel in panels {
            for lane in 0..<Panels.lanes {
                let sample = panel * Panels.lanes + lane
                for row in owned { output[sample, row] = bias?[row] ?? 0 }
                for (index, position) in positions.enumerated() where owned.contains(position / columns) {
                    output[sample, position / columns] += values[index] * input[sample, position % columns]
                }
                if relu { for row in owned { output[sample, row] = max(output[sample, row], 0) } }
            }
        }
    }

    public func inputGradient(
        _ outputGradient: Panels, into inputGradient: Panels, panels: Range<Int>, part: Part
    ) {
        let owned = part.range(of: columns)
        for panel in panels {
            for lane in 0..<Panels.lanes {
                let sample = panel * Panels.lanes + lane
                for column in owned { inputGradient[sample, column] = 0 }
                for (index, position) in positions.enumerated() where owned.contains(position % columns) {
                    inputGradient[sample, position % columns] +=
                        values[index] * outputGradient[sample, position / columns]
                }
            }
        }
    }

    public func weightGradient(input: Panels, outputGradient: Panels, panels: Range<Int>, part: Part) {
        for index in storeRange(of: part) {
            let (row, column) = (positions[index] / columns, positions[index] % columns)
            var sum: Float = 0
            for sample in panels.lowerBound * Panels.lanes..<panels.upperBound * Panels.lanes {
                sum += outputGradient[sample, row] * input[sample, column]
            }
            gradient[index] = sum
        }
    }

    public func storeRange(of part: Part) -> Range<Int> { part.range(of: values.count) }

    public func storedPositions() -> [Int] { positions }

    public func storedScores(of array: ParallelArray) -> [Float] {
        switch array {
        case .values: values.array
        case .gradient: gradient.array
        case .state(let index): states[index].array
        }
    }

    public func apply(_ change: TopologyChange, workers: Workers) throws(StoreError) {
        let dropped = Set(change.dropped)
        let stored = Set(positions)
        guard dropped.isSubset(of: stored), change.grown.allSatisfy({ !stored.contains($0) || dropped.contains($0) }),
            Set(change.grown).count == change.grown.count,
            change.grownValues.isEmpty || change.grownValues.count == change.grown.count
        else { throw .invalidChange("positions dropped are not stored, or grown are") }
        var kept: [(position: Int, from: Int?, value: Float)] = []
        for (index, position) in positions.enumerated() where !dropped.contains(position) {
            kept.append((position, index, values[index]))
        }
        for (index, position) in change.grown.enumerated() {
            kept.append((position, nil, change.grownValues.isEmpty ? 0 : change.grownValues[index]))
        }
        kept.sort { $0.position < $1.position }
        positions = kept.map(\.position)
        values = AlignedBuffer(kept.map(\.value))
        gradient = AlignedBuffer(kept.map { entry in entry.from.map { gradient[$0] } ?? 0 })
        states = states.map { state in AlignedBuffer(kept.map { entry in entry.from.map { state[$0] } ?? 0 }) }
    }

    public func largestGradients(
        of batches: [GradientBatch], count: Int, alsoEligible: [Int], workers: Workers
    ) throws(StoreError) -> [ScoredPosition] {
        let closed = Set(positions).subtracting(alsoEligible)
        var scored: [ScoredPosition] = []
        for position in 0..<rows * columns where !closed.contains(position) {
            var sum: Float = 0
            for batch in batches {
                for sample in 0..<batch.samples {
                    sum +=
                        batch.scale * batch.outputGradient[sample, position / columns]
                        * batch.input[sample, position % columns]
                }
            }
            guard sum.isFinite else { throw .nonFiniteGradient(position: position) }
            scored.append(ScoredPosition(position: position, score: abs(sum)))
        }
        scored.sort { $0.score > $1.score || ($0.score == $1.score && $0.position < $1.position) }
        return Array(scored.prefix(count))
    }
}
