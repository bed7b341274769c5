import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Every two values of two options, together in a run of two steps: it runs, and what it writes agrees, or it is refused in
/// a line.
@Suite(.serialized) struct PairTests {
    @Test func everyPairOfOptionsRunsOrIsRefused() throws {
        let (data, folder) = (try SmallData(), try TemporaryFolder())
        defer { withExtendedLifetime(data) {} }
        var table = PairTable.options(data: data)
        var (ran, refused) = (0, 0)
        var reasons: [String: Int] = [:]
        while let row = table.next() {
            let words = table.words(of: row)
            let line = words.joined(separator: " ")
            let out = folder.path("run\(ran + refused)")
            do {
                var configuration = try Self.configuration(words)
                (configuration.out, configuration.steps) = (out, 2)
                _ = try Trainer(configuration).run()
                ran += 1
                table.note(row, wasRefused: false)
                let hasGroups = words.contains("--nm")
                let hasEqualRows = words.contains("--constant-fan-in") && !words.contains("srigl")
                let check = try RunCheck(
                    folder: out, groups: hasGroups ? (2, 4) : nil, hasEqualRows: hasEqualRows)
                #expect(check.problems == [], "\(line)")
            } catch let error as ConfigurationError {
                refused += 1
                reasons["\(error)".prefix(60).description, default: 0] += 1
                table.note(row, wasRefused: true)
                #expect(!"\(error)".contains("\n") && !"\(error)".isEmpty)
                #expect(!FileManager.default.fileExists(atPath: out), "\(line): \(error)")
            }
            try? FileManager.default.removeItem(atPath: out)
        }
        print("pairs of options: \(ran) combinations ran, \(refused) were refused")
        for (reason, count) in reasons.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }).prefix(12) {
            print("  \(count) refused: \(reason) ...")
        }
        #expect(ran > 90)
    }

    /// What the command would make of the words.
    static func configuration(_ words: [String]) throws -> TrainingConfiguration {
        var (configuration, words) = (TrainingConfiguration(), words[...])
        while let word = words.popFirst() {
            let name = String(word.dropFirst(2))
            if let off = TrainingConfiguration.options.first(where: { $0.negation != nil && "no-" + $0.name == name }) {
                try configuration.set(off.name, to: "false")
            } else if let next = words.first, !next.hasPrefix("--") {
                try configuration.set(name, to: next)
                words.removeFirst()
            } else {
                try configuration.set(name, to: "true")
            }
        }
        return configuration
    }
}
