import SparsePolicies
import Testing

/// Numbers of weights drawn at random have the mean and the deviation of the published procedures.
struct WeightSamplingTests {
    private func counts(_ sampling: WeightSampling, density: Double) -> [Double] {
        let budget = LayerBudget(name: "fc", shape: LayerShape(outputs: 40, inputs: 50), density: density)
        return (0..<2000).map { Double(sampling.drawn(budget, layer: 1, seed: UInt64($0)).storedCount) }
    }

    private func moments(_ values: [Double]) -> (mean: Double, variance: Double) {
        let mean = values.reduce(0, +) / Double(values.count)
        return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
    }

    @Test func exactIsExact() {
        #expect(Set(counts(.exact, density: 0.1)) == [200])
    }

    @Test(arguments: [0.01, 0.1, 0.7]) func bernoulliIsBinomial(density: Double) {
        let (mean, variance) = moments(counts(.bernoulli, density: density))
        let expected = 2000 * density * (1 - density)
        #expect(abs(mean - 2000 * density) < 5 * (expected / 2000).squareRoot())
        #expect(abs(variance / expected - 1) < 0.2)
    }

    /// m draws of N leave N (1 - (1 - 1/N)^m) distinct ones.
    @Test func drawsWithReplacementFallTogether() {
        let (mean, variance) = moments(counts(.withReplacement, density: 0.5))
        let expected = 2000 * (1 - (0..<1000).reduce(1.0) { left, _ in left * (1 - 1.0 / 2000) })
        #expect(abs(mean - expected) < 1)
        #expect(variance < 250)
    }

    @Test func fullAndDenseLayersStay() {
        let shape = LayerShape(outputs: 4, inputs: 5)
        for budget in [
            LayerBudget(name: "a", shape: shape, density: 1),
            LayerBudget(name: "b", shape: shape, density: 1, isKeptDense: true),
        ] {
            #expect(WeightSampling.bernoulli.drawn(budget, layer: 0, seed: 0) == budget)
        }
    }
}
