import Testing

@testable import SparseStore

struct SortedPositionsTests {
    private func random(_ trial: Int) -> CounterRandom { CounterRandom(seed: 19, purpose: .test, step: trial) }

    /// Digit by digit or by comparison: the same order, for ranges of every width and for numbers that come twice.
    @Test func digitsSortAsComparisonsDo() {
        for trial in 0..<60 {
            var stream = random(trial)
            let limit = 1 << stream.next(below: 46) + stream.next(below: 3)
            let numbers = (0..<stream.next(below: 3000)).map { _ in stream.next(below: limit) }
            var sorted = numbers
            RadixSort.sort(&sorted, below: limit)
            #expect(sorted == numbers.sorted(), "trial \(trial), below \(limit)")
        }
    }

    @Test func splitsAsSetsDo() {
        for trial in 0..<200 {
            var stream = random(trial)
            let population = 1 + stream.next(below: 200)
            let list = Sampling.distinct(stream.next(below: population), below: population, random: &stream)
            let other = Sampling.distinct(stream.next(below: population), below: population, random: &stream)
            let parts = SortedPositions.split(list, by: other)
            #expect(parts.inside == list.filter(Set(other).contains))
            #expect(parts.outside == list.filter { !other.contains($0) })
            #expect(SortedPositions.subtract(other, from: list) == parts.outside)
        }
    }
}
