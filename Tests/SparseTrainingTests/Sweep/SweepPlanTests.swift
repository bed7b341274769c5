import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// The runs that come of a grid: ratios, baselines, names.
@Suite struct SweepPlanTests {
    private func plan(_ words: [(String, String)], pairs: [[String: String]] = []) throws -> SweepPlan {
        var grid = SweepGrid()
        for (option, text) in words { try grid.read(word: text, of: option) }
        for pair in pairs { try grid.add(pair: pair) }
        return try SweepPlan(grid)
    }

    /// The dense network trains a weight for each position, a bias for each output, and of a normalised channel two numbers.
    private static let parameters = [
        "mlp:300,100": 64 * 300 + 300 * 100 + 100 * 10 + 410,
        "resnet20": 270_896 - 2 * 9 * 16 + 10 + 2 * 7 * (16 + 32 + 64),
    ]

    /// Trained networks of one step have the parameters that the ratio leaves.
    @Test(arguments: ["mlp:300,100", "resnet20"], ["static", "rigl", "small-dense"])
    func ratiosAreReached(model: String, method: String) throws {
        let plan = try plan([
            ("model", model), ("algo", method), ("ratio", "2,4,8,16,32"), ("steps", "1"), ("batch-size", "8"),
        ])
        let parameters = try #require(Self.parameters[model])
        #expect(plan.runs.count == 5)
        for run in plan.runs {
            let need = try #require(run.need, "\(run.fault ?? "")")
            #expect(need.referenceParameters == parameters)
            let ratio = try #require(run.ratio)
            let estimate = try RunEstimate(run.configuration)
            let reached = Double(parameters) / Double(estimate.parameters)
            if method == "small-dense" {
                #expect(run.configuration.method == "dense" && estimate.nonzeros == estimate.positions)
                // Widths are whole numbers: of resnet20 3 channels or 4.
                #expect(abs(reached / ratio - 1) < (model == "resnet20" ? 0.2 : 0.05), "\(run.name): \(reached)")
            } else {
                // To the weight: one more or less would be further from the ratio, but for rounding to whole weights.
                let left = Double(parameters) / ratio
                #expect(abs(Double(estimate.parameters) - left) <= 3, "\(run.name): \(estimate.parameters) of \(left)")
            }
        }
    }

    /// Layers that are kept dense take their weights from the others.
    @Test func ratiosAreReachedBesideDenseLayers() throws {
        let plan = try plan([("model", "mlp:300,100"), ("dense-layers", "fc3"), ("algo", "static"), ("ratio", "4,16")])
        for run in plan.runs {
            let reached =
                Double(try #require(Self.parameters["mlp:300,100"]))
                / Double(try RunEstimate(run.configuration).parameters)
            #expect(abs(reached / (run.ratio ?? 0) - 1) < 2e-3, "\(run.name): \(reached)")
        }
    }

    @Test func aRatioOutOfReachIsRefused() {
        #expect(throws: ConfigurationError.self) { try plan([("model", "mlp:20"), ("ratio", "1000")]) }
    }

    /// A dense network looks at neither ratio nor schedule: there is one for each seed.
    @Test func coveredRunsAreLeftOut() throws {
        let plan = try plan([
            ("algo", "dense,static,rigl"), ("ratio", "1,2,4"), ("seed", "0,1"), ("drop-fraction", "0.2,0.3"),
            ("model", "mlp:20"),
        ])
        let names = plan.runs.map(\.name)
        #expect(names.count == 2 + 2 * 2 + 2 * 2 * 2, "\(names)")
        #expect(Set(names).count == names.count)
        #expect(names.prefix(2) == ["dense-seed0", "dense-seed1"])
        #expect(names.contains("static-ratio2-seed0") && names.contains("rigl-ratio4-drop_fraction0.3-seed1"))
        #expect(plan.runs.allSatisfy { $0.configuration.threads == 1 })
    }

    @Test func theProtocolIsThatOfTheSurvey() throws {
        var grid = SweepGrid()
        try grid.set("model", to: "mlp:40,20")
        let plan = try SweepPlan(grid.over(try Parts.sweepProtocols.named("blalock2020").grid()))
        #expect(plan.runs.count == 3 * (1 + 4 * 5))
        #expect(Set(plan.runs.map(\.method)) == ["dense", "small-dense", "static", "set", "rigl"])
        #expect(Set(plan.runs.map(\.configuration.seed)) == [0, 1, 2])
        #expect(Set(plan.runs.compactMap(\.ratio)) == [2, 4, 8, 16, 32])
    }

    /// A model whose name says no width has no small dense network; the others stay.
    @Test func aBaselineThatThereIsNoneOfIsNamed() throws {
        let plan = try plan(
            [("algo", "small-dense,static"), ("ratio", "2")],
            pairs: [["model": "wrn-10-1"], ["model": "mlp:20"]])
        #expect(plan.runs.map(\.method).sorted() == ["small-dense", "static", "static"])
        #expect(plan.leftOut.count == 1 && plan.leftOut[0].contains("wrn-10-1"))
        #expect(throws: ConfigurationError.self) {
            try self.plan([("algo", "small-dense"), ("ratio", "2"), ("model", "wrn-10-1")])
        }
    }

    @Test func whatCannotRunIsOneRunsFailure() throws {
        let plan = try plan([("ratio", "4"), ("algo", "static")], pairs: [["model": "mlp:20"], ["model": "lenet5"]])
        #expect(plan.runs.map { $0.fault == nil } == [true, false])
        #expect(plan.remarks.count == 1 && plan.remarks[0].contains("lenet5"))
        #expect(throws: ConfigurationError.self) { try self.plan([("data", "nowhere")]) }
    }

    @Test func aFolderKeepsNamesAndRefusesOtherSweeps() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("sweep")
        let first = try plan([("seed", "0,1"), ("model", "mlp:20"), ("steps", "1")])
        #expect(first.runs.map(\.name) == ["seed0", "seed1"])
        _ = try SweepFolder(path: path).begin(first)
        // More runs: those that were there keep their names.
        let more = try plan([("seed", "0,1,2"), ("algo", "rigl,static"), ("model", "mlp:20"), ("steps", "1")])
        let named = try SweepFolder(path: path).begin(more)
        #expect(
            named.runs.map(\.name) == ["seed0", "seed1", "rigl-seed2", "static-seed0", "static-seed1", "static-seed2"])
        #expect(throws: ConfigurationError.self) { try SweepFolder(path: path).begin(first) }
        // Another process, or sweep, has it.
        let holder = SweepFolder(path: path)
        _ = try holder.begin(more)
        withExtendedLifetime(holder) {
            _ = #expect(throws: ConfigurationError.self) { try SweepFolder(path: path).begin(more) }
        }
    }

    @Test(arguments: ["{", "[]", #"{"version":1,"runs":[{"name":"a"}]}"#, #"{"version":2,"runs":[]}"#])
    func aDamagedPlanIsRefused(text: String) throws {
        let folder = try TemporaryFolder()
        try Data(text.utf8).write(to: URL(filePath: folder.path("sweep.json")))
        let one = try plan([("model", "mlp:20")])
        #expect(throws: ConfigurationError.self) { try SweepFolder(path: folder.path("")).begin(one) }
    }

    @Test func aFolderOfSomethingElseIsRefused() throws {
        let folder = try TemporaryFolder()
        try Data("x".utf8).write(to: URL(filePath: folder.path("letter.txt")))
        let one = try plan([("model", "mlp:20")])
        #expect(throws: ConfigurationError.self) { try SweepFolder(path: folder.path("")).begin(one) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("")) == ["letter.txt"])
    }
}
