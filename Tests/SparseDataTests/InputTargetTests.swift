import Foundation
import SparseParts
import SparseStore
import TestSupport
import Testing

@testable import SparseData

/// Samples whose targets are their own inputs.
@Suite struct InputTargetTests {
    private func opened(
        _ text: String, _ name: String = "t.csv", _ set: (inout DataOptions) -> Void = { _ in }
    ) throws -> DataSource {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: name)
        var options = DataOptions()
        options.task = .inputs
        set(&options)
        return try DataSource.open(path, options: options)
    }

    /// Targets of a batch, as the network reads the inputs when nothing is added to them.
    private func check(_ source: DataSource, shape: SampleShape, halo: Int = 0, noise: InputNoise? = nil) throws {
        let features = source.shape.features
        #expect(source.targets == .inputs(features))
        let scaling = FeatureScaling(
            mean: (0..<features).map { Float($0 % 5) }, deviation: (0..<features).map { Float($0 % 3 + 1) })
        let subset = source.train
        let loader = BatchLoader(subset, batchSize: min(40, subset.count), scaling: scaling, noise: noise)
        let order = SampleOrder(subset, seed: 1, epoch: 0)
        var batch = loader.makeBatch(shape: shape, halo: halo)
        let clean = Panels(channels: features, samples: loader.batchSize)
        for index in 0..<loader.batchCount {
            loader.load(index, of: order, into: &batch)
            for panel in 0..<clean.panelCount {
                subset.dataset.assemble(
                    panel: panel, samples: batch.samples, count: batch.count, into: clean, scaling: scaling)
            }
            guard case .numbers(let targets) = batch.targets else {
                Issue.record("\(batch.targets)")
                return
            }
            #expect(targets.buffer.array == clean.buffer.array)
            if halo == 0 { #expect((batch.input.buffer.array == clean.buffer.array) == (noise == nil)) }
        }
    }

    @Test func targetsAreTheInputsWithoutNoise() throws {
        var random = CounterRandom(seed: 1, purpose: .test)
        let shape = SampleShape(channels: 2, rows: 3, columns: 5)
        let features = (0..<75 * 30).map { _ in Float(random.nextUnit()) }
        let images = try DataSource(features: features, labels: (0..<75).map { $0 % 3 }, shape: shape).reconstructing()
        #expect(images.remarks.last?.contains("30 inputs of each sample again; their 3 classes are not used") == true)
        let bytes = try DataSource.open("digits", options: DataOptions()).reconstructing()
        let rows = try opened("1 1:0.5 4:2\n2 2:1\n1 3:7\n2 1:3 2:4\n", "rows.svm") { $0.testFraction = 0.25 }
        #expect(rows.remarks.contains { $0.contains("what is in front of them is not read") })
        for noise in [nil, InputNoise(deviation: 0.3)] {
            try check(images, shape: shape.flattened, noise: noise)
            try check(images, shape: shape, halo: 2, noise: noise)
            try check(bytes, shape: bytes.shape.flattened, noise: noise)
            try check(rows, shape: rows.shape, noise: noise)
        }
        try images.check()
    }

    /// Changed images are what is to be given again.
    @Test func cropsAreTheirOwnTargets() throws {
        let source = try DataSource.open("digits", options: DataOptions()).reconstructing()
        let loader = BatchLoader(
            source.train, batchSize: 64, scaling: .identity(64), augmentation: Augmentation(padding: 2),
            noise: InputNoise(deviation: 0.1))
        let without = BatchLoader(
            source.train, batchSize: 64, scaling: .identity(64), augmentation: loader.augmentation)
        let order = SampleOrder(source.train, seed: 1, epoch: 0)
        var (batch, other) = (
            loader.makeBatch(shape: source.shape.flattened), without.makeBatch(shape: source.shape.flattened)
        )
        loader.load(0, of: order, into: &batch)
        without.load(0, of: order, into: &other)
        guard case .numbers(let targets) = batch.targets else { throw CancellationError() }
        #expect(targets.buffer.array == other.input.buffer.array)
        #expect(batch.input.buffer.array != targets.buffer.array)
    }

    private func table(header: Bool, samples: Int = 40) -> String {
        (header ? "a,class,b\n" : "")
            + (0..<samples).map { "\(Double($0) / 4),\($0 % 2 == 0 ? "x" : "y"),\($0 * $0)\n" }.joined()
    }

    @Test func aColumnOfClassesIsNoInput() throws {
        let named = try opened(table(header: true))
        #expect(named.targets == .inputs(2) && named.classNames == ["a", "b"])
        #expect(named.remarks.contains { $0.contains("column 2 (class) is not read; 40 samples of 2 features") })
        let told = try opened(table(header: false)) { $0.target = "2" }
        #expect(told.targets == .inputs(2) && told.classNames == nil)
        let several = try opened(table(header: true)) { $0.target = "class,b" }
        #expect(several.targets == .inputs(1) && several.classNames == ["a"])
        let all = try opened("1,2\n3,5\n4,4\n5,0\n6,1\n") { $0.target = "none" }
        #expect(all.targets == .inputs(2))
        // Categories are inputs as others are.
        let categories = try opened(table(header: true)) { $0.target = "none" }
        #expect(categories.classNames == ["a", "class=x", "class=y", "b"])
        // Whether a column without a telling name is an input is not guessed.
        let error = #expect(throws: DataError.self) { try opened(table(header: false)) }
        #expect(error?.kind == .invalidOption && error?.expected.contains("--target none") == true)
        #expect(throws: DataError.self) { try opened("class\na\nb\n") }
        // For classes the word is none.
        let word = #expect(throws: DataError.self) {
            try opened(table(header: false)) { ($0.task, $0.target) = (.classes, "none") }
        }
        #expect(word?.problem.contains("no column for --target") == true)
    }

    /// What a network keeps of a table reads others like it, with the column of the classes or without.
    @Test func otherTablesAreReadByTheColumns() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(table(header: true), to: "t.csv")
        let test = try folder.write("b,a\n1,2\n3,4\n", to: "other.csv")
        var options = DataOptions()
        (options.task, options.testData) = (.inputs, test)
        let source = try DataSource.open(path, options: options)
        #expect(source.train.count == 40 && source.test.count == 2 && source.test.dataset.targets == .inputs(2))
        let columns = try #require(source.train.dataset.columns)
        let copy = try JSONDecoder().decode(TableColumns.self, from: JSONEncoder().encode(columns))
        #expect(copy == columns && columns.targets == [])
        options.testData = nil
        options.trained = TrainedColumns(columns: copy, features: 2, classNames: ["a", "b"], targets: .inputs(2))
        let again = try DataSource.open(path, options: options)
        #expect(again.train.count + again.test.count == 40 && again.targets == .inputs(2))
        let predicted = try FeatureTable(contentsOf: path, features: 2, columns: copy)
        #expect(predicted.copiedNames == ["class"])
    }

    @Test func tablesLargerThanMemoryAreKept() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(table(header: true, samples: 600), to: "t.csv")
        var options = DataOptions()
        options.task = .inputs
        let whole = try DataSource.open(path, options: options)
        (options.settings.cache, options.memoryLimit) = (folder.path + "/cache", 2048)
        for turn in 0..<2 {
            let kept = try DataSource.open(path, options: options)
            #expect(DataFingerprint([kept.train, kept.test]).text == DataFingerprint([whole.train, whole.test]).text)
            #expect(kept.targets == .inputs(2) && kept.train.samples == whole.train.samples)
            #expect(kept.remarks.contains { $0.contains(turn == 0 ? "which may be removed" : "read from") })
        }
    }

    private struct Tokens: Dataset {
        var name: String { "tokens" }
        var count: Int { 4 }
        var shape: SampleShape { SampleShape(channels: 1) }
        var inputs: [SampleInput] { [.tokens(vocabulary: 3)] }
        var targets: TargetKind { .classes(2) }
        var preferredStandardization: Standardization { .none }
        func token(of sample: Int, input: Int) -> Int { 0 }
        func assemble(
            panel: Int, samples: AlignedBuffer<Int>, count: Int, into panels: Panels, scaling: FeatureScaling
        ) {}
    }

    @Test func tokensAreRefused() throws {
        let source = DataSource(name: "tokens", train: Subset(Tokens()), test: Subset(Tokens(), samples: []))
        let error = #expect(throws: DataError.self) { try source.reconstructing() }
        #expect(error?.kind == .inconsistent && error?.expected.contains("one input of numbers") == true)
    }
}
