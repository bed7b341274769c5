/// What every unit of a matrix begins with, stored or not: weights of a field of normal numbers at the matrix's positions.
public struct InitialUnits: Sendable {
    /// The single weights.
    package let field: NormalField
    private let rows: Int
    private let columns: Int
    /// Height and width of a unit, in weights.
    public let side: Int
    /// Units looked through by one task, and tasks whose finds are held at once.
    private static let taskUnits = 1 << 14
    private static let tasks = 16

    /// Units of a matrix of `rows` x `columns` weights: single ones, or blocks of `side` x `side`.
    package init(_ field: NormalField, rows: Int, columns: Int, side: Int = 1) {
        precondition(rows > 0 && columns > 0 && side > 0)
        (self.field, self.rows, self.columns, self.side) = (field, rows, columns, side)
    }

    /// The weights of a unit, row by row; the padding of edge blocks is 0.
    public func values(at unit: Int) -> [Float] {
        if side == 1 { return [field.value(at: unit)] }
        let (row, column) = unit.quotientAndRemainder(dividingBy: (columns + side - 1) / side)
        return (0..<side * side).map { place in
            let (y, x) = (row * side + place / side, column * side + place % side)
            return y < rows && x < columns ? field.value(at: y * columns + x) : 0
        }
    }

    /// The absolute weight, or the sum of those of a block in the order in which a matrix sums its own.
    public func score(at unit: Int) -> Float { values(at: unit).reduce(0) { $0 + $1.magnitude } }

    /// The `count` units of largest score among those of `range` that are not in `excluded` (ascending), by score
    /// descending, then position ascending; fewer when fewer reach `floor`. In order of position. Memory is O(count), and
    /// that of 262144 units.
    ///
    /// Single weights are hardly looked at unless they reach the floor; of blocks every weight is computed.
    public func largest(
        _ count: Int, in range: Range<Int>, excluding excluded: [Int] = [], notBelow floor: Float = 0, workers: Workers
    ) -> [ScoredPosition] {
        var found = Candidates()
        var floor = floor
        let all = (range.count + Self.taskUnits - 1) / Self.taskUnits
        for first in stride(from: 0, to: count > 0 ? all : 0, by: Self.tasks) {
            let (tasks, bound) = (min(Self.tasks, all - first), floor)
            let lists = workers.map(tasks: tasks) { task in
                let start = range.lowerBound + (first + task) * Self.taskUnits
                return reaching(bound, in: start..<min(start + Self.taskUnits, range.upperBound), excluding: excluded)
            }
            for list in lists { found.append(list) }
            // Seldom enough that the selection costs little beside the draws.
            if found.count > count + count / 4 + Self.taskUnits, let least = found.keepBest(count) {
                floor = max(floor, least)
            }
        }
        _ = found.keepBest(count)
        return found.scoredPositions
    }

    private func reaching(_ floor: Float, in range: Range<Int>, excluding excluded: [Int]) -> Candidates {
        if side == 1 { return field.reaching(floor, in: range, excluding: excluded) }
        var found = Candidates()
        var next = Selection.firstIndex(in: excluded, notBelow: range.lowerBound)
        for unit in range {
            if next < excluded.count, excluded[next] == unit {
                next += 1
                continue
            }
            let score = score(at: unit)
            if score >= floor { found.append(unit, score: score) }
        }
        return found
    }
}
