import Foundation
import TestSupport
import Testing

/// `sparsetrain export`, as a process of its own.
@Suite struct ExportCommandTests {
    @Test func everyFormatIsWrittenAndSaidInOneLine() throws {
        try withExecutable { command in
            let words = ["--model", "mlp:20", "--steps", "10", "--out", "run", "--quiet", "--json"]
            let weights = try #require(try command.run(words).object()["nonzeros"] as? Int)
            for (format, path) in [("safetensors", "a.safetensors"), ("npz", "b"), ("onnx", "c/d.onnx"), ("csv", "e")] {
                let words = ["export", "run", "--format", format, "--out", path]
                let result = try command.run(words)
                #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
                let line = "wrote \(path): \(format), 2 layers, 2 weight matrices with \(weights) weights, "
                #expect(result.output.hasPrefix(line) && result.output.count { $0.isNewline } == 1, "\(result.output)")
                let again = try command.run(words)
                #expect(again.status == 1 && again.errors.contains("--force"), "\(again.errors)")
                #expect(try command.run(words + ["--force"]).output == result.output)
            }
            // The bytes that are said are those of the file.
            let said = try command.run(["export", "run", "--format", "onnx", "--out", "x.onnx"]).output
            let size = try Data(contentsOf: command.folder.appending(path: "x.onnx")).count
            #expect(said.hasSuffix(" \(size) bytes\n"))
            // A checkpoint is a network, too; what the user should know goes to standard error.
            let folded = try command.run([
                "export", "run/checkpoint.safetensors", "--format", "onnx", "--out", "y.onnx", "--fold-batch-norm",
                "--sparse-initializers",
            ])
            #expect(folded.status == 0 && folded.errors.count { $0.isNewline } == 2, "\(folded.errors)")
        }
    }

    @Test func whatIsWrongIsSaidInOneLine() throws {
        try withExecutable { command in
            _ = try command.run(["--model", "mlp:20", "--steps", "4", "--out", "run", "--quiet"])
            let run = ["export", "run", "--out", "x", "--format"]
            let cases: [(words: [String], status: Int32, says: String)] = [
                (["export", "--format", "npz", "--out", "x"], 2, "export needs a run folder or a checkpoint"),
                (["export", "run", "--format", "npz"], 2, "--out needs a value"),
                (["export", "run", "--out", "x"], 2, "--format needs a value: safetensors, npz, onnx or csv"),
                (run + ["onxx"], 2, "did you mean onnx?"), (run + ["onnx", "--layout", "dense"], 2, "safetensors"),
                (run + ["safetensors", "--layout", "coo"], 2, "--layout coo: must be csr or dense"),
                (run + ["npz", "--fold-batch-norm"], 2, "it is read by onnx"),
                (run + ["npz", "--checkpoint", "first"], 2, "latest or best"),
                (run + ["npz", "--steps", "4"], 2, "not of export"),
                (["export", "nothing", "--format", "npz", "--out", "x"], 1, "no such file"),
            ]
            for (words, status, says) in cases {
                let result = try command.run(words)
                #expect(result.status == status && result.output.isEmpty, "\(words)")
                #expect(result.errors.contains(says) && result.errors.count { $0.isNewline } == 1, "\(result.errors)")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: command.folder.path) == ["run"])
        }
    }
}
