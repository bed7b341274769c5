import SparseData
import SparseStore
import TestSupport
import Testing

@Suite struct IDXTests {
    let folder: TemporaryFolder
    let train = randomBytes(50 * 12)
    let test = randomBytes(7 * 12, seed: 2)
    let trainLabels = randomBytes(50, seed: 3).map { $0 % 5 }
    let testLabels: [UInt8] = [0, 1, 2, 3, 4, 5, 0]

    init() throws { folder = try TemporaryFolder() }

    func write(prefix: String = "", testName: String = "t10k", dash: String = "-", compress: Bool = false) throws {
        func put(_ name: String, _ bytes: [UInt8]) throws {
            let name = prefix + name.split(separator: "-").joined(separator: dash)
            try folder.write(compress ? gzip(bytes) : bytes, to: compress ? name + ".gz" : name)
        }
        try put("train-images-idx3-ubyte", idx([50, 3, 4], train))
        try put("train-labels-idx1-ubyte", idx([50], trainLabels))
        try put("\(testName)-images-idx3-ubyte", idx([7, 3, 4], test))
        try put("\(testName)-labels-idx1-ubyte", idx([7], testLabels))
    }

    func expectContent(_ source: DataSource) {
        #expect(source.shape == SampleShape(channels: 1, rows: 3, columns: 4))
        #expect(source.classes == 6)
        #expect(rawValues(source.train).flatMap { $0 } == train.map { Float($0) })
        #expect(rawValues(source.test).flatMap { $0 } == test.map { Float($0) })
        #expect(labels(source.train) == trainLabels.map { Int($0) })
        #expect(labels(source.test) == testLabels.map { Int($0) })
    }

    @Test(arguments: [("t10k", "-", false), ("t10k", "-", true), ("test", ".", false), ("test", ".", true)])
    func readsEverySpelling(testName: String, dash: String, compress: Bool) throws {
        try write(testName: testName, dash: dash, compress: compress)
        expectContent(try DataSource.open(folder.path))
    }

    @Test func aFileChoosesAmongSets() throws {
        try write(prefix: "emnist-letters-", compress: true)
        try folder.write(idx([1, 1, 1], [0]), to: "emnist-digits-train-images-idx3-ubyte")
        expectContent(try DataSource.open(folder.path("emnist-letters-train-labels-idx1-ubyte.gz")))
        #expect(throws: DataError.self) { try DataSource.open(folder.path) }
    }

    @Test(.enabled(if: SharedData.has("fashion-mnist"), SharedData.missing)) func fashionMNIST() throws {
        let source = try DataSource.open(SharedData.path("fashion-mnist"))
        #expect(source.shape == SampleShape(channels: 1, rows: 28, columns: 28))
        #expect(histogram(source.train) == Array(repeating: 6000, count: 10))
        #expect(histogram(source.test) == Array(repeating: 1000, count: 10))
        // First labels as published: ankle boot, T-shirt, T-shirt, dress, T-shirt; ankle boot, pullover, trouser.
        #expect(labels(source.train).prefix(5) == [9, 0, 0, 3, 0])
        #expect(labels(source.test).prefix(3) == [9, 2, 1])
        // The published mean and deviation of the training pixels: those of .2860 and .3530 with a scale of 255.
        let published = try Standardization.fixed(mean: [0.2860], deviation: [0.3530]).scaling(for: source.train)
        let computed = try Standardization.perChannel.scaling(for: source.train)
        let (a, b) = (try firstBatch(source, published), try firstBatch(source, computed))
        #expect(zip(a, b).allSatisfy { abs($0 - $1) < 2e-3 })
        #expect(
            try firstBatch(source, Standardization.none.scaling(for: source.train)).allSatisfy { (0...1).contains($0) })
    }

    private func firstBatch(_ source: DataSource, _ scaling: FeatureScaling) throws -> [Float] {
        let loader = BatchLoader(source.train, batchSize: 128, scaling: scaling)
        var batch = loader.makeBatch(shape: source.shape)
        loader.load(0, of: SampleOrder(source.train), into: &batch)
        return batch.input.buffer.array
    }
}
