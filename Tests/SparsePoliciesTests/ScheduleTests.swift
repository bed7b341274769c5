import SparseParts
import SparsePolicies
import Testing

struct ScheduleTests {
    @Test func goldenCosines() {
        let rigl = CosineFraction(initial: 0.3, end: 75000)
        for (step, value) in [(0, 0.3), (100, 0.29999868), (1000, 0.29986842), (37500, 0.15), (75000, 0)] {
            #expect(abs(rigl.fraction(at: step) - value) < 5e-9)
        }
        #expect(rigl.fraction(at: 90000) == 0)
        let floored = CosineFraction(initial: 0.5, floor: 0.005, end: 97750)
        for (step, value) in [(1500, 0.49971245), (50000, 0.24355323), (97750, 0.005), (200000, 0.005)] {
            #expect(abs(floored.fraction(at: step) - value) < 5e-9)
        }
    }

    @Test func powersCountFromTheBeginning() {
        let linear = PowerFraction(initial: 0.4, begin: 100, end: 300, power: 1)
        #expect([0, 100, 150, 200, 300, 400].map(linear.fraction) == [0.4, 0.4, 0.4 * 0.75, 0.2, 0, 0])
        let cubic = PowerFraction(initial: 0.8, floor: 0, end: 100, power: 3)
        #expect(cubic.fraction(at: 50) == 0.1)
    }

    @Test func schedulesAreFoundByName() throws {
        let span = ScheduleSpan(initial: 0.3, floor: 0.1, end: 100, power: 2)
        let values = try ["constant", "cosine", "linear", "power"].map {
            try Parts.dropSchedules.named($0)(span).fraction(at: 50)
        }
        for (value, expected) in zip(values, [0.3, 0.2, 0.2, 0.15]) { #expect(abs(value - expected) < 1e-12) }
        #expect(throws: UnknownName.self) { try Parts.dropSchedules.named("cosinus") }
    }

    @Test func clocksRingStrictlyBeforeTheEnd() {
        let clock = UpdateClock(begin: 3, end: 20, period: 5)
        #expect((0...40).filter(clock.isUpdate) == [5, 10, 15])
        let staged = UpdateClock(end: 50, stages: [(0, 5), (20, 10), (35, 20)])
        #expect((0...60).filter(staged.isUpdate) == [5, 10, 15, 20, 30, 40])
        #expect(!(0...60).contains(where: UpdateClock.never.isUpdate))
    }

    @Test func periodsAreReadAndWritten() throws {
        let run = RunLength(steps: 100, stepsPerEpoch: 7)
        for (text, steps) in [("100", 100), ("epoch", 7), ("5epochs", 35)] {
            let period = try #require(UpdatePeriod(optionText: text))
            #expect(period.steps(in: run) == steps && period.description == text)
        }
        for text in ["", "0", "-3", "1.5", "epochs", "0epochs", "5 epochs"] {
            #expect(UpdatePeriod(optionText: text) == nil)
        }
    }
}
