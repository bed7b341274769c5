import Foundation
import TestSupport
import Testing

/// An autoencoder from the command line: trained, measured, used, and its inputs ranked.
@Suite struct AutoencoderCommandTests {
    /// Two hundred samples of six inputs and a class: c to f follow from a and b.
    private func write(to executable: Executable, _ name: String = "t.csv", classes: Bool = true) throws {
        let lines = (0..<200).map { sample in
            let (a, b) = (sin(Double(sample) * 1.7), cos(Double(sample) * 0.61))
            let values = [a, b, a + b, a - b, 2 * a, -b].map { String(format: "%.4f", $0) }
            return (values + (classes ? [sample % 2 == 0 ? "x" : "y"] : [])).joined(separator: ",") + "\n"
        }
        try Data(("a,b,c,d,e,f" + (classes ? ",class\n" : "\n") + lines.joined()).utf8)
            .write(to: executable.folder.appending(path: name))
    }

    private static let words = [
        "--data", "t.csv", "--task", "inputs", "--input-noise", "0.1", "--algo", "set", "--model", "mlp:12",
        "--density",
        "0.7", "--epochs", "20", "--batch-size", "20", "--threads", "1",
    ]

    @Test func fromTrainingToTheRanking() throws {
        try withExecutable { executable in
            try write(to: executable)
            let run = try executable.run(Self.words + ["--out", "run", "--json"])
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.errors.contains("column 7 (class) is not read; 200 samples of 6 features\n"))
            #expect(run.errors.contains("the network is to give the 6 inputs of each sample again\n"))
            let summary = try run.object()
            let r2 = try #require(summary["test_r2"] as? Double)
            // Of standardised inputs the two are about the same.
            let explained = try #require(summary["test_explained"] as? Double)
            #expect(r2 > 0.9 && abs(explained - r2) < 0.01)
            #expect(summary["test_accuracy"] == nil && summary["test_rmse"] is Double)
            let measured = try executable.run(["evaluate", "run", "--json"])
            #expect(try measured.object()["r2"] as? Double == r2, "\(measured.errors)")

            // A table without classes gives a column for each input, close to it; one with classes has them copied.
            try write(to: executable, "new.csv", classes: false)
            let predicted = try executable.run(["predict", "run", "--data", "new.csv"])
            let rows = predicted.output.split(separator: "\n")
            #expect(rows.count == 201 && rows[0] == "a,b,c,d,e,f", "\(predicted.errors)")
            let given = try String(contentsOf: executable.folder.appending(path: "new.csv"), encoding: .utf8)
                .split(separator: "\n")
            var squares = 0.0
            for (row, other) in zip(rows, given).dropFirst() {
                for (output, input) in zip(row.split(separator: ","), other.split(separator: ",")) {
                    squares += pow((Double(output) ?? .nan) - (Double(input) ?? .nan), 2)
                }
            }
            #expect(squares / 1200 < 0.2, "\(squares / 1200)")
            let copied = try executable.run(["predict", "run", "--data", "t.csv"])
            #expect(copied.output.hasPrefix("class,a,b,c,d,e,f\nx,"))

            for order in ["strength", "paths", "permutation"] {
                let ranking = try executable.run(["importance", "run", "--by", order, "--json"])
                let inputs = try #require(try ranking.object()["inputs"] as? [[String: Any]], "\(ranking.errors)")
                #expect(Set(inputs.compactMap { $0["name"] as? String }) == ["a", "b", "c", "d", "e", "f"])
                let key = order == "permutation" ? "loss_increase" : order
                let values = inputs.compactMap { $0[key] as? Double }
                #expect(values.count == 6 && values == values.sorted(by: >) && values[0] > 0)
            }
            for words in [
                ["report", "run"], ["inspect", "run"], ["export", "run", "--format", "onnx", "--out", "x.onnx"],
            ] {
                let result = try executable.run(words)
                #expect(result.status == 0, "\(result.errors)")
            }
        }
    }

    @Test func aRunGoesOnWithTheSameNoise() throws {
        try withExecutable { executable in
            try write(to: executable)
            let whole = try executable.run(Self.words + ["--out", "whole", "--json"])
            let part = try executable.shell(
                "$S \(Self.words.joined(separator: " ")) --out part --checkpoint-epochs 3 --quiet & "
                    + "while ! test -e part/checkpoint.safetensors; do sleep 0.01; done; kill -INT $!; wait $!")
            #expect([0, 130].contains(part.status), "\(part.errors)")
            let rest = try executable.run(["--resume", "--out", "part", "--json"])
            for key in ["test_r2", "test_loss", "train_loss"] {
                let value = try #require(try rest.object()[key] as? Double, "\(rest.errors)")
                #expect(try whole.object()[key] as? Double == value)
            }
            let other = try executable.run(["--resume", "--out", "part", "--task", "classes"])
            #expect(other.status == 2 && other.errors.contains("--task"))
        }
    }

    @Test func foldsPatienceAndSweeps() throws {
        try withExecutable { executable in
            try write(to: executable)
            let folds = try executable.run(Self.words + ["--folds", "2", "--out", "folds", "--json"])
            #expect(try (folds.object()["folds"] as? [Any])?.count == 2, "\(folds.errors)")
            let best = try executable.run(
                Self.words + [
                    "--patience", "2", "--validation-fraction", "0.2", "--result", "best", "--out", "best", "--json",
                ])
            #expect(try best.object()["best_validation_explained"] is Double, "\(best.errors)")
            let sweep = try executable.run(
                ["sweep"] + Self.words.dropLast(2) + ["--seed", "0,1", "--out", "sweep", "--epochs", "2"])
            #expect(sweep.status == 0, "\(sweep.errors)")
        }
    }

    /// Images, whose format has no options of targets.
    @Test func digitsAreGivenAgain() throws {
        try withExecutable { executable in
            let run = try executable.run([
                "--task", "inputs", "--model", "mlp:50", "--steps", "30", "--out", "run", "--json",
            ])
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.errors.contains("the 64 inputs of each sample again; their 10 classes are not used\n"))
            let predicted = try executable.run(["predict", "run", "--data", "digits"])
            #expect(predicted.output.hasPrefix("feature 1,feature 2,"), "\(predicted.errors)")
        }
    }

    @Test func doubtIsAnError() throws {
        try withExecutable { executable in
            try Data("1,2\n3,4\n5,6\n".utf8).write(to: executable.folder.appending(path: "t.csv"))
            let refused = try executable.run(Self.words + ["--out", "run"])
            #expect(refused.status == 2 && refused.errors.contains("--target none when all are inputs"))
            let noise = try executable.run(["--input-noise", "-1", "--out", "run"])
            #expect(noise.status == 2 && noise.errors.contains("--input-noise"))
        }
    }
}
