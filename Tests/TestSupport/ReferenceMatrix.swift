public import SparseStore

/// The plainest possible sparse matrix: a dense array of weights, a flag per unit, sums in double precision. What
/// everything fast is compared with. Store order is position order; the weights of a block lie row by row, those of
/// edge blocks that fall outside the matrix are zero.
public final class ReferenceMatrix: SparseMatrix, @unchecked Sendable {
    public let rows: Int
    public let columns: Int
    public let unitRows: Int
    public let unitColumns: Int
    private var units: [Int]
    public private(set) var stored: StoredValues

    /// - Parameters:
    ///   - positions: stored units, ascending.
    ///   - values: their weights in store order; all 0 when left out.
    public init(
        rows: Int, columns: Int, unitRows: Int = 1, unitColumns: Int = 1, positions: [Int], values: [Float]? = nil
    ) {
        self.rows = rows
        self.columns = columns
        self.unitRows = unitRows
        self.unitColumns = unitColumns
        units = positions
        let count = positions.count * unitRows * unitColumns
        stored = StoredValues(AlignedBuffer(values ?? [Float](repeating: 0, count: count)))
        precondition(stored.count == count)
    }

    private var unitSize: Int { unitRows * unitColumns }
    private var unitsAcross: Int { (columns + unitColumns - 1) / unitColumns }
    public var format: String { unitSize == 1 ? "csr" : "block\(unitRows)" }
    public var positionCount: Int { (rows + unitRows - 1) / unitRows * unitsAcross }
    public var storedCount: Int { units.count }
    public var storedWeights: Int { values.elements.indices.count { place($0) != nil } }
    public var byteCount: Int { stored.byteCount + 8 * units.count }

    /// Row and column of an element in store order, or nil in the padding of an edge block.
    private func place(_ index: Int) -> (row: Int, column: Int)? {
        let unit = units[index / unitSize]
        let row = unit / unitsAcross * unitRows + index % unitSize / unitColumns
        let column = unit % unitsAcross * unitColumns + index % unitSize % unitColumns
        return row < rows && column < columns ? (row, column) : nil
    }

    /// The weights as a dense row-major matrix.
    public var dense: [Float] {
        var dense = [Float](repeating: 0, count: rows * columns)
        for index in 0..<values.count {
            if let place = place(index) { dense[place.row * columns + place.column] = values[index] }
        }
        return dense
    }

    private func samples(of panels: Range<Int>) -> Range<Int> {
        panels.lowerBound * Panels.lanes..<panels.upperBound * Panels.lanes
    }

    public func forward(
        _ input: Panels, into output: Panels, bias: AlignedBuffer<Float>?, relu: Bool, panels: Range<Int>, part: Part
    ) {
        let weights = dense
        for sample in samples(of: panels) {
            for row in part.range(of: rows) {
                var sum = bias.map { Double($0[row]) } ?? 0
                for column in 0..<columns {
                    sum += Double(weights[row * columns + column]) * Double(input[sample, column])
                }
                output[sample, row] = relu ? max(0, Float(sum)) : Float(sum)
            }
        }
    }

    public func inputGradient(
        _ outputGradient: Panels, into inputGradient: Panels, panels: Range<Int>, part: Part
    ) {
        let weights = dense
        for sample in samples(of: panels) {
            for column in part.range(of: columns) {
                var sum = 0.0
                for row in 0..<rows {
                    sum += Double(weights[row * columns + column]) * Double(outputGradient[sample, row])
                }
                inputGradient[sample, column] = Float(sum)
            }
        }
    }

    public func weightGradient(input: Panels, outputGradient: Panels, panels: Range<Int>, part: Part) {
        for index in storeRange(of: part) {
            guard let (row, column) = place(index) else { continue }
            var sum = 0.0
            for sample in samples(of: panels) {
                sum += Double(outputGradient[sample, row]) * Double(input[sample, column])
            }
            gradient[index] = Float(sum)
        }
    }

    public func storeRange(of part: Part) -> Range<Int> { part.range(of: values.count, unit: unitSize) }

    public func storedPositions() -> [Int] { units }

    public func storedScores(of array: ParallelArray) -> [Float] {
        let buffer = stored[array]
        if unitSize == 1 { return buffer.array }
        return units.indices.map { unit in
            (unit * unitSize..<(unit + 1) * unitSize).reduce(0) { $0 + buffer[$1].magnitude }
        }
    }

    public func apply(_ change: TopologyChange, workers: Workers) throws(StoreError) {
        let occupied = Set(units)
        let dropped = Set(change.dropped)
        guard dropped.isSubset(of: occupied) else { throw .invalidChange("a dropped position is not stored") }
        guard change.grown.allSatisfy({ !occupied.contains($0) || dropped.contains($0) }) else {
            throw .invalidChange("a grown position is stored")
        }
        guard change.grown.allSatisfy({ $0 >= 0 && $0 < positionCount }) else {
            throw .invalidChange("a grown position lies outside the matrix")
        }
        guard Set(change.grown).count == change.grown.count && dropped.count == change.dropped.count else {
            throw .invalidChange("a position is listed twice")
        }
        let old = units
        let survivors = units.filter { !dropped.contains($0) }
        units = (survivors + change.grown).sorted()
        func carried(_ buffer: AlignedBuffer<Float>, grown: [Float]) -> AlignedBuffer<Float> {
            let fresh = AlignedBuffer<Float>(count: units.count * unitSize)
            for (index, unit) in units.enumerated() {
                if let at = change.grown.firstIndex(of: unit) {
                    if !grown.isEmpty { for k in 0..<unitSize { fresh[index * unitSize + k] = grown[at] } }
                } else if let at = old.firstIndex(of: unit) {
                    for k in 0..<unitSize { fresh[index * unitSize + k] = buffer[at * unitSize + k] }
                }
            }
            return fresh
        }
        let before = stored
        stored = StoredValues(carried(before.values, grown: change.grownValues))
        stored.reserveStates(before.roles)
        for role in before.roles {
            let state = carried(before[.state(role)], grown: change.grownStates[role] ?? [])
            _ = stored[.state(role)].elements.update(fromContentsOf: state.elements)
        }
    }

    /// The dense gradient of the batches, row-major.
    public func denseGradient(of batches: [GradientBatch]) -> [Double] {
        var dense = [Double](repeating: 0, count: rows * columns)
        for batch in batches {
            for sample in 0..<batch.samples {
                for row in 0..<rows {
                    let output = Double(batch.outputGradient[sample, row]) * Double(batch.scale)
                    if output == 0 { continue }
                    for column in 0..<columns {
                        dense[row * columns + column] += output * Double(batch.input[sample, column])
                    }
                }
            }
        }
        return dense
    }

    public func largestGradients(
        of gradient: DenseGradient, count: Int, stored: [Int], alsoEligible: [Int], workers: Workers
    ) throws(StoreError) -> [ScoredPosition] {
        var scores = [Double](repeating: 0, count: positionCount)
        for (index, value) in denseGradient(of: gradient.batches).enumerated() {
            let unit = index / columns / unitRows * unitsAcross + index % columns / unitColumns
            scores[unit] += value.magnitude
        }
        if let position = scores.firstIndex(where: { !$0.isFinite }) { throw .nonFiniteGradient(position: position) }
        let closed = Set(units).subtracting(alsoEligible)
        let candidates = scores.indices.filter { !closed.contains($0) }.map {
            ScoredPosition(position: $0, score: Float(scores[$0]))
        }
        let best = candidates.sorted { $0.score != $1.score ? $0.score > $1.score : $0.position < $1.position }
        return best.prefix(count).sorted { $0.position < $1.position }
    }
}
