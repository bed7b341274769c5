import SparseData
import SparseStore
import TestSupport
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

    /// Samples of one feature beside one that varies.
    func two(_ values: [Float]) throws -> Subset {
        let features = values.enumerated().flatMap { [$1, Float($0 % 2)] }
        return Subset(
            try InMemoryDataset(
                features: features, labels: values.indices.map { $0 % 2 }, shape: SampleShape(channels: 2)))
    }

    func scaled(_ subset: Subset) throws -> [Float] {
        let loader = BatchLoader(
            subset, batchSize: subset.count, scaling: try Standardization.perFeature.scaling(for: subset))
        var batch = loader.makeBatch(shape: SampleShape(channels: 2))
        loader.load(0, of: SampleOrder(subset), into: &batch)
        return (0..<subset.count).map { batch.input[$0, 0] }
    }

    @Test(arguments: [Float(1e-35), 1e-30, 1, 1e30, 1e38, 3e38])
    func sizesThatCanBeUsedAre(size: Float) throws {
        let values = try scaled(two([0, size, -size, size / 2]))
        #expect(values.allSatisfy { $0.isFinite && abs($0) < 8 } && Set(values).count == 4, "\(values)")
    }

    static let extremes: [[Float]] = [
        [1e-40, 2e-40, 3e-40], [0, 1e-38, 2e-38], [0, 1e-45, 0], [3.4e38, 3.4e38, -3.4e38, 3.4e38, 3.4e38],
    ]

    @Test(arguments: extremes)
    func sizesThatCannotAreRefused(values: [Float]) throws {
        let subset = try two(values)
        #expect { try Standardization.perFeature.scaling(for: subset) } throws: { "\($0)".contains("feature 1") }
    }

    @Test func inputsThatAreTooLargeAsTheyAreAreRefused() throws {
        #expect { try Standardization.none.scaling(for: two([1e30, 1, 2])) } throws: { "\($0)".contains("feature 1") }
        _ = try Standardization.none.scaling(for: two([1e17, 1, 2]))
        _ = try Standardization.none.scaling(for: two([1e-40, 1e-41, 2e-40]))
    }

    /// A pixel that is dark in training and bright in the test is 1, not 255.
    @Test func constantPixelsHaveTheDeviationOfTheFullScale() throws {
        let folder = try TemporaryFolder()
        try folder.write(idx([2, 1, 2], [0, 10, 0, 20]), to: "train-images-idx3-ubyte")
        try folder.write(idx([2], [0, 1]), to: "train-labels-idx1-ubyte")
        try folder.write(idx([1, 1, 2], [255, 30]), to: "t10k-images-idx3-ubyte")
        try folder.write(idx([1], [0]), to: "t10k-labels-idx1-ubyte")
        let source = try DataSource.open(folder.path)
        let wanted: [(Standardization, [Float])] = [(.perFeature, [1, 3]), (.none, [1, 30 / 255])]
        for (standardization, expected) in wanted {
            let loader = BatchLoader(source.test, batchSize: 1, scaling: try standardization.scaling(for: source.train))
            var batch = loader.makeBatch(shape: SampleShape(channels: 2))
            loader.load(0, of: SampleOrder(source.test), into: &batch)
            #expect((0..<2).allSatisfy { abs(batch.input[0, $0] - expected[$0]) < 1e-6 })
        }
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
