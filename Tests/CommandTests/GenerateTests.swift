import Foundation
import TestSupport
import Testing

/// A language model from the command line: trained on a small text, measured, and made to write.
@Suite struct GenerateTests {
    private static let words = [
        "--data", "t.txt", "--tokenizer", "characters", "--model", "gpt:1x16", "--context", "16", "--density", "0.5",
        "--batch-size", "8", "--steps", "120", "--lr", "0.01", "--threads", "1", "--delta-t", "20",
    ]

    private func train(_ executable: Executable, _ more: [String] = []) throws {
        let text = String(repeating: "the cat sat on the mat. ", count: 200)
        try Data(text.utf8).write(to: executable.folder.appending(path: "t.txt"))
        let run = try executable.run(Self.words + ["--out", "run"] + more)
        #expect(run.status == 0, "\(run.errors)")
    }

    /// The weights that another program would be given make the same network again.
    @Test func whatIsExportedIsImported() throws {
        try withExecutable { executable in
            try train(executable)
            let export = ["export", "run", "--format", "safetensors", "--layout", "dense", "--out", "w.safetensors"]
            let written = try executable.run(export)
            #expect(written.status == 0, "\(written.errors)")
            let read = try executable.run(["import", "w.safetensors"] + Self.words.prefix(8) + ["--out", "again"])
            #expect(read.status == 0, "\(read.errors)")
            let losses = try ["run", "again"].map { run in
                try executable.run(["evaluate", run, "--json"]).output.firstMatch(of: #/"loss":([0-9.]+)/#).map {
                    String($0.1)
                }
            }
            #expect(losses[0] != nil && losses[0] == losses[1])
        }
    }

    @Test func aSweepComparesMethods() throws {
        try withExecutable { executable in
            try train(executable)
            var words = ["sweep", "--algo", "static,rigl", "--ratio", "1.5", "--out", "sweep", "--cores", "1"]
            words += Self.words.prefix(8) + ["--batch-size", "8", "--steps", "30"]
            let sweep = try executable.run(words)
            #expect(sweep.status == 0, "\(sweep.errors)")
            let table = try String(contentsOf: executable.folder.appending(path: "sweep/results.csv"), encoding: .utf8)
            let lines = table.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
            let perplexity = try #require(lines.first?.firstIndex(of: "test_perplexity"))
            #expect(
                lines.count == 3 && lines.dropFirst().allSatisfy { $0[1] == "done" && Double($0[perplexity]) ?? 0 > 1 })
        }
    }

    @Test func aTrainedModelWrites() throws {
        try withExecutable { executable in
            try train(executable)
            let words = ["generate", "run", "--prompt", "the c", "--tokens", "60", "--temperature", "0"]
            let likeliest = try executable.run(words)
            #expect(likeliest.status == 0, "\(likeliest.errors)")
            // More tokens than the context: the window moves.
            #expect(likeliest.output.hasPrefix("the c") && likeliest.output.unicodeScalars.count == 5 + 60 + 1)
            #expect(likeliest.output.contains("cat sat"))
            #expect(likeliest.errors.contains("60 tokens in "))
            let drawn = [
                "generate", "run", "--prompt", "the", "--tokens", "40", "--temperature", "3", "--top-k", "9", "--seed",
                "3",
            ]
            let first = try executable.run(drawn)
            #expect(first.status == 0, "\(first.errors)")
            #expect(first.output == (try executable.run(drawn)).output)
            // The text has no line break: its first token is a blank.
            let unasked = try executable.run(["generate", "run", "--tokens", "3"])
            #expect(unasked.status == 0 && unasked.output.hasPrefix(" "), "\(unasked.errors)")
            #expect(first.output != (try executable.run(drawn.dropLast() + ["4"])).output)
        }
    }

    @Test func whatIsWrongIsSaid() throws {
        try withExecutable { executable in
            try train(executable, ["--algo", "set", "--norm", "rms"])
            for (words, reason) in [
                (["--prompt", "Z"], "\"Z\" (U+005A)"), (["--prompt", ""], "at least one token"),
                (["--tokens", "0"], "--tokens"), (["--temperature", "-1"], "--temperature"),
                (["--top-k", "x"], "--top-k"), (["--seed", "-3"], "--seed"),
            ] {
                let run = try executable.run(["generate", "run"] + words)
                #expect(run.status != 0 && run.errors.contains(reason), "\(words): \(run.errors)")
            }
            let digits = try executable.run(["--steps", "2", "--model", "mlp:8", "--out", "digits"])
            #expect(digits.status == 0)
            let refused = try executable.run(["generate", "digits"])
            #expect(refused.status != 0 && refused.errors.contains("reads no text"), "\(refused.errors)")
        }
    }
}
