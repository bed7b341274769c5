import SparseStore
import Testing

@testable import SparseModels

@Suite struct InitialValuesTests {
    private func moments(_ values: [Float]) -> (mean: Double, variance: Double) {
        let n = Double(values.count)
        let mean = values.reduce(0) { $0 + Double($1) } / n
        return (mean, values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / n)
    }

    @Test func varianceFollowsTheRule() {
        // Row r of 200 stores 2 (r + 1) of its 400 positions.
        let positions = (0..<200).flatMap { row in (0..<2 * (row + 1)).map { row * 400 + $0 } }
        let perRow = Double(positions.count) / 200
        for (rule, expected) in [(InitialValues.sparseFanIn, 2 / perRow), (.denseFanIn, 2.0 / 400), (.normal, 0.01)] {
            let values = rule.values(rows: 200, columns: 400, positions: positions, seed: 1, layer: 0)
            let (mean, variance) = moments(values)
            // Five standard errors of a normal sample.
            #expect(abs(mean) < 5 * (expected / Double(values.count)).squareRoot())
            #expect(abs(variance / expected - 1) < 5 * (2 / Double(values.count)).squareRoot())
        }
        let values = InitialValues.rowFanIn.values(rows: 200, columns: 400, positions: positions, seed: 1, layer: 0)
        let standard = zip(values, positions).map { $0 * (Float($1 / 400 + 1)).squareRoot() }
        #expect(abs(moments(standard).variance - 1) < 5 * (2 / Double(values.count)).squareRoot())
    }

    /// 2 / (outputs * kernel elements) in convolutions, 1 / (3 inputs) in linear layers.
    @Test func heFanOutCountsOutputs() {
        let positions = Array(0..<64 * 288)
        for (kernel, expected) in [(9, 2.0 / (64 * 9)), (1, 2.0 / 64), (nil, 1.0 / (3 * 288))] as [(Int?, Double)] {
            let values = InitialValues.heFanOut.values(
                rows: 64, columns: 288, kernelElements: kernel, positions: positions, seed: 1, layer: 0)
            #expect(abs(moments(values).variance / expected - 1) < 5 * (2 / Double(values.count)).squareRoot())
        }
    }

    @Test func aValueDependsOnItsPositionOnly() {
        let positions = Array(0..<1000)
        let all = InitialValues.denseFanIn.values(rows: 10, columns: 100, positions: positions, seed: 5, layer: 2)
        let some = InitialValues.denseFanIn.values(rows: 10, columns: 100, positions: [7, 500, 999], seed: 5, layer: 2)
        #expect(some == [all[7], all[500], all[999]])
        for (seed, layer) in [(UInt64(6), 2), (5, 1)] {
            let other = InitialValues.denseFanIn.values(
                rows: 10, columns: 100, positions: positions, seed: seed, layer: layer)
            #expect(zip(all, other).allSatisfy { $0 != $1 })
        }
    }

    @Test func normalNumbersAreNormal() {
        // Shares beyond 1, 2 and 3 standard deviations, and the extremes of the word.
        let values = InitialValues.denseFanIn.values(
            rows: 1, columns: 100_000, positions: Array(0..<100_000), seed: 3, layer: 0)
        let sigma = Float((2.0 / 100_000).squareRoot())
        for (deviations, share) in [(Float(1), 0.31731), (2, 0.04550), (3, 0.00270)] {
            let found = Double(values.filter { abs($0) > deviations * sigma }.count) / 100_000
            #expect(abs(found - share) < 5 * (share / 100_000).squareRoot())
        }
        for word in [0, UInt64.max, 0xFFFF_FFFF, 0xFFFF_FFFF_0000_0000] {
            #expect(CounterRandom.normal(word).isFinite)
        }
    }

    @Test func emptyLayersAreFine() {
        for rule in InitialValues.allCases {
            #expect(rule.values(rows: 3, columns: 4, positions: [], seed: 1, layer: 0) == [])
            #expect(InitialValues(rawValue: rule.rawValue) == rule)
        }
    }
}
