import Testing

@testable import SparseStore

/// Merging candidates of strips against sorting all of them.
@Suite struct CandidatesTests {
    @Test func mergingKeepsTheBestAndRaisesTheFloor() {
        var random = CounterRandom(seed: 91, purpose: .test)
        for round in 0..<200 {
            let count = 1 + random.next(below: 40)
            var best = Candidates()
            var all: [ScoredPosition] = []
            var floor: Float = 0
            for strip in 0..<4 {
                // Few scores, so that many are equal; positions of strips interleave.
                var found = Candidates()
                for index in 0..<random.next(below: 60) where random.next(below: 3) > 0 {
                    let score = Float(random.next(below: round % 2 == 0 ? 5 : 1000))
                    if score < floor { continue }
                    found.append(4 * index + strip, score: score)
                    all.append(ScoredPosition(position: 4 * index + strip, score: score))
                }
                let hasToLetGo = best.count + found.count > count
                let threshold = best.merge(found, keeping: count)
                let sorted = all.sorted { $0.score != $1.score ? $0.score > $1.score : $0.position < $1.position }
                let expected = sorted.prefix(count)
                #expect(best.scoredPositions == expected.sorted { $0.position < $1.position })
                #expect(threshold == (hasToLetGo ? expected.last?.score : nil))
                floor = threshold ?? floor
            }
        }
    }
}
