import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Table and checklist of runs that were made.
@Suite struct SurveyChecklistTests {
    /// Trains the runs of a grid in this process.
    private func results(_ words: [(String, String)], pairs: [[String: String]] = []) throws -> SweepResults {
        var grid = SweepGrid()
        for (option, text) in words { try grid.read(word: text, of: option) }
        for pair in pairs { try grid.add(pair: pair) }
        let temporary = try TemporaryFolder()
        let folder = SweepFolder(path: temporary.path("sweep"))
        let plan = try folder.begin(try SweepPlan(grid))
        for run in plan.runs {
            var configuration = run.configuration
            configuration.out = folder.path(of: run)
            _ = try Trainer(configuration).run()
        }
        return SweepResults(plan.runs) { folder.state(of: $0) }
    }

    @Test func aWholeProtocolMeetsEveryPoint() throws {
        // The same data under three names, for there is one set that is always there.
        let folder = try TemporaryFolder()
        let pairs = try ["a.csv", "b.csv"].map { name in
            let lines = (0..<40).map { line in
                "\(line % 7)," + (0..<16).map { "\((line * 7 + $0 * 5) % 13)" }.joined(separator: ",")
            }
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: folder.path(name)))
            return ["data": folder.path(name), "model": "mlp:24,16", "target": "1"]
        }
        let results = try results(
            [
                ("algo", "dense,small-dense,static"), ("ratio", "1.5,2,3,4,5"), ("seed", "0,1,2"), ("steps", "2"),
                ("batch-size", "16"),
            ],
            pairs: pairs + [["data": "digits", "model": "mlp:40,20"]])
        let checklist = SurveyChecklist(results)
        #expect(checklist.items.count == 9)
        #expect(checklist.items.allSatisfy { $0.isMet }, "\(checklist.lines.joined(separator: "\n"))")
    }

    /// Whatever a method does with its connections, in the end it has the parameters asked for.
    @Test func everyMethodEndsAtItsRatio() throws {
        let methods = Parts.methods.names.filter { $0 != "dense" }.joined(separator: ",")
        let results = try results([("algo", methods), ("ratio", "8"), ("epochs", "2"), ("model", "mlp:100,50")])
        #expect(results.rows.count == Parts.methods.names.count - 1)
        for row in results.rows {
            let reached = try #require(row.outcome?.compression)
            #expect(abs(reached / 8 - 1) < 0.05, "\(row.run.name): \(reached)")
        }
    }

    @Test func whatIsMissingIsNamed() throws {
        let results = try results([
            ("algo", "static,rigl"), ("ratio", "2,4"), ("seed", "0"), ("steps", "2"), ("model", "mlp:20"),
        ])
        let lines = SurveyChecklist(results).lines
        #expect(lines.count { $0.hasPrefix("[x]") } == 4, "\(lines.joined(separator: "\n"))")
        for part in [
            "1 pair: digits, mlp:20", "no network at ratio 1", "static: 2 ratios", "1 seed of some",
            "4 of 4 points have one run", "no dense, no small-dense",
        ] {
            #expect(lines.contains { $0.hasPrefix("[ ]") && $0.contains(part) }, "\(part): \(lines)")
        }
    }

    /// What the table has is what the summaries say, by plain arithmetic.
    @Test func columnsAreThoseOfTheSummaries() throws {
        let results = try results([
            ("algo", "dense,small-dense,static"), ("ratio", "4"), ("steps", "3"), ("model", "mlp:40,20"),
        ])
        let table = results.csv.split(separator: "\n").map { CSVLine.fields(String($0)) }
        func value(_ row: Int, _ name: String) throws -> String {
            table[row][try #require(table[0].firstIndex(of: name))]
        }
        #expect(table.count == 4 && table.allSatisfy { $0.count == table[0].count })
        #expect(try (1...3).map { try value($0, "algo") } == ["dense", "small-dense", "static"])
        let weights = 64 * 40 + 40 * 20 + 20 * 10
        for row in 1...3 {
            let parameters = try #require(Double(try value(row, "parameters")))
            let ratio = try #require(Double(try value(row, "compression_ratio")))
            #expect(abs(ratio - Double(weights + 70) / parameters) < 1e-12)
            let nonzeros = try #require(Double(try value(row, "nonzeros")))
            let speedup = try #require(Double(try value(row, "theoretical_speedup")))
            #expect(abs(speedup - Double(weights) / nonzeros) < 1e-9)
            let flops = try #require(Double(try value(row, "train_flops_ratio")))
            #expect(abs(flops - nonzeros / Double(weights)) < 1e-9, "row \(row): \(flops)")
            let change = try #require(Double(try value(row, "test_accuracy_change")))
            let accuracies = try [1, row].map { try #require(Double(try value($0, "test_accuracy"))) }
            #expect(abs(change - (accuracies[1] - accuracies[0])) < 1e-12)
        }
        #expect(table[0].suffix(4) == ["seconds", "samples_per_second", "peak_rss_bytes", "machine"])
        let objects = try #require(
            try JSONSerialization.jsonObject(with: Data(try results.json().utf8)) as? [[String: Any]])
        #expect(objects.map { $0["run"] as? String } == table.dropFirst().map { $0[0] })
        #expect(objects.map { $0.keys.count } == [table[0].count, table[0].count, table[0].count])
    }
}

/// The fields of a line of comma-separated values.
private enum CSVLine {
    static func fields(_ line: String) -> [String] {
        var fields = [""]
        var isQuoted = false
        for letter in line {
            switch letter {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: fields.append("")
            default: fields[fields.count - 1].append(letter)
            }
        }
        return fields
    }
}
