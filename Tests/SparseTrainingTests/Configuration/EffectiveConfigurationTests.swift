import Foundation
import SparsePolicies
import TestSupport
import Testing

@testable import SparseTraining

/// What a run records of its options are the values that it used, and they give the same run again.
@Suite struct EffectiveConfigurationTests {
    private func effective(_ change: (inout TrainingConfiguration) -> Void) throws -> TrainingConfiguration {
        var run = TrainingConfiguration()
        change(&run)
        return try TrainingSetup(run).configuration
    }

    @Test func nothingThatMattersIsLeftOpen() throws {
        let rigl = try effective { $0.epochs = 3 }
        #expect(rigl.deltaT == .steps(5) && rigl.trainsOnUpdate == true && rigl.dropRule == "magnitude")
        #expect((rigl.learningRate, rigl.warmupSteps, rigl.clipNorm) == (0.05, 6, 1))
        #expect(rigl.epochs == 3 && rigl.steps == nil && rigl.threads != nil && rigl.standardization == "channel")
        #expect(try effective { _ in }.epochs == 100)
        #expect(try effective { $0.steps = 50 }.epochs == nil)
        #expect(try effective { $0.method = "topkast" }.backwardDensity == 0.2)
        #expect(try effective { $0.optimizer = "adam" }.learningRate == 0.001)
        let given = try effective { $0.learningRate = 0.2 }
        #expect((given.learningRate, given.warmupSteps, given.clipNorm) == (0.2, 0, nil))
    }

    @Test func whatHasNoEffectStaysOpen() throws {
        let fixed = try effective { ($0.method, $0.deltaT, $0.dropFraction) = ("static", .steps(5), 0.1) }
        #expect(fixed.deltaT == nil && fixed.dropFraction == nil && fixed.dropRule == nil && fixed.growRule == nil)
        #expect(fixed.distribution == "erk")
        let rigl = try effective { ($0.noise, $0.growWindow) = (1, 3) }
        #expect(rigl.noise == nil && rigl.growWindow == nil && rigl.growMomentum == nil && rigl.backwardDensity == nil)
    }

    @Test(arguments: Parts.methods.names)
    func itsFileGivesTheSameRun(algorithm: String) throws {
        let folder = try TemporaryFolder()
        var run = TrainingConfiguration()
        (run.method, run.epochs, run.model, run.out) = (algorithm, 3, "mlp:30,20", folder.path("run"))
        let first = try Trainer(run).run()
        let text = try String(contentsOfFile: folder.path("run/config.json"), encoding: .utf8)
        #expect(!text.contains("null") && text.contains("\"decay-per-step\" : false"))
        var again = try TrainingConfiguration(file: URL(filePath: folder.path("run/config.json")))
        #expect(again == (try effective { $0 = run }).recorded)
        again.out = folder.path("again")
        let second = try Trainer(again).run()
        #expect((first.testLoss, first.steps, first.epochs) == (second.testLoss, second.steps, second.epochs))
        #expect(first.warnings == second.warnings)
        func checkpoint(_ name: String) throws -> Data {
            try Data(contentsOf: URL(filePath: folder.path(name + "/checkpoint.safetensors"))).dropLast(16)
        }
        #expect(try checkpoint("run") == checkpoint("again"))
        let other = try TrainingConfiguration(file: URL(filePath: folder.path("again/config.json")))
        #expect(other == (try effective { $0 = run }).recorded)
    }

    /// Older releases wrote null where an option had no value.
    @Test func nullSaysNothing() throws {
        let folder = try TemporaryFolder()
        var run = TrainingConfiguration()
        (run.epochs, run.nm, run.out) = (1, [LayerNM(stored: 2, of: 4)], folder.path("run"))
        _ = try Trainer(run).run()
        let file = URL(filePath: folder.path("run/config.json"))
        let now = try TrainingConfiguration(file: file)
        var object = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        let missing = TrainingConfiguration.options.filter { $0.recordedAs == nil && object[$0.name] == nil }
        #expect(missing.contains { $0.name == "noise" } && !missing.contains { $0.name == "decay-per-step" })
        object["decay-per-step"] = NSNull()
        for option in missing { object[option.name] = NSNull() }
        try JSONSerialization.data(withJSONObject: object).write(to: file)
        var old = try TrainingConfiguration(file: file)
        #expect(old.decaysPerStep == nil)
        old.decaysPerStep = false
        #expect(old == now)

        // Their checkpoints left the flag open, too.
        let checkpoint = URL(filePath: folder.path("run/checkpoint.safetensors"))
        let bytes = try Data(contentsOf: checkpoint)
        func flag(_ value: String) -> Data { Data(#"\"decay-per-step\":\"\#(value)"#.utf8) }
        let place = try #require(bytes.firstRange(of: flag(#"false\""#)))
        let open = bytes.replacing(bytes[place], with: flag(#"\"     "#))
        #expect(open.count == bytes.count && open != bytes)
        try open.write(to: checkpoint)
        old.out = run.out
        #expect(throws: Never.self) { try Trainer(old, resumption: .exact) }
    }

    /// What an older release left open meant the published presets.
    @Test func olderCheckpointsAreCompared() throws {
        var run = TrainingConfiguration()
        (run.method, run.epochs) = ("set", 8)
        var texts = Dictionary(uniqueKeysWithValues: TrainingConfiguration.options.map { ($0.name, $0.text(run)) })
        let setup = try TrainingSetup(run)
        let old = try #require(PublishedDefaults.configuration(texts, setup.method, setup.configuration))
        #expect(old.deltaT == .epochs(1) && old.dropSchedule == "constant" && old.dropRule == "signed-magnitude")
        #expect((old.learningRate, old.warmupSteps, old.clipNorm, old.compat) == (0.05, 0, nil, nil))
        // The same values given today are the same run.
        var today = run
        (today.deltaT, today.dropSchedule, today.dropRule) = (.epochs(1), "constant", "signed-magnitude")
        (today.endFraction, today.learningRate) = (1, 0.05)
        let now = try effective { $0 = today }
        for option in TrainingConfiguration.options where option.carryOver != .free {
            #expect(option.text(old) == option.text(now), "\(option.name)")
        }
        texts["no-such-option"] = "1"
        #expect(PublishedDefaults.configuration(texts, setup.method, setup.configuration) == nil)
    }
}
