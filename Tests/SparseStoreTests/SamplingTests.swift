import SparseStore
import Testing

struct SamplingTests {
    private func random(_ step: Int, _ purpose: RandomPurpose = .test) -> CounterRandom {
        CounterRandom(seed: 7, purpose: purpose, step: step)
    }

    @Test func drawsDistinctAscendingNumbersOfTheRange() {
        for trial in 0..<400 {
            var shape = random(trial)
            let population = shape.next(below: 300)
            let count = shape.next(below: population + 1)
            var stream = random(trial, .topology)
            let drawn = Sampling.distinct(count, below: population, random: &stream)
            #expect(drawn.count == count)
            #expect(zip(drawn, drawn.dropFirst()).allSatisfy { $0 < $1 })
            #expect(drawn.allSatisfy { $0 >= 0 && $0 < population })
        }
    }

    @Test(arguments: [0, 1, 5, 10, 11]) func nothingAndEverythingCanBeDrawn(population: Int) {
        var stream = random(0)
        #expect(Sampling.distinct(0, below: population, random: &stream) == [])
        #expect(Sampling.distinct(population, below: population, random: &stream) == Array(0..<population))
    }

    /// Both ways of drawing (3 of 40 and 20 of 40) give every number the same chance, and every pair too.
    @Test(arguments: [3, 20]) func everyNumberAndPairHasTheSameChance(count: Int) {
        let (population, trials) = (40, 40_000)
        var hits = [Int](repeating: 0, count: population)
        var pairs = 0
        for trial in 0..<trials {
            var stream = random(trial, .topology)
            let drawn = Sampling.distinct(count, below: population, random: &stream)
            for number in drawn { hits[number] += 1 }
            if drawn.contains(11) && drawn.contains(12) { pairs += 1 }
        }
        let share = Double(count) / Double(population)
        let deviation = (Double(trials) * share * (1 - share)).squareRoot()
        for hit in hits { #expect(abs(Double(hit) - Double(trials) * share) < 5 * deviation) }
        let pairShare = share * Double(count - 1) / Double(population - 1)
        let pairDeviation = (Double(trials) * pairShare * (1 - pairShare)).squareRoot()
        #expect(abs(Double(pairs) - Double(trials) * pairShare) < 5 * pairDeviation)
    }

    @Test func aHugePopulationTakesNoMemoryOfItsSize() {
        var stream = random(0)
        let drawn = Sampling.distinct(1000, below: Int.max / 2, random: &stream)
        #expect(drawn.count == 1000)
    }

    @Test func growthFindsEveryFreePositionAndNoOther() {
        for trial in 0..<400 {
            var shape = random(trial)
            let population = 1 + shape.next(below: 200)
            let occupied = Sampling.distinct(shape.next(below: population + 1), below: population, random: &shape)
            let wanted = shape.next(below: 250)
            var stream = random(trial, .growth)
            let grown = RandomGrowth.positions(wanted, below: population, avoiding: occupied, random: &stream)
            #expect(grown.count == min(wanted, population - occupied.count))
            #expect(zip(grown, grown.dropFirst()).allSatisfy { $0 < $1 })
            #expect(Set(grown).isDisjoint(with: occupied))
            #expect(grown.allSatisfy { $0 >= 0 && $0 < population })
        }
    }

    @Test func growthIsUniformOverTheFreePositions() {
        let occupied = [0, 1, 5, 6, 7, 19]
        var hits = [Int](repeating: 0, count: 20)
        let trials = 28_000
        for trial in 0..<trials {
            var stream = random(trial, .growth)
            for position in RandomGrowth.positions(2, below: 20, avoiding: occupied, random: &stream) {
                hits[position] += 1
            }
        }
        for position in 0..<20 {
            if occupied.contains(position) {
                #expect(hits[position] == 0)
            } else {
                #expect(abs(Double(hits[position]) - 4000) < 5 * (4000.0 * 6 / 7).squareRoot())
            }
        }
    }
}
