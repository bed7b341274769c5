package import SparseStore

/// How the positions of a layer's first weights are drawn.
public enum InitialTopology: Sendable, Equatable {
    /// Any positions, every choice of the count equally likely.
    case unstructured
    /// The same number of random inputs for every output: count / rows, rounded down.
    case constantFanIn
    /// The same number of random inputs in every `of` consecutive inputs of an output (N:M).
    case groups(stored: Int, of: Int)
    /// Where the initial values that the layer would have, were it dense, are largest.
    case largestValues
    /// The same in every row: count / rows, rounded down.
    case largestValuesOfRows

    /// Positions of the first units, ascending.
    /// - Parameters:
    ///   - count: units of the layer's budget.
    ///   - rows: rows of units.
    ///   - columns: units in a row.
    ///   - random: The stream to draw from.
    ///   - initial: what the units of the dense layer begin with, which `largestValues` needs.
    ///   - workers: Threads that search.
    /// - Throws: `PolicyError.impossibleBudget` when there is less than one unit for each row of constant fan-in.
    package func positions(
        count: Int, rows: Int, columns: Int, random: inout CounterRandom, initial: InitialUnits? = nil,
        workers: Workers = Workers(threads: 1)
    ) throws(PolicyError) -> [Int] {
        switch self {
        case .unstructured: return Sampling.distinct(count, below: rows * columns, random: &random)
        case .largestValues, .largestValuesOfRows:
            guard let initial else { preconditionFailure("the largest of no values") }
            let parts = self == .largestValues ? 1 : rows
            let width = rows * columns / parts
            return (0..<parts).flatMap { part in
                initial.largest(count / parts, in: part * width..<(part + 1) * width, workers: workers).map(\.position)
            }
        case .groups(let stored, let of):
            return (0..<rows).flatMap { row in
                stride(from: 0, to: columns, by: of).flatMap { first in
                    let width = min(of, columns - first)
                    return Sampling.distinct(min(stored, width), below: width, random: &random).map {
                        row * columns + first + $0
                    }
                }
            }
        case .constantFanIn:
            let fanIn = count / rows
            guard fanIn > 0 else {
                throw .impossibleBudget("\(count) weights do not give each of \(rows) outputs an input")
            }
            var positions: [Int] = []
            positions.reserveCapacity(fanIn * rows)
            for row in 0..<rows {
                positions += Sampling.distinct(fanIn, below: columns, random: &random).map { row * columns + $0 }
            }
            return positions
        }
    }
}
