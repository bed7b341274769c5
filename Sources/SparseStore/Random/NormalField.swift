internal import Foundation

/// A normal number for each position, without memory: a function of a random stream and the position. The values that a
/// layer's weights begin with.
public struct NormalField: Sendable {
    private let random: CounterRandom
    private let deviation: Double
    /// Positions looked through by one task.
    private static let taskPositions = 1 << 16
    /// Tasks whose finds are held at once.
    private static let tasks = 16

    /// Normal numbers of mean 0 and this standard deviation.
    public init(_ random: CounterRandom, deviation: Double) {
        self.random = random
        self.deviation = deviation
    }

    /// The number at a position.
    public func value(at position: Int) -> Float {
        Float(CounterRandom.normal(random.word(UInt64(position))) * deviation)
    }

    /// The expected share of positions whose absolute value is above a bound.
    public func share(above bound: Float) -> Double { erfc(Double(bound) / (deviation * 2.0.squareRoot())) }

    /// The `count` positions of largest absolute value among those of `0 ..< population` that are not in `excluded`
    /// (ascending), by value descending, then position ascending; fewer when fewer reach `floor`. In order of position.
    /// Memory is O(count), and that of a million positions.
    public func largest(
        _ count: Int, below population: Int, excluding excluded: [Int] = [], notBelow floor: Float = 0, workers: Workers
    ) -> [ScoredPosition] {
        var found = Candidates()
        var floor = floor
        let all = (population + Self.taskPositions - 1) / Self.taskPositions
        for first in stride(from: 0, to: count > 0 ? all : 0, by: Self.tasks) {
            let (tasks, bound) = (min(Self.tasks, all - first), floor)
            let lists = workers.map(tasks: tasks) { task in
                let start = (first + task) * Self.taskPositions
                return reaching(
                    bound, in: start..<min(start + Self.taskPositions, population), excluding: excluded)
            }
            for list in lists { found.append(list) }
            if let least = found.keepBest(count) { floor = max(floor, least) }
        }
        return found.scoredPositions
    }

    private func reaching(_ floor: Float, in range: Range<Int>, excluding excluded: [Int]) -> Candidates {
        var found = Candidates()
        // Box and Muller's radius bounds the number, so that most positions need no cosine: u > exp(-(x / s)^2 / 2).
        let bound = exp(-0.5 * pow(Double(floor) * (1 - 1e-6) / deviation, 2)) * 0x1p32 + 2
        var next = Selection.firstIndex(in: excluded, notBelow: range.lowerBound)
        for position in range {
            if next < excluded.count, excluded[next] == position {
                next += 1
                continue
            }
            let word = random.word(UInt64(position))
            if Double(word >> 32) > bound { continue }
            let score = Float(CounterRandom.normal(word) * deviation).magnitude
            if score >= floor { found.append(position, score: score) }
        }
        return found
    }
}
