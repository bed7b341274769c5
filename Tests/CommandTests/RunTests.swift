import Foundation
import SparseTraining
import TestSupport
import Testing

/// Whole runs of the built command.
@Suite struct RunTests {
    /// The keys that scripts rely on.
    static let summaryKeys: Set<String> = [
        "algo", "model", "data", "seed", "threads", "epochs", "steps", "batch_size", "density", "effective_density",
        "nonzeros", "parameters", "dense_parameters", "test_accuracy", "test_top5", "test_loss", "train_loss",
        "best_validation_accuracy", "seconds", "training_seconds", "samples_per_second", "peak_rss_bytes",
        "topology_updates",
        "topology_seconds", "explored_fraction", "train_flops_ratio", "interrupted", "warnings", "layers",
    ]

    @Test func theFirstRunOfTheReadmeIsGood() throws {
        try withExecutable { command in
            let result = try command.run(["--algo", "rigl", "--density", "0.1", "--json"])
            #expect(result.status == 0)
            let summary = try result.object()
            #expect(summary["test_accuracy"] as? Double ?? 0 >= 0.96)
            #expect(abs((summary["density"] as? Double ?? 0) - 0.1) < 0.001)
            #expect(summary["topology_updates"] as? Int ?? 0 >= 10)
            let runs = try FileManager.default.contentsOfDirectory(atPath: command.folder.appending(path: "runs").path)
            #expect(runs.count == 1)
        }
    }

