import SparsePolicies
import SparseStore
import Testing

/// Counting updates without visiting each step agrees with visiting each.
@Suite struct UpdateCountTests {
    @Test func countAgreesWithTheClock() {
        var random = CounterRandom(seed: 3, purpose: .test)
        for _ in 0..<500 {
            let (first, second) = (1 + random.next(below: 9), 1 + random.next(below: 9))
            let clock = UpdateClock(
                begin: random.next(below: 30), end: 120 * random.nextUnit(),
                stages: [(0, first), (random.next(below: 80), second)])
            for steps in [0, 1, 2, 50, 100, 150] {
                let counted = (0..<steps).count(where: clock.isUpdate)
                #expect(clock.updates(before: steps) == counted)
            }
        }
        #expect(UpdateClock.never.updates(before: 1000) == 0)
        #expect(UpdateClock(end: .infinity, period: 7).updates(before: 700) == 99)
    }
}
