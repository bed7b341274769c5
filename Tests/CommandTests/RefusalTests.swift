import Foundation
import TestSupport
import Testing

/// What the built command says to wrong words and damaged files: one line that names the culprit, and nothing left on
/// disk.
@Suite struct RefusalTests {
    @Test(arguments: Refusal.all.indices)
    func saysOneLineAndLeavesNothing(index: Int) throws {
        let refusal = Refusal.all[index]
        try withExecutable { command in
            for (name, bytes) in refusal.files {
                let file = command.folder.appending(path: name)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(bytes).write(to: file)
            }
            let before = try contents(command.folder)
            let quiet = refusal.arguments.first?.hasPrefix("-") == true ? ["--quiet"] : []
            let result = try command.run(refusal.arguments + quiet)
            #expect(result.status == refusal.status, "\(refusal)")
            #expect(result.output.isEmpty, "\(refusal)")
            let line = result.errors
            #expect(line.hasPrefix("sparsetrain: ") && line.contains(refusal.says), "\(refusal): \(line)")
            #expect(line.hasSuffix("\n") && line.count { $0.isNewline } == 1, "\(refusal): \(line)")
            #expect(try contents(command.folder) == before, "\(refusal)")
        }
    }

    @Test func theTableIsLong() { #expect(Refusal.all.count >= 80) }

    /// A run that cannot fit ends its dry run with status 2, and the estimate says so.
    @Test func aDryRunThatDoesNotFit() throws {
        try withExecutable { command in
            let result = try command.run(["--dry-run", "--model", "mlp:1000000,1000000", "--density", "0.002"])
            #expect(result.status == 2 && result.errors.isEmpty)
            #expect(result.output.contains("too little"))
            #expect(try contents(command.folder).isEmpty)
        }
    }

    /// A dry run says how many weights, operations and bytes each layer needs, and leaves nothing.
    @Test func aDryRunThatFits() throws {
        try withExecutable { command in
            let result = try command.run(["--dry-run", "--model", "mlp:300,100", "--density", "0.1"])
            #expect(result.status == 0 && result.errors.isEmpty)
            for name in ["fc1", "fc2", "fc3"] {
                let line = try #require(result.output.split(separator: "\n").first { $0.contains("  \(name)  ") })
                #expect(line.contains(" weights  ") && line.contains(" FLOPs a sample") && line.contains(" MB"))
            }
            #expect(result.output.contains("5021 of 50200 weights stored"), "\(result.output)")
            #expect(result.output.contains("the process may use"))
            #expect(try contents(command.folder).isEmpty)
            let object = try command.run(["--dry-run", "--json"]).object()
            #expect(object["weight_bytes"] is Double && object["machine_bytes"] is Double)
        }
    }

    /// Options without effect are named as the run itself would.
    @Test func aDryRunWarnsLikeTheRun() throws {
        try withExecutable { command in
            let words = [
                "--algo", "static", "--delta-t", "5", "--momentum", "0.5", "--optimizer", "adam", "--epochs", "1",
            ]
            let dry = try command.run(words + ["--dry-run"])
            let run = try command.run(words + ["--quiet"])
            #expect(dry.status == 0 && run.status == 0 && dry.errors == run.errors)
            #expect(dry.errors.contains("--delta-t: no effect with --algo static\n"))
            #expect(dry.errors.contains("--momentum: no effect with --optimizer adam\n"))
            let object = try command.run(words + ["--dry-run", "--json"]).object()
            #expect((object["warnings"] as? [String])?.count == 2)
        }
    }

    @Test func aRunThatDivergesEndsWithOneLine() throws {
        try withExecutable { command in
            let result = try command.run(["--lr", "1e30", "--epochs", "1", "--quiet"])
            #expect(result.status == 1 && result.output.isEmpty)
            #expect(result.errors.contains("is not finite at step"))
            #expect(result.errors.count { $0.isNewline } == 1)
        }
    }

    @Test func anUnknownInstructionSetIsRefused() throws {
        try withExecutable { command in
            let result = try command.run([], environment: ["SPARSETRAIN_ISA": "sse"])
            #expect(result.status == 2 && result.errors.contains("SPARSETRAIN_ISA=sse"))
            #expect(try contents(command.folder).isEmpty)
        }
    }

    /// Paths of all files and folders, with the files' bytes.
    private func contents(_ folder: URL) throws -> [String: Data] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        return try names.reduce(into: [:]) { all, name in
            let file = folder.appending(path: name)
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder)
            all[name] = isFolder.boolValue ? Data() : try Data(contentsOf: file)
        }
    }
}
