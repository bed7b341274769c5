import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Which runs a grid has.
@Suite struct SweepGridTests {
    /// Plain loops over everything.
    @Test func cellsAreAllCombinations() throws {
        var grid = SweepGrid()
        try grid.set("batch-size", to: "16")
        try grid.set("epochs", to: "7")
        try grid.vary("seed", over: ["0", "1", "2"])
        try grid.vary("lr", over: ["0.1", "0.2"])
        try grid.vary("method", over: ["set", "rigl"])
        try grid.add(pair: ["data": "digits", "steps": "9"])
        try grid.add(pair: ["data": "digits", "model": "mlp:4,2", "batch-size": "8"])
        var expected: [[String: String]] = []
        for pair in [
            ["data": "digits", "steps": "9", "batch-size": "16"],
            ["data": "digits", "model": "mlp:4,2", "batch-size": "8", "epochs": "7"],
        ] {
            for method in ["set", "rigl"] {
                for rate in ["0.1", "0.2"] {
                    for seed in ["0", "1", "2"] {
                        expected.append(pair.merging(["algo": method, "lr": rate, "seed": seed]) { $1 })
                    }
                }
            }
        }
        #expect(try grid.cells() == expected)
    }

    @Test func aCommaStandsBetweenValuesOfWhatIsNoList() throws {
        var grid = SweepGrid()
        try grid.read(word: "0.1,0.05", of: "density")
        try grid.read(word: "static,small-dense", of: "algo")
        try grid.read(word: "mlp:300,100", of: "model")
        try grid.read(word: "fc1,fc2", of: "dense-layers")
        #expect(grid.axes.map(\.option) == ["density", "algo"])
        #expect(grid.base == ["model": "mlp:300,100", "dense-layers": "fc1,fc2"])
        #expect(throws: ConfigurationError.self) { try grid.read(word: "mlp:300,lenet5", of: "model") }
    }

    @Test func whatIsTypedTakesThePlaceOfWhatDecidesTheSame() throws {
        var typed = SweepGrid()
        try typed.read(word: "0.1,0.2", of: "density")
        try typed.set("steps", to: "5")
        var file = SweepGrid()
        try file.vary("ratio", over: ["2", "4"])
        try file.add(pair: ["data": "digits", "epochs": "3"])
        try file.add(pair: ["data": "digits", "epochs": "4"])
        let both = typed.over(file).over(try Parts.sweepProtocols.named("blalock2020").grid())
        // The pairs that are left are the same one; ratios of file and protocol give way to densities.
        #expect(both.pairs == [["data": "digits"]])
        #expect(Set(both.axes.map(\.option)) == ["density", "algo", "seed"])
        #expect(try both.cells().count == 2 * 5 * 3)
        #expect(try both.cells().allSatisfy { $0["steps"] == "5" && $0["epochs"] == nil && $0["ratio"] == nil })
    }

    @Test(arguments: [
        ["density", "ratio"], ["density", "sparsity"], ["epochs", "steps"], ["seed", "seed"], ["threads"], ["out"],
        ["sead"],
    ])
    func whatCannotVaryTogetherIsRefused(options: [String]) throws {
        let values = ["density": "0.1", "sparsity": "0.9", "ratio": "2", "out": "a"]
        #expect(throws: ConfigurationError.self) {
            var grid = SweepGrid()
            for option in options { try grid.vary(option, over: [values[option] ?? "3"]) }
        }
    }

    @Test func tooManyRunsAreRefusedBeforeTheyAreMade() throws {
        var grid = SweepGrid()
        for option in ["seed", "batch-size", "delta-t", "train-samples"] {
            try grid.vary(option, over: (1...1000).map(String.init))
        }
        #expect(throws: ConfigurationError.self) { try grid.cells() }
    }

    @Test func drawsFollowFromOptionAndNumber() throws {
        var grid = SweepGrid()
        try grid.draw(try SweepRange("lr", .numbers(from: 1e-4, to: 1, .log)))
        try grid.vary("seed", over: ["0", "1"])
        let few = try grid.cells(draws: 50)
        var more = grid
        try more.draw(try SweepRange("batch-size", .integers(from: 16, to: 19, .linear)))
        try more.draw(try SweepRange("optimizer", .choices(["sgd", "adam"])))
        let many = try more.cells(draws: 400)
        #expect(few.count == 100 && many.count == 800)
        #expect(zip(few, many).allSatisfy { $0["lr"] == $1["lr"] && $0["seed"] == $1["seed"] })
        let rates = try many.map { try #require(Double($0["lr"] ?? "")) }
        #expect(rates.allSatisfy { $0 >= 1e-4 && $0 <= 1 })
        // All orders of magnitude as likely: half of them are below the middle of the logarithms.
        #expect(abs(Double(rates.count { $0 < 1e-2 }) / 800 - 0.5) < 0.1)
        #expect(Set(many.compactMap { $0["batch-size"] }) == ["16", "17", "18", "19"])
        #expect(Set(many.compactMap { $0["optimizer"] }) == ["sgd", "adam"])
        #expect(throws: ConfigurationError.self) { try grid.cells() }
        #expect(throws: ConfigurationError.self) { try SweepGrid().cells(draws: 3) }
    }
}
