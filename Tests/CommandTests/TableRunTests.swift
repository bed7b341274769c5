import Foundation
import Testing

/// Runs of the command on tables.
@Suite struct TableRunTests {
    /// Forty samples of sixteen numbers and a class.
    private func write(to executable: Executable) throws {
        let header = (0..<16).map { "p\($0)" }.joined(separator: ",") + ",kind\n"
        let lines = (0..<40).map { sample in
            (0..<16).map { "\((sample * 7 + $0 * 3) % 11).5" }.joined(separator: ",")
                + (sample % 2 == 0 ? ",a\n" : ",b\n")
        }
        try Data((header + lines.joined()).utf8).write(to: executable.folder.appending(path: "t.csv"))
    }

    @Test func whatWasDecidedIsSaid() throws {
        try withExecutable { executable in
            try write(to: executable)
            let arguments = ["--data", "t.csv", "--epochs", "1", "--model", "mlp:8"]
            let said = try executable.run(arguments + ["--out", "one"])
            let line = "sparsetrain: t.csv: the class is column 17 (kind), the only column of texts: 2 classes (a, b); "
            #expect(said.status == 0 && said.errors.contains(line + "40 samples of 16 features\n"), "\(said.errors)")
            let told = try executable.run(arguments + ["--out", "two", "--label-column", "kind"])
            #expect(told.status == 0 && told.errors.contains("as --target says"))
            #expect(told.output.split(separator: "\n").first == said.output.split(separator: "\n").first)
            let quiet = try executable.run(arguments + ["--out", "three", "--quiet"])
            #expect(quiet.status == 0 && !quiet.errors.contains("the class is"))
        }
    }

    /// Rows of a table feed convolutions, and the run is taken up in that shape.
    @Test func rowsAreImages() throws {
        try withExecutable { executable in
            try write(to: executable)
            let arguments = ["--data", "t.csv", "--input-shape", "1x4x4", "--model", "resnet20", "--steps", "2"]
            let first = try executable.run(arguments + ["--density", "0.2", "--out", "run", "--json"])
            #expect(first.status == 0, "\(first.errors)")
            let again = try executable.run(["--resume", "--out", "run", "--json"])
            #expect(again.status == 0, "\(again.errors)")
            #expect(try first.object()["test_loss"] as? Double == again.object()["test_loss"] as? Double)
        }
    }
}
