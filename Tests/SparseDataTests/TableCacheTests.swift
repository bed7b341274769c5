import Foundation
import SparseData
import SparseParts
import SparseStore
import TestSupport
import Testing

/// Tables that are more than memory is to hold.
@Suite struct TableCacheTests {
    private func text(rows: Int, numbers: Bool = false) -> String {
        let lines = (0..<rows).map { row in
            let missing = row % 7 == 3 ? "" : "\(Double(row * 31 % 101) / 8)"
            let target = numbers ? "\(Double(row % 13) / 4)" : ["ja", "nein", "\"viel,leicht\""][row % 3]
            return "\(row * 17 % 64),\(missing),\(["rot", "blau", "grün"][row * 5 % 3]),g\(row / 4),\(target)\n"
        }
        return "a,b,farbe,gruppe,ziel\n" + lines.joined()
    }

    private func options(_ folder: TemporaryFolder, limit: Int, cache: Bool = true) -> DataOptions {
        var options = DataOptions()
        options.settings.target = "ziel"
        options.settings.missingValues = .mean
        options.settings.foldBy = "gruppe"
        options.memoryLimit = limit
        if cache { options.settings.cache = folder.path + "/cache/rows" }
        return options
    }

    private func kept(_ folder: TemporaryFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path + "/cache/rows").sorted()
    }

    private func check(_ source: DataSource, is other: DataSource) {
        #expect(DataFingerprint([source.train, source.test]).text == DataFingerprint([other.train, other.test]).text)
        #expect(source.train.samples == other.train.samples && source.test.samples == other.test.samples)
        #expect(source.classNames == other.classNames && source.targets == other.targets)
        #expect(source.train.dataset.columns == other.train.dataset.columns)
        #expect(source.shape == other.shape)
        for feature in 0..<source.shape.features {
            #expect(source.train.dataset.featureName(feature) == other.train.dataset.featureName(feature))
        }
    }

    @Test(arguments: [false, true])
    func keptTablesAreTheSame(numbers: Bool) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text(rows: 600, numbers: numbers), to: "t.csv")
        var (whole, small) = (options(folder, limit: 1 << 30, cache: false), options(folder, limit: 2048))
        if numbers { (whole.settings.task, small.settings.task) = (.numbers, .numbers) }
        let expected = try DataSource.open(path, options: whole)
        let first = try DataSource.open(path, options: small)
        check(first, is: expected)
        #expect(first.remarks.contains { $0.contains("which may be removed") })
        #expect(try kept(folder).count == 1)
        let second = try DataSource.open(path, options: small)
        check(second, is: expected)
        #expect(second.remarks.contains { $0.contains("read from") && $0.contains(".rows") })
        #expect(Set(expected.remarks).isSubset(of: second.remarks))
        // A table that fits is none to keep.
        var large = options(folder, limit: 1 << 30)
        large.settings.cache = folder.path + "/other"
        large.settings.task = small.settings.task
        _ = try DataSource.open(path, options: large)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/other"))
    }

    @Test func aTableThatChangedIsReadAgain() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text(rows: 600), to: "t.csv")
        let small = options(folder, limit: 2048)
        _ = try DataSource.open(path, options: small)
        _ = try folder.write(text(rows: 604), to: "t.csv")
        let again = try DataSource.open(path, options: small)
        #expect(again.train.count + again.test.count == 604)
        #expect(!again.remarks.contains { $0.contains("read from") })
        // The same file is replaced: nobody else's room is taken.
        #expect(try kept(folder).count == 1)
    }

    @Test func aDamagedFileIsReplacedAndAForeignOneIsLeft() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text(rows: 600), to: "t.csv")
        let small = options(folder, limit: 2048)
        let expected = try DataSource.open(path, options: small)
        let file = try folder.path + "/cache/rows/" + #require(kept(folder).first)
        let right = try Data(contentsOf: URL(fileURLWithPath: file))
        for length in [right.count / 2, 40, 33] {
            // Beside and renamed, as a file that is mapped must not be cut short.
            try right.prefix(length).write(to: URL(fileURLWithPath: file), options: .atomic)
            check(try DataSource.open(path, options: small), is: expected)
            #expect(try Data(contentsOf: URL(fileURLWithPath: file)).count == right.count)
        }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            // Anywhere in what describes it.
            var wrong = right
            wrong[Int.random(in: 24..<600, using: &random)] = UInt8.random(in: 0...255, using: &random)
            try wrong.write(to: URL(fileURLWithPath: file), options: .atomic)
            _ = try? DataSource.open(path, options: small)
        }
        try Data("a letter to my aunt".utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
        let error = #expect(throws: DataError.self) { try DataSource.open(path, options: small) }
        #expect(error?.kind == .unreadable && error?.description.contains("not a table that was kept") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)).count == 19)
    }

    @Test func withoutAFolderItIsRefused() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text(rows: 600), to: "t.csv")
        let error = #expect(throws: DataError.self) {
            try DataSource.open(path, options: options(folder, limit: 2048, cache: false))
        }
        #expect(error?.kind == .tooLarge && error?.description.contains("--cache DIR") == true)
        // A folder that cannot be made is told, not passed over.
        var nowhere = options(folder, limit: 2048)
        nowhere.settings.cache = path + "/inside"
        let other = #expect(throws: DataError.self) { try DataSource.open(path, options: nowhere) }
        #expect(other?.kind == .tooLarge)
    }

    @Test func foldsShareOneFile() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text(rows: 600), to: "t.csv")
        for fold in 1...3 {
            var (whole, small) = (options(folder, limit: 1 << 30, cache: false), options(folder, limit: 2048))
            (whole.settings.folds, whole.settings.fold) = (3, fold)
            (small.settings.folds, small.settings.fold) = (3, fold)
            // What stands for missing values would follow from the fold.
            (whole.settings.missingValues, small.settings.missingValues) = (.zero, .zero)
            check(try DataSource.open(path, options: small), is: try DataSource.open(path, options: whole))
        }
        #expect(try kept(folder).count == 1)
    }

    @Test func testTablesAreKeptToo() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text(rows: 600), to: "t.csv")
        let other = try folder.write(text(rows: 303), to: "u.csv")
        var (whole, small) = (options(folder, limit: 1 << 30, cache: false), options(folder, limit: 2048))
        (whole.settings.testData, small.settings.testData) = (other, other)
        let expected = try DataSource.open(path, options: whole)
        for _ in 0..<2 { check(try DataSource.open(path, options: small), is: expected) }
        #expect(expected.test.count == 303)
        #expect(try kept(folder).count == 2)
    }

    /// A file of NumPy.
    private func array(_ shape: String, _ bytes: [UInt8]) -> Data {
        var header = "{'descr': '|u1', 'fortran_order': False, 'shape': \(shape), }"
        header += String(repeating: " ", count: 127 - 10 - header.utf8.count) + "\n"
        return Data([0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8) + bytes)
    }

    private func numbers(_ count: Int) -> [UInt8] { (0..<count).map { UInt8($0 * 7 % 251) } }

    @Test(arguments: [DataTask.classes, .numbers, .labels], ["(600, 6)", "(600, 3, 2)", "(600, 6, 1, 1)"])
    func keptArraysAreTheSame(task: DataTask, shape: String) throws {
        let folder = try TemporaryFolder()
        let (x, y) = (folder.path + "/x.npy", folder.path + "/y.npy")
        let targetShape = task == .labels ? "(600, 2)" : "(600,)"
        var targets: [UInt8] = []
        for place in 0..<(task == .labels ? 1200 : 600) {
            targets.append(task == .labels ? UInt8(place / 3 % 2) : UInt8(place % 3 + 4))
        }
        try array(shape, numbers(3600)).write(to: URL(fileURLWithPath: x))
        try array(targetShape, targets).write(to: URL(fileURLWithPath: y))
        var (whole, small) = (DataOptions(), DataOptions())
        (whole.settings.labels, small.settings.labels) = (y, y)
        (whole.settings.task, small.settings.task) = (task, task)
        small.memoryLimit = 4096
        #expect(throws: DataError.self) { try DataSource.open(x, options: small) }
        small.settings.cache = folder.path + "/cache/rows"
        let expected = try DataSource.open(x, options: whole)
        for isKept in [false, true] {
            let source = try DataSource.open(x, options: small)
            check(source, is: expected)
            #expect(
                source.train.dataset.preferredStandardization == expected.train.dataset.preferredStandardization)
            #expect(Set(expected.remarks).isSubset(of: source.remarks))
            #expect(source.remarks.contains { $0.contains("read from") } == isKept)
            #expect(try kept(folder).count == 1)
        }
        // Other targets in a file of the same name and size.
        try array(targetShape, targets.reversed()).write(to: URL(fileURLWithPath: y))
        let changed = try DataSource.open(x, options: small)
        #expect(!changed.remarks.contains { $0.contains("read from") })
        check(changed, is: try DataSource.open(x, options: whole))
    }

    @Test func arraysWithoutTargetsAreKeptToo() throws {
        let folder = try TemporaryFolder()
        let x = folder.path + "/x.npy"
        try array("(600, 6)", numbers(3600)).write(to: URL(fileURLWithPath: x))
        var (whole, small) = (DataOptions(), DataOptions())
        (whole.settings.task, small.settings.task) = (.inputs, .inputs)
        small.memoryLimit = 4096
        small.settings.cache = folder.path + "/cache/rows"
        let expected = try DataSource.open(x, options: whole)
        for _ in 0..<2 { check(try DataSource.open(x, options: small), is: expected) }
        #expect(try kept(folder).count == 1)
    }

    @Test func testArraysAreKeptToo() throws {
        let folder = try TemporaryFolder()
        let paths = ["x", "y", "u", "v"].map { folder.path + "/\($0).npy" }
        for (path, samples) in zip(paths, [600, 600, 300, 300]) {
            let isTarget = path == paths[1] || path == paths[3]
            let shape = isTarget ? "(\(samples),)" : "(\(samples), 9)"
            let bytes: [UInt8] = isTarget ? numbers(samples).map { $0 % 3 } : numbers(9 * samples)
            try array(shape, bytes).write(to: URL(fileURLWithPath: path))
        }
        var whole = DataOptions()
        (whole.settings.labels, whole.settings.testData, whole.settings.testLabels) = (paths[1], paths[2], paths[3])
        var small = whole
        small.memoryLimit = 4096
        small.settings.cache = folder.path + "/cache/rows"
        let expected = try DataSource.open(paths[0], options: whole)
        for _ in 0..<2 { check(try DataSource.open(paths[0], options: small), is: expected) }
        #expect(expected.test.count == 300)
        #expect(try kept(folder).count == 2)
    }

    @Test(.enabled(if: Python.has("numpy"), "NumPy was not found; SPARSETRAIN_PYTHON names a Python that has it"))
    func partsOfAnArchiveAreKept() throws {
        let folder = try TemporaryFolder()
        let program = """
            import numpy, sys
            x = numpy.arange(3600, dtype='>f8').reshape(600, 6)
            y = numpy.arange(600) % 2
            numpy.savez(sys.argv[1] + '/a.npz', x=x, y=y)
            numpy.savez_compressed(sys.argv[1] + '/b.npz', x_train=x, y_train=y, x_test=x[:200], y_test=y[:200])
            """
        try #require(Python.output(of: ["-c", program, folder.path("")]) != nil)
        var small = DataOptions()
        small.memoryLimit = 4096
        small.settings.cache = folder.path + "/cache/rows"
        for (name, files) in [("a.npz", 1), ("b.npz", 3)] {
            let expected = try DataSource.open(folder.path(name))
            for isKept in [false, true] {
                let source = try DataSource.open(folder.path(name), options: small)
                check(source, is: expected)
                #expect(source.remarks.contains { $0.contains("read from") } == isKept)
            }
            #expect(try kept(folder).count == files)
        }
    }

    /// Samples in blocks of four.
    private struct Blocks: Dataset {
        let name = "blocks"
        let count = 5001
        let shape = SampleShape(channels: 1)
        let targets = TargetKind.classes(2)
        let preferredStandardization = Standardization.none
        var blockSamples: Int? { 4 }
        func label(of sample: Int) -> Int { sample % 2 }
        func assemble(
            panel: Int, samples: AlignedBuffer<Int>, count: Int, into panels: Panels, scaling: FeatureScaling
        ) {}
    }

    @Test func manySamplesAreShuffledInBlocks() {
        let all = Subset(Blocks())
        let order = SampleOrder(all, seed: 1, epoch: 0).samples
        #expect(order.sorted() == all.samples && order != all.samples)
        #expect(order == SampleOrder(all, seed: 1, epoch: 0).samples)
        #expect(order != SampleOrder(all, seed: 1, epoch: 1).samples)
        // What is read together lies in 256 blocks.
        for start in stride(from: 0, to: 4096, by: 1024) {
            let blocks = Set(order[start..<(start + 1024)].map { $0 / 4 })
            #expect(blocks.count <= 257)
        }
        // Neighbours are not neighbours any more.
        #expect(zip(order, order.dropFirst()).count { $1 == $0 + 1 } < 50)
    }
}
