import Foundation
import SparseTraining
import TestSupport
import Testing

@testable import sparsetrain

/// What README and docs say of the command is so.
@Suite struct DocumentationTests {
    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: SharedData.packageRoot + "/" + name, encoding: .utf8)
    }

    @Test(arguments: ["README.md", "docs/methods.md", "docs/formats.md"])
    func everyOptionNamedExists(file: String) throws {
        let known = Set(
            TrainingOption.all.flatMap { [$0.name] + $0.aliases } + Verb.all.flatMap(\.allOptions).map(\.name) + [
                "name"
            ])
        let lines = try text(file).split(separator: "\n").filter { !$0.contains("swift test") }
        let named = lines.flatMap { $0.matches(of: /(?:^|[ `])--([a-z0-9-]+)/).map { String($0.1) } }
        #expect(named.count > 6)
        for name in named {
            #expect(known.contains(name) || TrainingOption.negated(by: name) != nil, "--\(name) in \(file)")
        }
    }

    @Test func theTableOfOptionsStatesTheDefaults() throws {
        let readme = try text("README.md")
        for option in TrainingOption.all {
            guard let row = readme.firstMatch(of: try Regex("\\| `--\(option.name)` \\|.*\\| (.*) \\|")) else {
                continue
            }
            #expect(String(row.output[1].substring ?? "") == option.defaultText, "--\(option.name)")
        }
    }

    @Test func theCommandsOfTheReadmeAreThere() throws {
        let readme = try text("README.md")
        #expect(readme.contains("\n    swift run -c release sparsetrain --algo rigl --density 0.1\n"))
        let test = "swift test -c release --scratch-path .build-test --disable-xctest"
        #expect(readme.contains("\n    \(test)\n"))
        #expect(try text(".ci/run").contains("\n\(test)\n"))
    }

    /// Every key that runs write is described in docs/formats.md.
    @Test func everyKeyIsDescribed() throws {
        let described = try text("docs/formats.md")
        func check(_ value: Any, in file: String) {
            for element in value as? [Any] ?? [] { check(element, in: file) }
            for (key, value) in value as? [String: Any] ?? [:] {
                #expect(described.contains("`\(key)`"), "\(key) of \(file)")
                check(value, in: file)
            }
        }
        try withExecutable { command in
            for words in [["--algo", "topkast"], ["--algo", "rigl", "--validation-fraction", "0.1"]] {
                let result = try command.run(
                    words + [
                        "--model", "mlp:16", "--epochs", "3", "--delta-t", "20", "--out", "run", "--overwrite",
                        "--quiet",
                        "--json",
                    ])
                check(try result.object(), in: "summary.json")
                let metrics = command.folder.appending(path: "run/metrics.jsonl")
                for line in try String(contentsOf: metrics, encoding: .utf8).split(separator: "\n") {
                    check(try JSONSerialization.jsonObject(with: Data(line.utf8)), in: "metrics.jsonl")
                }
            }
        }
    }

    /// The recipe of the README, on a few steps of the real data.
    @Test(.enabled(if: SharedData.has("fashion-mnist"), SharedData.missing))
    func theRecipeOfTheReadmeRuns() throws {
        let readme = try text("README.md")
        let recipe = try #require(readme.firstMatch(of: /sparsetrain (--algo rigl --density 0.1 --data [^`]*?)\n\n/)).1
        let words = recipe.replacing("\\", with: "").replacing(
            "path/to/fashion-mnist", with: SharedData.path("fashion-mnist")
        )
        .split { $0 == " " || $0 == "\n" }.map(String.init)
        try withExecutable { command in
            let epochs = try #require(words.firstIndex(of: "--epochs"))
            let result = try command.run(
                words.enumerated().map { $0 == epochs + 1 ? "1" : $1 } + ["--quiet", "--json"])
            #expect(result.status == 0, "\(result.errors)")
            #expect(try result.object()["nonzeros"] as? Int == 26621)
            #expect(try result.object()["test_accuracy"] as? Double ?? 0 > 0.8)
        }
    }
}
