import Foundation
import Testing

@testable import SparseModels

@Suite struct LearningRateTests {
    @Test func constant() {
        #expect([0, 1, 1000].allSatisfy { ConstantRate(base: 0.3).rate(step: $0) == 0.3 })
    }

    @Test func stepFallsAtItsMilestones() {
        let schedule = StepRate(base: 1, milestones: [10, 20], gamma: 0.1)
        #expect([0, 9].allSatisfy { schedule.rate(step: $0) == 1 })
        #expect([10, 19].allSatisfy { schedule.rate(step: $0) == 0.1 })
        #expect(abs(schedule.rate(step: 20) - 0.01) < 1e-15)
    }

    @Test func cosineFallsToItsEnd() {
        let schedule = CosineRate(base: 0.05, steps: 100, final: 0.01)
        #expect(schedule.rate(step: 0) == 0.05)
        #expect(abs(schedule.rate(step: 50) - 0.03) < 1e-15)
        #expect(abs(schedule.rate(step: 25) - (0.01 + 0.04 * (1 + 0.5.squareRoot()) / 2)) < 1e-15)
        #expect([100, 101, 5000].allSatisfy { abs(schedule.rate(step: $0) - 0.01) < 1e-15 })
    }

    /// The rates of nanoGPT and of others, whose steps count from 1.
    @Test(arguments: [(2000, 100), (50, 1), (20, 0), (10, 10), (1, 1)]) func cosineAfterWarmUp(steps: Int, warmUp: Int)
    {
        let schedule = WarmUp(
            steps: warmUp, then: CosineAfterWarmUp(base: 0.001, steps: steps, warmUp: warmUp, final: 0.0001))
        for t in max(1, warmUp)...steps {
            let progress = Double(t - max(1, warmUp)) / Double(max(1, steps - max(1, warmUp)))
            let expected = 0.001 * (0.1 + 0.45 * (1 + cos(Double.pi * progress)))
            #expect(abs(schedule.rate(step: t - 1) - expected) < 1e-12, "step \(t)")
        }
        for t in 1..<max(2, warmUp) where warmUp > 1 {
            #expect(abs(schedule.rate(step: t - 1) - 0.001 * Double(t) / Double(warmUp)) < 1e-12)
        }
    }

    @Test func warmUpClimbsToItsSchedule() {
        let schedule = WarmUp(steps: 4, then: StepRate(base: 1, milestones: [6]))
        #expect((0...6).map(schedule.rate(step:)) == [0.25, 0.5, 0.75, 1, 1, 1, 0.1])
        #expect(WarmUp(steps: 0, then: ConstantRate(base: 2)).rate(step: 0) == 2)
    }
}
