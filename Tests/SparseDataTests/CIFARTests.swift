import SparseData
import SparseStore
import TestSupport
import Testing

@Suite struct CIFARTests {
    func records(_ labels: [[UInt8]], seed: UInt64) -> (file: [UInt8], pixels: [[Float]]) {
        let pixels = labels.indices.map { randomBytes(3072, seed: seed + UInt64($0)) }
        return (zip(labels, pixels).flatMap { $0 + $1 }, pixels.map { $0.map { Float($0) } })
    }

    @Test(arguments: [false, true]) func readsBatches(compress: Bool) throws {
        let folder = try TemporaryFolder()
        let (a, b) = (records([[1], [9]], seed: 10), records([[0], [3], [5]], seed: 20))
        let test = records([[7]], seed: 30)
        for (name, part) in [("data_batch_1", a), ("data_batch_2", b), ("test_batch", test)] {
            try folder.write(compress ? gzip(part.file) : part.file, to: name + ".bin" + (compress ? ".gz" : ""))
        }
        try folder.write((0..<10).map { "class \($0)\n" }.joined() + "\n", to: "batches.meta.txt")
        let source = try DataSource.open(folder.path)
        #expect(source.shape == SampleShape(channels: 3, rows: 32, columns: 32))
        #expect(labels(source.train) == [1, 9, 0, 3, 5])
        #expect(labels(source.test) == [7])
        #expect(source.classNames?[9] == "class 9")
        #expect(rawValues(source.train) == a.pixels + b.pixels)
        #expect(rawValues(source.test) == test.pixels)
    }

    @Test func readsCIFAR100() throws {
        let folder = try TemporaryFolder()
        let (train, test) = (records([[19, 99], [0, 4]], seed: 1), records([[3, 50]], seed: 5))
        try folder.write(train.file, to: "train.bin")
        try folder.write(gzip(test.file), to: "test.bin.gz")
        let fine = try DataSource.open(folder.path)
        #expect(fine.classes == 100 && labels(fine.train) == [99, 4] && labels(fine.test) == [50])
        #expect(rawValues(fine.train) == train.pixels && rawValues(fine.test) == test.pixels)
        var options = DataOptions()
        options.coarseLabels = true
        let coarse = try DataSource.open(folder.path, options: options)
        #expect(coarse.classes == 20 && labels(coarse.train) == [19, 0] && labels(coarse.test) == [3])
    }

    @Test(.enabled(if: SharedData.has("cifar10"), SharedData.missing)) func cifar10() throws {
        let source = try DataSource.open(SharedData.path("cifar10"))
        #expect(histogram(source.train) == [1005, 974, 1032, 1016, 999, 937, 1030, 1001, 1025, 981])
        #expect(histogram(source.test) == Array(repeating: 1000, count: 10))
        #expect(source.classNames?.first == "airplane" && source.classNames?.last == "truck")
        // Known means of the three channels, here over a fifth of the training images.
        let scaling = try Standardization.fixed(mean: [0.4914, 0.4822, 0.4465], deviation: [1, 1, 1])
            .scaling(for: source.train)
        let loader = BatchLoader(source.train, batchSize: 10_000, scaling: scaling)
        var batch = loader.makeBatch(shape: source.shape)
        loader.load(0, of: SampleOrder(source.train), into: &batch)
        for channel in 0..<3 {
            var sum = 0.0
            for sample in stride(from: 0, to: 10_000, by: 20) {
                for row in 0..<32 { sum += Double(batch.input[sample, channel, row, row]) }
            }
            #expect(abs(sum / (500 * 32)) < 0.03)
        }
    }
}
