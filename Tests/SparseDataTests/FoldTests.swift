import SparseData
import SparseParts
import TestSupport
import Testing

/// What the folds of a table hold, counted.
@Suite struct FoldTests {
    private func table(_ rows: [(label: String, group: Int)]) -> String {
        "x,who,class\n" + rows.enumerated().map { "\($0 % 97).5,p\($1.group),\($1.label)\n" }.joined()
    }

    private func open(_ path: String, _ folds: Int, _ fold: Int, seed: UInt64?, byGroup: Bool) throws -> DataSource {
        var options = DataOptions()
        options.settings.target = "class"
        (options.settings.folds, options.settings.fold, options.settings.splitSeed) = (folds, fold, seed)
        if byGroup { options.settings.foldBy = "who" } else { options.settings.ignoredColumns = ["who"] }
        return try DataSource.open(path, options: options)
    }

    @Test(arguments: 0..<12)
    func everySampleIsTestedOnce(trial: Int) throws {
        var random = SystemRandomNumberGenerator()
        let folder = try TemporaryFolder()
        let (folds, byGroup) = (Int.random(in: 2...7, using: &random), trial % 2 == 0)
        let count = Int.random(in: 60...300, using: &random)
        let rows = (0..<count).map { row in
            (label: ["a", "b", "c"][[0, 0, 0, 1, 1, 2][row % 6]], group: Int.random(in: 0..<20, using: &random))
        }
        let path = try folder.write(table(rows), to: "t.csv")
        let seed: UInt64? = trial < 4 ? nil : UInt64(trial)
        let parts = try (1...folds).map { try open(path, folds, $0, seed: seed, byGroup: byGroup) }
        #expect(parts.flatMap { $0.test.samples }.sorted() == Array(0..<count))
        for part in parts {
            #expect((part.train.samples + part.test.samples).sorted() == Array(0..<count))
            #expect(part.train.samples == part.train.samples.sorted())
            if byGroup {
                let groups = Set(part.test.samples.map { rows[$0].group })
                #expect(part.train.samples.allSatisfy { !groups.contains(rows[$0].group) })
            }
        }
        if byGroup { return }
        let sizes = parts.map(\.test.count)
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
        for name in ["a", "b", "c"] {
            let counts = parts.map { part in part.test.samples.count { rows[$0].label == name } }
            #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
        }
    }

    @Test func theSeedDrawsOtherFolds() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(table((0..<90).map { (["a", "b"][$0 % 2], $0 / 5) }), to: "t.csv")
        func tested(_ seed: UInt64?) throws -> [Int] { try open(path, 3, 1, seed: seed, byGroup: false).test.samples }
        #expect(try tested(nil) == tested(0))
        #expect(try tested(1) == tested(1))
        #expect(try tested(1) != tested(0))
    }

    @Test func whatCannotBeFoldedIsRefused() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(table((0..<40).map { (["a", "b"][$0 % 2], $0 / 20) }), to: "t.csv")
        for (folds, fold, byGroup) in [(1, 1, false), (3, 4, false), (41, 1, false), (3, 1, true)] {
            #expect(throws: DataError.self) { try open(path, folds, fold, seed: nil, byGroup: byGroup) }
        }
    }
}
