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

    private static let tutorials = [
        "docs/tutorials/first-run.md", "docs/tutorials/compare-methods.md", "docs/tutorials/own-table.md",
        "docs/tutorials/own-network-and-method.md", "docs/tutorials/pytorch.md",
        "docs/tutorials/language-model.md",
    ]

    @Test(
        arguments: ["README.md", "docs/methods.md", "docs/formats.md", "docs/architecture.md"] + tutorials)
    func everyOptionNamedExists(file: String) throws {
        let known = Set(
            TrainingConfiguration.options.flatMap(\.spellings)
                + Verb.all.flatMap(\.allOptions).map(\.name) + [
                    "name"
                ])
        // Options of other programs are none of the command's.
        let lines = try text(file).split(separator: "\n").filter {
            !$0.contains("swift test") && !$0.contains("swift build") && !$0.contains("tensorboard --logdir")
        }
        let named = lines.flatMap { $0.matches(of: /(?:^|[ `])--([a-z0-9-]+)/).map { String($0.1) } }
        #expect(named.count > 1)
        for name in named {
            #expect(known.contains(name), "--\(name) in \(file)")
        }
    }

    @Test func theTableOfOptionsStatesTheDefaults() throws {
        let readme = try text("README.md")
        for option in TrainingConfiguration.options {
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
        // With the trait for several processes where there is an MPI.
        #expect(try text(".ci/run").contains("\n\(test) $traits\n"))
    }

    /// What a tutorial tells a reader to type is in blocks that its script runs, and the script has every tutorial.
    @Test func theCommandsOfTheTutorialsAreRun() throws {
        let folder = SharedData.packageRoot + "/docs/tutorials"
        let pages = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".md") }
        #expect(Set(pages.map { "docs/tutorials/" + $0 }) == Set(Self.tutorials))
        #expect(try text(".ci/run").contains("\ndocs/tutorials/run.sh "))
        for page in Self.tutorials {
            var kind: Substring?
            var commands = 0
            for line in try text(page).split(separator: "\n", omittingEmptySubsequences: false) {
                if line.hasPrefix("```") {
                    kind = kind == nil ? line.dropFirst(3) : nil
                } else if kind != "text", line.drop(while: { $0 == " " }).hasPrefix("sparsetrain ") {
                    // What is printed is text, and may tell of commands, too.
                    #expect(kind == "sh", "\(line) in \(page)")
                    commands += 1
                }
            }
            #expect(kind == nil && commands > 0, "\(page)")
        }
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

    private static let pages =
        [
            "README.md", "docs/architecture.md", "docs/CONTRIBUTING.md", "docs/formats.md", "docs/methods.md",
            "docs/CHANGELOG.md", "docs/results.md", "docs/testing.md", "docs/tuning.md", "docs/distributed.md",
            "Benchmarks/README.md", "Benchmarks/peers/README.md",
            "Kernels/README.md", "Sources/SparseParts/README.md", "Sources/SparseData/README.md",
            "Sources/SparseModels/README.md",
            "Sources/SparsePolicies/README.md", "Sources/SparseStore/README.md", "Sources/SparseTraining/README.md",
            "Sources/sparsetrain/README.md", "Sources/SparseMPI/README.md",
        ] + tutorials

    /// Every file, folder and heading that a page points to is there.
    @Test(arguments: pages)
    func everyLinkLeadsSomewhere(page: String) throws {
        let folder = page.contains("/") ? page.prefix(upTo: page.lastIndex(of: "/") ?? page.startIndex) + "/" : ""
        for link in try text(page).matches(of: /\]\(([^)#]*)(?:#([^)]*))?\)/) where !link.1.hasPrefix("http") {
            let file = link.1.isEmpty ? page : folder + link.1
            let path = SharedData.packageRoot + "/" + file
            #expect(FileManager.default.fileExists(atPath: path), "\(link.0) in \(page)")
            guard let anchor = link.2, file.hasSuffix(".md") else { continue }
            let headings = try String(contentsOfFile: path, encoding: .utf8).matches(of: /(?m)^#+ (.*)$/).map {
                $0.1.lowercased().replacing(/[^a-z0-9 -]/, with: "").replacing(" ", with: "-")
            }
            #expect(headings.contains(String(anchor)), "\(link.0) in \(page)")
        }
    }

    /// Every file and folder of the package that a page names is there, or is one that a checklist adds.
    @Test(arguments: pages)
    func everyPathNamedExists(page: String) throws {
        for name in try text(page).matches(of: /`((?:Sources|Tests|Kernels|Benchmarks|docs)\/[\w\/.+-]+)`/).map(\.1) {
            let added = "Tests/Additions/" + (name.split(separator: "/").last ?? "")
            let isThere = [String(name), added].contains {
                FileManager.default.fileExists(atPath: SharedData.packageRoot + "/" + $0)
            }
            #expect(isThere, "\(name) in \(page)")
        }
    }

    /// The map speaks of types and files that there are.
    @Test(arguments: ["docs/architecture.md", "docs/CONTRIBUTING.md", "docs/tuning.md"])
    func everyTypeNamedExists(page: String) throws {
        let root = URL(filePath: SharedData.packageRoot)
        func words(_ text: String) -> [String] {
            text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
        }
        var known: Set<String> = []
        for folder in ["Sources", "Tests", "Benchmarks", "Kernels"] {
            let files = FileManager.default.enumerator(
                at: root.appending(path: folder), includingPropertiesForKeys: nil)
            known.insert(folder)
            for case let file as URL in try #require(files) {
                known.formUnion(words(file.lastPathComponent))
                guard ["swift", "h", "inc", "c"].contains(file.pathExtension) else { continue }
                known.formUnion(words(try String(contentsOf: file, encoding: .utf8)))
            }
        }
        for match in try text(page).matches(of: /`([A-Z]\w*)(?:\.(\w+))?`/) where !["md", "c"].contains(match.2) {
            let isThere = known.contains(String(match.1)) && known.contains(String(match.2 ?? match.1))
            #expect(isThere, "\(match.0) in \(page)")
        }
    }

    /// The map has every folder of every room.
    @Test func everyFolderIsOnTheMap() throws {
        let map = try text("docs/architecture.md")
        let sources = SharedData.packageRoot + "/Sources"
        for path in try FileManager.default.subpathsOfDirectory(atPath: sources)
        where path.split(separator: "/").count == 2 {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: sources + "/" + path, isDirectory: &isFolder),
                isFolder.boolValue,
                let name = path.split(separator: "/").last, name != "include"
            else { continue }
            #expect(map.contains("`\(name)`"), "Sources/\(path)")
        }
    }
}
