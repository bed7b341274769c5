import Foundation
import TestSupport
import Testing

/// Combinations of options given to the command itself: its exit status, and the agreement of what it writes.
@Suite(.serialized) struct PairCommandTests {
    @Test func combinationsEndWithAStatusAndALine() throws {
        let data = try SmallData()
        defer { withExtendedLifetime(data) {} }
        var table = PairTable.options(data: data)
        var ran = 0
        defer { print("pairs of options: \(ran) combinations ran as processes") }
        try withExecutable { command in
            for number in 0..<160 {
                guard let row = table.next() else { break }
                let words = table.words(of: row)
                let line = words.joined(separator: " ")
                let result = try command.run(words + ["--steps", "2", "--quiet", "--out", "run\(number)"])
                let out = command.folder.appending(path: "run\(number)").path
                table.note(row, wasRefused: result.status != 0)
                let errors = result.errors.split(separator: "\n").filter { !$0.contains("warning:") }
                if result.status == 0 {
                    ran += 1
                    #expect(errors.isEmpty, "\(line)")
                    let check = try RunCheck(
                        folder: out, groups: words.contains("--nm") ? (2, 4) : nil,
                        hasEqualRows: words.contains("--constant-fan-in") && !words.contains("srigl"))
                    #expect(check.problems == [], "\(line)")
                } else {
                    #expect(result.status == 2 && errors.count == 1, "\(line): \(result.status) \(result.errors)")
                    #expect(!FileManager.default.fileExists(atPath: out), "\(line)")
                }
            }
        }
    }
}
