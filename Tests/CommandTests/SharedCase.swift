import Foundation
import Testing

/// What must come of one of the shared cases.
struct SharedCase: Sendable {
    var name: String
    var check: @Sendable (Outcome) throws -> Void

    /// What the case's command left behind.
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
        var folder: URL

        /// The summary of a run folder.
        func summary(_ run: String = "out") throws -> [String: Any] {
            let data = try Data(contentsOf: folder.appending(path: "\(run)/summary.json"))
            return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        }

        func lines(_ run: String = "out", event: String) throws -> [[String: Any]] {
            try metrics(of: folder.appending(path: run)).filter { $0["event"] as? String == event }
        }

        func accuracy(_ run: String = "out") throws -> Double {
            try #require(try summary(run)["test_accuracy"] as? Double)
        }

        func exists(_ path: String) -> Bool {
            FileManager.default.fileExists(atPath: folder.appending(path: path).path)
        }

        /// Ended well.
        func expectDone() { #expect(status == 0, "\(errors)") }

        /// Refused with this status and one line that says all of these words.
        func expectRefused(_ wanted: Int32, _ words: String...) {
            #expect(status == wanted, "\(errors)")
            #expect(errors.hasPrefix("sparsetrain: ") && errors.count { $0.isNewline } == 1, "\(errors)")
            for word in words { #expect(errors.contains(word), "\(errors)") }
        }
    }

    /// Runs the command of a case in a copy of its folder, with the built program on the path.
    static func run(_ name: String, from cases: String, with command: Executable) throws -> Outcome {
        let source = URL(filePath: cases).appending(path: name)
        for file in try FileManager.default.contentsOfDirectory(atPath: source.path) {
            try FileManager.default.copyItem(
                at: source.appending(path: file), to: command.folder.appending(path: file))
        }
        let text = try String(contentsOf: source.appending(path: "expected.txt"), encoding: .utf8)
        let words = text.split(separator: "\n", omittingEmptySubsequences: false)
        try #require(words.first?.hasPrefix("command") == true)
        // Written when a second run could still write over the first: now it must say so.
        let script = words.dropFirst().prefix { !$0.isEmpty }.joined(separator: "\n")
            .replacingOccurrences(of: "; sparsetrain --data", with: "; sparsetrain --overwrite --data")
            // Written when these were the defaults.
            .replacingOccurrences(of: "--algo set --drop", with: "--algo set --delta-t epoch --lr 0.05 --drop")
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/bash")
        shell.arguments = ["-c", script]
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        shell.environment = ["PATH": try command.url.deletingLastPathComponent().path + ":" + path]
        shell.currentDirectoryURL = command.folder
        let result = try Executable.Running(shell, folder: command.folder).finish()
        return Outcome(
            status: result.status, output: result.output, errors: result.errors, folder: command.folder)
    }
}

extension SharedCase {
    static let all = models + runs + tables + unchanged

    private static let models: [SharedCase] = [
        SharedCase(name: "fail-mobilenet-crash") { (outcome) throws in
            outcome.expectDone()
            #expect(try outcome.summary()["nonzeros"] as? Int == 637_534)
        },
        SharedCase(name: "fail-block-conv-dead-inputs") { (outcome) throws in
            outcome.expectDone()
            let update = try #require(try outcome.lines(event: "topology").last)
            let layers = try #require(update["layers"] as? [[String: Any]])
            let layer = try #require(layers.first { $0["name"] as? String == "stage1.block1.conv1" })
            #expect(layer["dead_inputs"] as? Int == 0)
            let pathless = try outcome.lines(event: "warning").flatMap { $0["layers"] as? [String] ?? [] }
            // Those of stage 2 have none at step 0: without weight decay their momenta stay 0 there.
            for name in ["stage1.block1.conv1", "stage1.block1.conv2"] {
                #expect(!pathless.contains(name), "\(name)")
            }
        },
        SharedCase(name: "fail-augment-mlp") { (outcome) throws in
            outcome.expectDone()
            // Crops and mirror images of digits are harder than the digits; of crops of single values .57 was left.
            #expect(try outcome.accuracy() > 0.7)
        },
        SharedCase(name: "fail-batch-norm-batch-1") { (outcome) throws in outcome.expectRefused(2, "--batch-size") },
        SharedCase(name: "fail-feature-standardization-constant-pixel") { (outcome) throws in
            outcome.expectDone()
            #expect(try outcome.accuracy() > 0.85)
        },
    ]

