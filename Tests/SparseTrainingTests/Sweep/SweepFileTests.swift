import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// The file of `--grid`.
@Suite struct SweepFileTests {
    private func grid(_ text: String) throws -> SweepGrid { try SweepFile.parse(Data(text.utf8), path: "g.json") }

    @Test func everyPartIsRead() throws {
        let grid = try grid(
            """
            {"base": {"epochs": 3, "batch-norm": true, "dense-layers": ["fc1", "fc2"], "lr": 1e-2},
             "grid": {"algo": ["static", "rigl"], "seed": [0, 18446744073709551615]},
             "pairs": [{"data": "digits", "model": "mlp:8,4"}, {"model": "mlp:5"}],
             "random": {"clip-norm": {"from": 1, "to": 2.5}, "batch-size": {"from": 8, "to": 64, "scale": "log"}}}
            """)
        #expect(grid.base == ["epochs": "3", "batch-norm": "true", "dense-layers": "fc1,fc2", "lr": "0.01"])
        #expect(
            grid.axes == [
                SweepAxis(option: "algo", values: ["static", "rigl"]),
                SweepAxis(option: "seed", values: ["0", "18446744073709551615"]),
            ])
        #expect(grid.pairs == [["data": "digits", "model": "mlp:8,4"], ["model": "mlp:5"]])
        #expect(grid.ranges.map(\.option) == ["batch-size", "clip-norm"])
        #expect(try grid.cells(draws: 2).count == 2 * 2 * 2 * 2)
    }

    /// Each error names the file, and a part of the text that says where and what would be right.
    @Test(arguments: [
        ("", "not JSON"), ("[1]", "an object with some of"), (#"{"gird": {}}"#, #"did you mean "grid"?"#),
        (#"{"grid": {"algo": "static"}}"#, "grid, algo: expected an array"),
        (#"{"grid": {"algo": []}}"#, "--algo needs a value"),
        (#"{"grid": {"algo": ["rigle"]}}"#, "--algo rigle: unknown"),
        (#"{"grid": {"algo": [null]}}"#, "grid, algo: expected a number, a text, true or false"),
        (#"{"grid": {"lr": [[0.1, 0.2]]}}"#, "grid, lr: expected single values"),
        (#"{"grid": {"lr": [1e999]}}"#, "g.json"),
        (#"{"grid": {"ratio": [0.5]}}"#, "from 1 (dense)"),
        (#"{"grid": {"densty": [0.5]}}"#, "did you mean --density?"),
        (#"{"grid": {"out": ["a"]}}"#, "--out is the folder of the sweep"),
        (#"{"grid": {"threads": [1, 2]}}"#, "changes no result"),
        (#"{"grid": {"density": [0.1]}, "pairs": [{"ratio": 2}]}"#, "they decide the same"),
        (#"{"base": {"density": 0.1, "ratio": 2}}"#, "they decide the same"),
        (#"{"base": {"seed": [0, 1]}}"#, #"several are for "grid""#),
        (#"{"base": {"seed": 1.5}}"#, "--seed 1.5"),
        (#"{"base": 3}"#, "base: expected an object"),
        (#"{"pairs": {}}"#, "pairs: expected an array"), (#"{"pairs": []}"#, "pairs: expected an array"),
        (#"{"pairs": [3]}"#, "pairs, number 1: expected an object"),
        (#"{"random": {"lr": 3}}"#, "random, lr: expected an array of values, or"),
        (#"{"random": {"lr": {"from": 1}}}"#, "random, lr: expected"),
        (#"{"random": {"lr": {"from": 2, "to": 1}}}"#, #""from" must be below "to""#),
        (#"{"random": {"lr": {"from": 0, "to": 1, "scale": "log"}}}"#, "must begin above 0"),
        (#"{"random": {"lr": {"from": 0.1, "to": 1, "scale": "cubic"}}}"#, "random, lr: expected"),
        (#"{"random": {"lr": {"from": 0.1, "to": 1, "step": 2}}}"#, #"unknown key "step""#),
        (#"{"random": {"seed": {"from": -5, "to": 5}}}"#, "--seed -5"),
        (#"{"random": {"density": {"from": 0.5, "to": 2}}}"#, "--density 2"),
        (#"{"random": {"batch-size": []}}"#, "no values to choose from"),
    ])
    func whatCannotBeUsedIsNamed(text: String, part: String) throws {
        do {
            _ = try grid(text)
            Issue.record("read: \(text)")
        } catch let error as ConfigurationError {
            #expect(error.description.hasPrefix("--grid g.json: "), "\(error)")
            #expect(error.description.contains(part), "\(error)")
        }
    }

    @Test func deepAndLargeFilesAreRefused() throws {
        let folder = try TemporaryFolder()
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        for text in [#"{"grid": \#(deep)}"#, String(repeating: " ", count: 2 << 20), ""] {
            try Data(text.utf8).write(to: URL(filePath: folder.path("g.json")))
            #expect(throws: ConfigurationError.self) { try SweepFile.read(folder.path("g.json")) }
        }
        #expect(throws: ConfigurationError.self) { try SweepFile.read(folder.path("none.json")) }
        #expect(throws: ConfigurationError.self) { try SweepFile.read(folder.path("")) }
    }
}
