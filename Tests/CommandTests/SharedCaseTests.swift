import Foundation
import TestSupport
import Testing

/// Inputs that once failed, and tricky ones that must stay right, from the folder `cases` beside the public data sets. Each
/// has a file `expected.txt` with a command, which is run here in a copy of the case's folder; what must come of it is in the
/// table below.
@Suite struct SharedCaseTests {
    static let folder = SharedData.folder + "/../cases"
    static let isThere = FileManager.default.fileExists(atPath: folder + "/README.md")
    static let missing: Comment = "folder cases not found beside the data sets (../shared/cases)"

    @Test(.enabled(if: isThere, missing), arguments: SharedCase.all.map(\.name))
    func behavesAsExpected(name: String) throws {
        let shared = try #require(SharedCase.all.first { $0.name == name })
        try withExecutable { command in
            let outcome = try SharedCase.run(name, from: Self.folder, with: command)
            try shared.check(outcome)
        }
    }

    /// A case that nobody checks would be a case that nobody runs.
    @Test(.enabled(if: isThere, missing)) func everyCaseIsInTheTable() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
            .filter { $0.hasPrefix("fail-") || $0.hasPrefix("pass-") }
        #expect(Set(names).subtracting(SharedCase.all.map(\.name)) == [])
    }

    /// A finished run that goes on with another test file is measured on that file: .29, where the old accuracy was .892.
    @Test(.enabled(if: isThere, missing)) func otherTestDataAreEvaluatedAnew() throws {
        try withExecutable { command in
            for file in ["train.csv", "test.csv", "other.csv"] {
                try FileManager.default.copyItem(
                    atPath: "\(Self.folder)/stale/\(file)", toPath: command.folder.appending(path: file).path)
            }
            let first = try command.run(
                [
                    "--data", "train.csv", "--test-data", "test.csv", "--out", "out", "--epochs", "20", "--quiet",
                    "--json",
                ])
            #expect(first.status == 0, "\(first.errors)")
            let second = try command.run(
                ["--resume", "--override", "--out", "out", "--test-data", "other.csv", "--quiet", "--json"])
            #expect(second.status == 0, "\(second.errors)")
            let (old, new) = (try first.object(), try second.object())
            #expect(old["test_accuracy"] as? Double ?? 0 > 0.8)
            #expect(new["test_accuracy"] as? Double ?? 1 < 0.4)
        }
    }
}
