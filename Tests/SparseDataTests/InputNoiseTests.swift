import SparseStore
import Testing

@testable import SparseData

/// What is added to the inputs of training samples.
@Suite struct InputNoiseTests {
    /// 64 samples of so many zeros each: what a batch holds is the noise.
    private func zeros(_ shape: SampleShape) throws -> Subset {
        Subset(
            try InMemoryDataset(
                features: Array(repeating: 0, count: 64 * shape.features), labels: (0..<64).map { $0 % 2 }, shape: shape
            ))
    }

    private func loader(_ subset: Subset, _ deviation: Float?, batchSize: Int = 64) -> BatchLoader {
        BatchLoader(
            subset, batchSize: batchSize, scaling: .identity(subset.dataset.shape.features),
            noise: deviation.map { InputNoise(deviation: $0) })
    }

    /// For each sample what it holds in an epoch.
    private func values(
        _ loader: BatchLoader, _ order: SampleOrder, _ shape: SampleShape, halo: Int = 0
    ) -> [Int: [Float]] {
        var batch = loader.makeBatch(shape: shape, halo: halo)
        var found: [Int: [Float]] = [:]
        for index in 0..<loader.batchCount {
            loader.load(index, of: order, into: &batch)
            for place in 0..<batch.count {
                found[batch.samples[place]] = (0..<shape.features).map { feature in
                    let pixels = shape.rows * shape.columns
                    return batch.input[
                        place, feature / pixels, feature % pixels / shape.columns, feature % shape.columns]
                }
            }
        }
        return found
    }

    @Test func itIsNormalOfTheDeviationAsked() throws {
        let shape = SampleShape(channels: 500)
        let subset = try zeros(shape)
        let noise = values(loader(subset, 0.2), SampleOrder(subset, seed: 3, epoch: 0), shape)
        let all = noise.keys.sorted().flatMap { noise[$0] ?? [] }.map { Double($0) / 0.2 }
        let count = Double(all.count)
        #expect(count == 32_000)
        // Of the mean the deviation is 1 / sqrt(32000) = .0056, of the variance sqrt(2) times that, of the fourth moment sqrt(96).
        #expect(abs(all.reduce(0, +) / count) < 0.025)
        #expect(abs(all.reduce(0) { $0 + $1 * $1 } / count - 1) < 0.035)
        #expect(abs(all.reduce(0) { $0 + $1 * $1 * $1 * $1 } / count - 3) < 0.25)
        #expect(abs(Double(all.count { abs($0) < 1 }) / count - 0.6827) < 0.012)
        // Numbers that are made together, of one word or of one block, have nothing to do with each other.
        for distance in 1...4 {
            let products = zip(all, all.dropFirst(distance)).reduce(0) { $0 + $1.0 * $1.1 }
            #expect(abs(products / count) < 0.025, "\(distance)")
            let squares = zip(all, all.dropFirst(distance)).reduce(0) { $0 + ($1.0 * $1.0 - 1) * ($1.1 * $1.1 - 1) }
            #expect(abs(squares / count) < 0.06, "\(distance)")
        }
        #expect(Set(all).count > 31_000)
    }

    /// Wherever in a batch a sample is, and in whatever shape; not that of another epoch, seed or sample.
    @Test(arguments: [1, 3, 4, 30]) func itFollowsFromSeedEpochAndSampleAlone(features: Int) throws {
        let shape = SampleShape(channels: features)
        let subset = try zeros(shape)
        let order = SampleOrder(subset, seed: 3, epoch: 2)
        let expected = values(loader(subset, 0.5), order, shape)
        #expect(Set(expected.values).count == 64)
        for size in [1, 7, 32, 33] {
            #expect(values(loader(subset, 0.5, batchSize: size), order, shape) == expected)
        }
        // Half as much noise is the same numbers, halved.
        let half = values(loader(subset, 0.25), order, shape)
        #expect(half.allSatisfy { sample, numbers in numbers.map { 2 * $0 } == expected[sample] })
        for (seed, epoch) in [(UInt64(3), 3), (4, 2)] {
            let other = values(loader(subset, 0.5), SampleOrder(subset, seed: seed, epoch: epoch), shape)
            #expect(other.allSatisfy { sample, numbers in numbers != expected[sample] })
        }
    }

    /// A network that reads maps with a border gets the same numbers as one that reads vectors, and the border stays 0.
    @Test func mapsHaveTheNoiseOfVectors() throws {
        let shape = SampleShape(channels: 2, rows: 3, columns: 5)
        let subset = try zeros(shape)
        let order = SampleOrder(subset, seed: 1, epoch: 0)
        let loader = loader(subset, 1, batchSize: 40)
        #expect(values(loader, order, shape, halo: 2) == values(loader, order, shape.flattened))
        var batch = loader.makeBatch(shape: shape, halo: 2)
        loader.load(1, of: order, into: &batch)
        #expect(batch.count == 24)
        #expect(batch.input.buffer.array.count { $0 != 0 } == 24 * 30)
    }

    @Test func measuredSamplesHaveNone() throws {
        let shape = SampleShape(channels: 8)
        let subset = try zeros(shape)
        let measured = values(loader(subset, 1), SampleOrder(subset), shape)
        #expect(measured.values.allSatisfy { $0.allSatisfy { $0 == 0 } })
        let without = values(loader(subset, nil), SampleOrder(subset, seed: 1, epoch: 0), shape)
        #expect(without.values.allSatisfy { $0.allSatisfy { $0 == 0 } })
    }

    @Test func panelsMayBeFilledAtTheSameTime() throws {
        let subset = try zeros(SampleShape(channels: 5))
        let (loader, order) = (loader(subset, 1), SampleOrder(subset, seed: 1, epoch: 0))
        var one = loader.makeBatch(shape: SampleShape(channels: 5))
        loader.load(0, of: order, into: &one)
        for threads in [1, 2, 7] {
            var other = loader.makeBatch(shape: SampleShape(channels: 5))
            loader.select(0, of: order, into: &other)
            let batch = other
            Workers(threads: threads).run(tasks: batch.panelCount) { loader.fill(panel: $0, of: batch) }
            #expect(one.input.buffer.array == other.input.buffer.array)
        }
    }
}
