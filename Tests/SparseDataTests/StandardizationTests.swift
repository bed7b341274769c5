import SparseData
import SparseStore
import Testing

@Suite struct StandardizationTests {
    let shape = SampleShape(channels: 3, rows: 2, columns: 2)
    let count = 77
    let features: [Float]
    let dataset: InMemoryDataset
    /// The training part: not all of it, and in no order.
    let chosen: [Int]

    init() throws {
        var random = CounterRandom(seed: 9, purpose: .test)
        // Feature 5 is constant, feature 7 far from zero.
        features = (0..<(77 * 12)).map { i in
            switch i % 12 {
            case 5: 3.25
            case 7: Float(100_000 + random.nextUnit())
            default: Float(random.nextUnit() * Double(i % 12 + 1))
            }
        }
        dataset = try InMemoryDataset(features: features, labels: Array(repeating: 0, count: 77), shape: shape)
        chosen = Array(stride(from: 70, to: 3, by: -2))
    }

    func assembled(_ standardization: Standardization) throws -> [[Float]] {
        let scaling = try standardization.scaling(for: Subset(dataset, samples: chosen))
        let loader = BatchLoader(Subset(dataset), batchSize: count, scaling: scaling)
        var batch = loader.makeBatch(shape: shape.flattened)
        loader.load(0, of: SampleOrder(Subset(dataset)), into: &batch)
        return (0..<count).map { sample in (0..<12).map { batch.input[sample, $0] } }
    }

    /// Two passes in double precision, group by group.
    func expected(groupOf: (Int) -> Int) -> [[Double]] {
        var result = Array(repeating: Array(repeating: 0.0, count: 12), count: count)
        for group in Set((0..<12).map(groupOf)) {
            let members = (0..<12).filter { groupOf($0) == group }
            let values = chosen.flatMap { s in members.map { Double(features[s * 12 + $0]) } }
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
            let deviation = variance > 0 ? variance.squareRoot() : 1
            for s in 0..<count {
                for f in members { result[s][f] = (Double(features[s * 12 + f]) - Double(Float(mean))) / deviation }
            }
        }
        return result
    }

    func expectClose(_ found: [[Float]], _ wanted: [[Double]]) {
        for (a, b) in zip(found.joined(), wanted.joined()) { #expect(abs(Double(a) - b) <= 1e-5 * max(1, abs(b))) }
    }

    @Test func perFeature() throws {
        let found = try assembled(.perFeature)
        expectClose(found, expected { $0 })
        #expect(found.allSatisfy { $0[5] == 0 })
    }

    @Test func perChannel() throws { expectClose(try assembled(.perChannel), expected { $0 / 4 }) }

    @Test func fixedAndNone() throws {
        #expect(try assembled(.none).flatMap { $0 } == features)
        let one = try assembled(.fixed(mean: [2], deviation: [4]))
        let three = try assembled(.fixed(mean: [1, 2, 3], deviation: [2, 4, 8]))
        for s in 0..<count {
            for f in 0..<12 {
                #expect(one[s][f] == (features[s * 12 + f] - 2) / 4)
                #expect(three[s][f] == (features[s * 12 + f] - Float(1 + f / 4)) / Float(2 << (f / 4)))
            }
        }
    }

    @Test func digitsAreCentered() throws {
        let source = try DataSource.open("digits")
        let standardization = source.train.dataset.preferredStandardization
        #expect(standardization == .perChannel)
        let loader = BatchLoader(
            source.train, batchSize: source.train.count, scaling: try standardization.scaling(for: source.train))
        var batch = loader.makeBatch(shape: source.shape.flattened)
        loader.load(0, of: SampleOrder(source.train), into: &batch)
        let values = batch.input.buffer.array.map { Double($0) }
        let n = Double(source.train.count * 64)
        #expect(abs(values.reduce(0, +) / n) < 1e-5)
        #expect(abs(values.reduce(0) { $0 + $1 * $1 } / n - 1) < 1e-5)
    }

    static let refused: [Standardization] = [
        .fixed(mean: [1, 2], deviation: [1, 2]), .fixed(mean: [1], deviation: [0]), .fixed(mean: [], deviation: []),
        .fixed(mean: [1], deviation: [-1]), .fixed(mean: [.nan], deviation: [1]),
        .fixed(mean: [1], deviation: [1, 1, 1]),
        .fixed(mean: [1], deviation: [.infinity]),
    ]

    @Test(arguments: refused) func refusesWhatCannotBeUsed(standardization: Standardization) {
        #expect { try standardization.scaling(for: Subset(dataset)) } throws: {
            ($0 as? DataError)?.kind == .invalidOption
        }
        #expect(throws: DataError.self) { try Standardization.perFeature.scaling(for: Subset(dataset, samples: [])) }
    }
}