    private static let runs: [SharedCase] = [
        SharedCase(name: "fail-config-overwrites-run") { (outcome) throws in
            // A line for each epoch of the first run; its updates have lines of their own.
            #expect(try outcome.lines("a", event: "epoch").count == 2)
            #expect(try outcome.summary("a")["seed"] as? Int == 0)
        },
        SharedCase(name: "fail-granet-best-is-dense") { (outcome) throws in
            outcome.expectDone()
            let summary = try outcome.summary()
            let weights = try #require(summary["nonzeros"] as? Int)
            #expect(weights == 55)
            let eligible = try outcome.lines(event: "epoch").filter { $0["nonzeros"] as? Int == weights }
                .compactMap { $0["validation_accuracy"] as? Double }
            #expect(summary["best_validation_accuracy"] as? Double == eligible.max())
        },
        SharedCase(name: "fail-granet-epochs-refused") { (outcome) throws in outcome.expectDone() },
        SharedCase(name: "fail-label-smoothing-near-1") { (outcome) throws in
            outcome.expectRefused(2, "--label-smoothing 0.99999999")
        },
        SharedCase(name: "fail-refused-resume-deletes-summary") { (outcome) throws in
            #expect(outcome.errors.contains("sparsetrain: "))
            #expect(outcome.exists("a/summary.json"))
        },
        SharedCase(name: "fail-same-second-folders") { (outcome) throws in
            let runs = outcome.folder.appending(path: "runs")
            let names = try FileManager.default.contentsOfDirectory(atPath: runs.path)
            #expect(names.count == 4)
            var seeds: Set<Int> = []
            for name in names {
                let summary = try outcome.summary("runs/\(name)")
                let file = try Data(contentsOf: runs.appending(path: "\(name)/config.json"))
                let configuration = try JSONSerialization.jsonObject(with: file) as? [String: Any]
                #expect(configuration?["seed"] as? Int == summary["seed"] as? Int)
                seeds.insert(try #require(summary["seed"] as? Int))
            }
            #expect(seeds == [1, 2, 3, 4])
        },
        SharedCase(name: "fail-set-evaluated-after-rewiring") { (outcome) throws in
            outcome.expectDone()
            let first = try #require(try outcome.lines(event: "epoch").first)
            // The accuracy of static training at this place: nothing has moved before it is measured.
            #expect(abs(try #require(first["validation_accuracy"] as? Double) - 0.7431) < 1e-4)
        },
        SharedCase(name: "fail-stderr-closed", check: Self.endsWell),
        SharedCase(name: "fail-stderr-full", check: Self.endsWell),
        SharedCase(name: "fail-test-data-ignored") { (outcome) throws in outcome.expectRefused(2, "--test-data") },
    ]

    @Sendable private static func endsWell(_ outcome: Outcome) throws {
        #expect(outcome.status == 0)
        #expect(outcome.exists("out/checkpoint.safetensors"))
        #expect(try outcome.summary()["steps"] as? Int == 60)
    }

    private static let tables: [SharedCase] = [
        SharedCase(name: "fail-csv-float-label") { (outcome) throws in
            if outcome.status == 0 {
                #expect(try outcome.accuracy() > 0.9)
            } else {
                outcome.expectRefused(1, "column 4", "--target")
            }
        },
        SharedCase(name: "fail-csv-latin1-classes-merge") { (outcome) throws in outcome.expectRefused(1, "UTF-8") },
        SharedCase(name: "fail-csv-missing-in-first-column") { (outcome) throws in
            outcome.expectRefused(1, "line 9, column 1")
        },
        SharedCase(name: "fail-csv-missing-label") { (outcome) throws in outcome.expectRefused(1, "line 9, column 4") },
        SharedCase(name: "fail-csv-number-header") { (outcome) throws in
            outcome.expectDone()
            // A test part of one sample in five.
            #expect(try outcome.accuracy() > 0.9)
        },
        SharedCase(name: "fail-csv-quotes", check: Self.isLearnt),
        SharedCase(name: "fail-csv-test-columns-reordered") { (outcome) throws in
            if outcome.status == 0 {
                #expect(try outcome.accuracy() == 1)
            } else {
                outcome.expectRefused(1, "age,b,a,label")
            }
        },
    ]

    @Sendable private static func isLearnt(_ outcome: Outcome) throws {
        outcome.expectDone()
        #expect(try outcome.accuracy() == 1)
    }

    private static let unchanged: [SharedCase] = [
        SharedCase(name: "pass-csv-crlf-bom-quoted-header") { (outcome) throws in
            try isLearnt(outcome)
            #expect(try outcome.summary()["nonzeros"] as? Int == 37)
        },
        SharedCase(name: "pass-csv-huge-and-constant") { (outcome) throws in
            outcome.expectDone()
            #expect(outcome.output.split(separator: "\n").count { $0.contains("test accuracy 1.0000") } == 2)
        },
        SharedCase(name: "pass-csv-labels-far-apart", check: Self.isLearnt),
        SharedCase(name: "pass-csv-tab-blanks") { (outcome) throws in
            outcome.expectDone()
            let results = outcome.output.split(separator: "\n").filter { $0.contains("test accuracy") }
            #expect(results.count == 2 && Set(results).count == 1, "\(outcome.output)")
        },
        SharedCase(name: "pass-csv-unseen-test-class") { (outcome) throws in
            outcome.expectRefused(1, "line 5, column 4")
        },
        SharedCase(name: "pass-gzip-members", check: Self.isLearnt),
        SharedCase(name: "pass-metrics-any-batch-size") { (outcome) throws in
            outcome.expectDone()
            let losses = try ["b7", "b32", "b400", "b1000"].map {
                try #require(outcome.summary($0)["test_loss"] as? Double)
            }
            for loss in losses { #expect(abs(loss - losses[0]) <= 1e-14 * losses[0]) }
        },
        SharedCase(name: "pass-nm-not-a-multiple") { (outcome) throws in
            outcome.expectDone()
            let summary = try outcome.summary()
            #expect(summary["nonzeros"] as? Int == 1176 && summary["topology_updates"] as? Int == 13)
        },
        SharedCase(name: "pass-odd-convolutions") { (outcome) throws in outcome.expectDone() },
        SharedCase(name: "pass-resume-finished") { (outcome) throws in outcome.expectDone() },
    ]
}