    @Test(arguments: ["static", "set", "rigl"])
    func jsonAndFilesHoldWhatIsPromised(algorithm: String) throws {
        try withExecutable { command in
            let result = try command.run([
                "--algo", algorithm, "--epochs=4", "--delta-t=20", "--validation-fraction=0.2", "--out", "run",
                "--json",
            ])
            #expect(result.status == 0)
            #expect(result.output.split(separator: "\n").count == 1)
            // What is trained with a table of its three layers, what the run is about to do, and a line an epoch; static
            // has no use for --delta-t.
            let lines = result.errors.split(separator: "\n")
            #expect(lines.count { !$0.contains("--delta-t: no effect with --algo static") } == 10, "\(result.errors)")
            #expect(lines.count { $0.hasPrefix("epoch ") } == 4 && lines.contains { $0.contains(" topology updates") })
            let summary = try result.object()
            #expect(Set(summary.keys) == Self.summaryKeys)
            #expect(summary["algo"] as? String == algorithm)
            #expect(summary["best_validation_accuracy"] is Double)
            let layers = try #require(summary["layers"] as? [[String: Any]])
            #expect(layers.map { $0["shape"] as? [Int] } == [[300, 64], [100, 300], [10, 100]])
            for layer in layers { #expect(Set(layer.keys) == ["name", "shape", "density", "nonzeros"]) }
            #expect(layers.compactMap { $0["nonzeros"] as? Int }.reduce(0, +) == summary["nonzeros"] as? Int)

            let run = command.folder.appending(path: "run")
            let file = try JSONSerialization.jsonObject(with: Data(contentsOf: run.appending(path: "summary.json")))
            #expect(file as? NSDictionary == summary as NSDictionary)
            let updates = try metrics(of: run).filter { $0["event"] as? String == "topology" }
            #expect(updates.count == summary["topology_updates"] as? Int)
            #expect(algorithm == "static" ? updates.isEmpty : updates.count >= 3)
            #expect(try metrics(of: run).count { $0["event"] as? String == "epoch" } == 4)
        }
    }

    @Test func quietSaysNothingOnStandardError() throws {
        try withExecutable { command in
            let result = try command.run(["--epochs", "1", "--quiet"])
            #expect(result.status == 0 && result.errors.isEmpty && result.output.contains("test accuracy"))
        }
    }

    /// Nine weights in three layers: no path is left, which is said once and does not end the run.
    @Test(arguments: ["static", "rigl"]) func lostPathsAreSaidOnce(algorithm: String) throws {
        try withExecutable { command in
            let result = try command.run([
                "--algo", algorithm, "--model", "mlp:50,50", "--layer-density", "fc*=0.0012", "--steps", "60", "--out",
                "run", "--quiet",
            ])
            #expect(result.status == 0)
            // Such a network can do no more than guess.
            let lines = result.errors.split(separator: "\n").filter { !$0.contains("that of guessing") }
            #expect(lines.count == 1 && lines[0].hasPrefix("sparsetrain: warning: no path from input to output leads"))
            let warnings = try metrics(of: command.folder.appending(path: "run")).filter {
                $0["event"] as? String == "warning" && ($0["message"] as? String)?.contains("guessing") == false
            }
            #expect(warnings.count == 1)
            #expect(warnings.first?["layers"] as? [String] == ["fc1", "fc2", "fc3"])
            #expect(warnings.first?["step"] as? Int == 0)
        }
    }

    @Test func everyKeyOfTheMetricsIsDescribed() throws {
        let formats = try String(contentsOfFile: SharedData.packageRoot + "/docs/formats.md", encoding: .utf8)
        let (_, described) = try #require(formats.range(of: "## metrics.jsonl").map { (0, formats[$0.lowerBound...]) })
        try withExecutable { command in
            _ = try command.run([
                "--steps", "60", "--delta-t", "10", "--validation-fraction", "0.1", "--model", "mlp:50,50",
                "--layer-density", "fc*=0.0012", "--out", "run", "--quiet",
            ])
            let lines = try metrics(of: command.folder.appending(path: "run"))
            #expect(Set(lines.compactMap { $0["event"] as? String }) == ["epoch", "topology", "warning"])
            let layers = lines.flatMap { $0["layers"] as? [[String: Any]] ?? [] }
            for key in Set((lines + layers).flatMap(\.keys)) { #expect(described.contains("`\(key)`"), "\(key)") }
        }
    }

    /// Records as CIFAR-100 has them, of which the class is in the pixels: a coarse and a fine label, then 3 x 32 x 32 bytes.
    private func cifar100(records: Int) -> Data {
        var bytes = Data()
        for record in 0..<records {
            let fine = record * 37 % 100
            bytes.append(contentsOf: [UInt8(fine / 5), UInt8(fine)])
            bytes.append(contentsOf: (0..<3072).map { UInt8(($0 * (fine + 1) + record * 7) % 251) })
        }
        return bytes
    }

    @Test(arguments: ["fine", "coarse"]) func anEpochOfCIFAR100(labels: String) throws {
        try withExecutable { command in
            let data = command.folder.appending(path: "cifar-100")
            try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
            try cifar100(records: 200).write(to: data.appending(path: "train.bin"))
            try cifar100(records: 100).write(to: data.appending(path: "test.bin"))
            let result = try command.run(
                [
                    "--algo", "rigl", "--model", "wrn-10-1", "--data", "cifar-100", "--augment", "crop-flip",
                    "--batch-size", "20", "--delta-t", "3", "--epochs", "1", "--out", "run", "--json",
                ] + (labels == "coarse" ? ["--coarse-labels"] : []))
            #expect(result.status == 0, "\(result.errors)")
            let summary = try result.object()
            let layers = try #require(summary["layers"] as? [[String: Any]])
            #expect(layers.last?["shape"] as? [Int] == [labels == "coarse" ? 20 : 100, 64])
            #expect(summary["topology_updates"] as? Int ?? 0 >= 1)
            let (loss, accuracy) = (summary["test_loss"] as? Double, summary["test_top5"] as? Double)
            #expect(loss?.isFinite == true && (0...1).contains(accuracy ?? -1))
        }
    }

    @Test func stepsAreCountedExactly() throws {
        try withExecutable { command in
            let result = try command.run(["--steps", "100", "--delta-t", "10", "--json", "--quiet"])
            #expect(try result.object()["steps"] as? Int == 100)
            #expect(try result.object()["topology_updates"] as? Int == 7)
        }
    }

    @Test func theConfigurationOfARunRepeatsIt() throws {
        try withExecutable { command in
            let first = try command.run([
                "--algo=set", "--steps=150", "--density=0.2", "--seed=5", "--out=a", "--quiet",
            ])
            #expect(first.status == 0)
            let second = try command.run(["--config", "a/config.json", "--out", "b", "--quiet"])
            #expect(second.status == 0)
            let runs = try ["a", "b"].map { try metrics(of: command.folder.appending(path: $0)) }
            #expect(withoutTimes(runs[0]) as? NSArray == withoutTimes(runs[1]) as? NSArray)
            let other = try command.run(["--config=a/config.json", "--seed=6", "--out=c", "--quiet", "--json"])
            #expect(try other.object()["seed"] as? Int == 6)
        }
    }

    @Test(arguments: InstructionSet.available)
    func threadsChangeNothingWhateverTheInstructionSet(name: String) throws {
        try withExecutable { command in
            let runs = try [1, 2, 7].map { threads in
                let result = try command.run(
                    [
                        "--steps=120", "--delta-t=10", "--batch-size=100", "--threads=\(threads)", "--out=\(threads)",
                        "--quiet",
                    ],
                    environment: ["SPARSETRAIN_ISA": name])
                #expect(result.status == 0, "\(result.errors)")
                return withoutTimes(try metrics(of: command.folder.appending(path: "\(threads)"))) as? NSArray
            }
            #expect(try #require(runs[0]).count > 5)
            #expect(runs[1] == runs[0] && runs[2] == runs[0])
        }
    }

    @Test func aLayerOfABillionPositionsFitsInMemory() throws {
        try withExecutable { command in
            let result = try command.run([
                "--algo", "rigl", "--model", "mlp:32768,32768", "--density", "0.001", "--epochs", "1", "--delta-t", "3",
                "--batch-size", "128", "--json", "--quiet",
            ])
            let summary = try result.object()
            #expect(summary["peak_rss_bytes"] as? Int ?? .max < 600_000_000)
            #expect(summary["topology_updates"] as? Int ?? 0 >= 2)
            #expect(summary["dense_parameters"] as? Int ?? 0 > 1_070_000_000)
        }
    }

    @Test func anInterruptEndsTheRunWithWhatItHas() throws {
        try withExecutable { command in
            let running = try command.start(["--epochs", "1000000", "--out", "run", "--json"])
            let log = command.folder.appending(path: "run/metrics.jsonl")
            while (try? Data(contentsOf: log).count) ?? 0 < 1000 { usleep(10_000) }
            running.process.interrupt()
            let result = try running.finish()
            #expect(result.status == 130)
            #expect(try Set(result.object().keys) == Self.summaryKeys)
            #expect(FileManager.default.fileExists(atPath: command.folder.appending(path: "run/summary.json").path))
        }
    }

    /// The same without what depends on the clock.
    private func withoutTimes(_ value: Any) -> Any {
        if let object = value as? [String: Any] {
            return object.filter { !["seconds", "samples_per_second"].contains($0.key) }.mapValues(withoutTimes)
        }
        if let list = value as? [Any] { return list.map(withoutTimes) }
        return value
    }
}
