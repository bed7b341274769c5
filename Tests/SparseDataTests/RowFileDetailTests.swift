import SparseStore
import TestSupport
import Testing

@testable import SparseData

/// What is easily lost in files of sparse rows and arrays: samples, targets, options.
@Suite struct RowFileDetailTests {
    private func open(
        _ files: [String: [UInt8]], _ name: String, _ change: (inout DataOptions, TemporaryFolder) -> Void = { _, _ in }
    ) throws -> DataSource {
        let folder = try TemporaryFolder()
        for (name, bytes) in files { try folder.write(bytes, to: name) }
        var options = DataOptions()
        change(&options, folder)
        return try DataSource.open(folder.path(name), options: options)
    }

    private func expectRefusal(
        _ files: [String: [UInt8]], _ name: String, says words: [String],
        _ change: (inout DataOptions, TemporaryFolder) -> Void = { _, _ in }
    ) {
        #expect {
            try open(files, name, change)
        } throws: { error in
            if error is DataError, words.allSatisfy("\(error)".contains) { return true }
            Issue.record("\(error)")
            return false
        }
    }

    private func rows(_ text: String) -> [String: [UInt8]] { ["rows.svm": Array(text.utf8)] }

    // MARK: Sparse rows

    /// Counts of two digits look like times of day, which tables may hold.
    @Test func countsAreNoTimesOfDay() throws {
        let source = try open(rows((0..<20).map { "\($0 % 2) 11:3\($0 % 10) 12:45\n" }.joined()), "rows.svm")
        #expect(source.shape.features == 12)
        #expect(rawValues(source.train)[0][10...] == [30, 45])
    }

    /// A mark at the beginning, and no line break at the end.
    @Test func aSingleLineIsRecognized() throws {
        for text in ["1 3:0.5", "\u{FEFF}1 3:0.5", "1 3:0.5 # a sample\n"] {
            let source = try open(rows(text), "rows.svm") { options, _ in
                options.trained = TrainedColumns(
                    columns: nil, features: 3, classNames: ["0", "1"], targets: .classes(2), needsTargets: false)
            }
            #expect(source.train.count == 0 && source.targets == .none && rawValues(source.test) == [[0, 0, 0.5]])
        }
    }

    /// A quote in a comment opens nothing that would swallow the lines behind it.
    @Test func commentsMayHaveQuotes() throws {
        let text = (0..<20).map { "\($0 % 2) 1:\($0 + 1) # a, \"b\($0)\n" }.joined()
        let source = try open(rows(text), "rows.svm")
        #expect(source.train.count + source.test.count == 20)
        let values = (rawValues(source.train) + rawValues(source.test)).flatMap { $0 }
        #expect(values.sorted() == (1...20).map { Float($0) })
    }

    @Test func fractionsAreNoClasses() {
        let text = (0..<20).map { "\($0 % 2).5 1:\($0)\n" }.joined()
        expectRefusal(rows(text), "rows.svm", says: ["0.5", "--task numbers"])
    }

    @Test func tooManyClassesAreSaidToBe() {
        let text = (0...ClassColumn.mostClasses).map { "\($0) 1:1\n" }.joined()
        expectRefusal(rows(text), "rows.svm", says: ["more than 65536 different numbers", "--task numbers"])
    }

    /// A line of twenty bytes must not ask for gigabytes of panels.
    @Test func featuresTakeNoMoreThanMemory() {
        let text = "1 100000000:1\n" + (0..<20).map { "\($0 % 2) 1:1\n" }.joined()
        expectRefusal(rows(text), "rows.svm", says: ["features up to 100000000", "memory"]) { options, _ in
            options.memoryLimit = 1 << 30
        }
    }

    @Test func manyShortLinesTakeNoMoreThanMemory() {
        let text = "0 1:1\n" + String(repeating: "1\n", count: 5000)
        expectRefusal(["rows.svm": gzip(Array(text.utf8))], "rows.svm", says: ["memory limit"]) { options, _ in
            options.memoryLimit = 1 << 16
        }
    }

    @Test(.enabled(if: Python.has("scipy"), "SciPy was not found; SPARSETRAIN_PYTHON names a Python that has it"))
    func matricesOfSciPyAreTheSame() throws {
        let folder = try TemporaryFolder()
        let program = """
            import sys
            from scipy import sparse
            x = sparse.random(80, 60, 0.1, random_state=5, format='csr', dtype='f4')
            x.sort_indices()
            with open(sys.argv[1] + 'rows.svm', 'w') as f:
                for i in range(80):
                    row = x[i]
                    f.write(str(i % 2 * 2 - 1) + ''.join(f' {c + 1}:{v:.9g}' for c, v in zip(row.indices, row.data)) + '\\n')
            print(*[f'{v:.9g}' for v in x.toarray().ravel()])
            """
        let dense = Python.run(["-c", program, folder.path("")])
        try #require(dense.status == 0)
        var options = DataOptions()
        options.testData = folder.path("rows.svm")
        let source = try DataSource.open(folder.path("rows.svm"), options: options)
        let values = rawValues(source.train).flatMap { $0 }
        // Features past the last one that has a value in some row are not in the file.
        let wanted = dense.output.split(whereSeparator: \.isWhitespace).compactMap { Float($0) }
        let features = source.shape.features
        #expect(wanted.count == 80 * 60 && features <= 60)
        for sample in 0..<80 {
            let row = values[(sample * features)..<((sample + 1) * features)]
            #expect(row.elementsEqual(wanted[(sample * 60)..<(sample * 60 + features)]))
        }
        #expect(source.classNames == ["-1", "1"])
    }

    // MARK: Arrays

    private static var x: PlainWeightFile.Array { .init("x", [20, 3], numbers: (0..<60).map { Double($0) }) }
    private static var y: PlainWeightFile.Array {
        .init("y", "I64", [20], numbers: (0..<20).map { Double($0 % 3 + 4) })
    }
    private let arrays = ["x.npy": PlainWeightFile.npy(x), "y.npy": PlainWeightFile.npy(y)]

    private func renamed(_ array: PlainWeightFile.Array, _ name: String) -> PlainWeightFile.Array {
        .init(name, array.type, array.shape, array.bytes)
    }

    @Test func gzippedArraysAreRead() throws {
        let plain = try open(arrays, "x.npy") { $0.labels = $1.path("y.npy") }
        let packed = try open(arrays.mapValues { gzip($0) }, "x.npy") { $0.labels = $1.path("y.npy") }
        #expect(rawValues(plain.train) == rawValues(packed.train) && labels(plain.train) == labels(packed.train))
        #expect(plain.classNames == ["4", "5", "6"] && plain.train.count + plain.test.count == 20)
    }

    @Test func gzippedArraysEndWhereTheyShould() {
        let bytes = PlainWeightFile.npy(Self.x)
        for (content, word) in [(bytes + [0], "more bytes follow"), (Array(bytes.dropLast()), "ends early")] {
            expectRefusal(["x.npy": gzip(content), "y.npy": PlainWeightFile.npy(Self.y)], "x.npy", says: [word]) {
                $0.labels = $1.path("y.npy")
            }
        }
        let huge = PlainWeightFile.Array("x", "F32", [1 << 40, 3], [])
        expectRefusal(["x.npy": gzip(PlainWeightFile.npy(huge))], "x.npy", says: ["at most"]) {
            $0.labels = $1.path("x.npy")
        }
    }

    @Test(arguments: [false, true]) func archivesHaveTwoForms(deflates: Bool) throws {
        let single = try open(["a.npz": PlainWeightFile.npz([Self.x, Self.y], deflates: deflates)], "a.npz")
        #expect(single.train.count + single.test.count == 20 && single.classNames == ["4", "5", "6"])
        let both = [
            renamed(Self.x, "x_train"), renamed(Self.y, "y_train"), renamed(Self.x, "x_test"),
            renamed(Self.y, "y_test"),
        ]
        let parts = try open(["a.npz": PlainWeightFile.npz(both, deflates: deflates)], "a.npz")
        #expect(parts.train.count == 20 && parts.test.count == 20 && rawValues(parts.test)[6] == [18, 19, 20])
    }

    /// Nothing that was given, or that an archive has, is passed over.
    @Test func nothingIsPassedOver() {
        let archive = ["a.npz": PlainWeightFile.npz([Self.x, Self.y])].merging(arrays) { $1 }
        expectRefusal(archive, "a.npz", says: ["--labels", "x and y"]) { $0.labels = $1.path("y.npy") }
        expectRefusal(archive, "a.npz", says: ["--test-data", "x and y"]) { $0.testData = $1.path("x.npy") }
        let half = [renamed(Self.x, "x_train"), renamed(Self.y, "y_train"), renamed(Self.x, "x_test")]
        expectRefusal(["a.npz": PlainWeightFile.npz(half)], "a.npz", says: ["x_test", "both"])
        expectRefusal(arrays, "x.npy", says: ["--test-labels", "--test-data"]) {
            ($0.labels, $0.testLabels) = ($1.path("y.npy"), $1.path("y.npy"))
        }
    }

    /// Part of the classes that a network knows keep their numbers; samples to be predicted are all there are.
    @Test func networksSayWhichClassesThereAre() throws {
        func trained(_ needsTargets: Bool) -> TrainedColumns {
            TrainedColumns(
                columns: nil, features: 3, classNames: ["3", "4", "5", "6"], targets: .classes(4),
                needsTargets: needsTargets)
        }
        let known = try open(arrays, "x.npy") { ($0.labels, $0.trained) = ($1.path("y.npy"), trained(true)) }
        #expect(known.classNames == ["3", "4", "5", "6"])
        for part in [known.train, known.test] {
            #expect(labels(part) == part.samples.map { $0 % 3 + 1 })
        }
        let all = try open(arrays, "x.npy") { options, _ in options.trained = trained(false) }
        #expect(all.targets == .none && all.train.count == 0 && all.test.count == 20)
    }
}
