import Testing

@testable import SparseTraining

/// Options without effect are noticed.
@Suite struct UnusedOptionTests {
    private func unused(_ algorithm: String, _ options: [String: String]) throws -> [String] {
        var configuration = TrainingConfiguration()
        try configuration.set("algo", to: algorithm)
        for (name, value) in options { try configuration.set(name, to: value) }
        return configuration.unusedOptions(of: try Catalog.methods.named(algorithm))
    }

    @Test func everyMethodUsesItsPreset() throws {
        for method in Registry.methods {
            let preset = Dictionary(uniqueKeysWithValues: method.preset.map { ($0.option, $0.value) })
            #expect(try unused(method.name, preset) == [], "\(method.name)")
            #expect(try unused(method.name, [:]) == [])
        }
    }

    @Test func othersAreNamed() throws {
        #expect(try unused("static", ["delta-t": "10", "drop-fraction": "0.2"]) == ["delta-t", "drop-fraction"])
        #expect(try unused("rigl", ["noise": "0.1", "drop-threshold": "1"]) == ["drop-threshold", "noise"])
        #expect(
            try unused("dsr", ["drop-fraction": "0.2", "drop-rule": "magnitude"]) == ["drop-fraction", "drop-rule"])
        #expect(try unused("set", ["grow-window": "4", "grow-rule": "gradient"]) == ["grow-window"])
        #expect(try unused("set", ["grow-window": "4", "grow-rule": "momentum"]) == [])
        #expect(try unused("set", ["distribution": "uniform", "erk-power": "0.9"]) == ["erk-power"])
        #expect(
            try unused("rigl", ["drop-power": "2", "dense-layers": "fc1", "sampling": "bernoulli"]) == ["drop-power"])
    }

    @Test func aRunSaysSo() throws {
        final class Log: TrainingObserver {
            var messages: [String] = []
            func warningWasRaised(_ record: WarningRecord) { messages.append(record.message) }
        }
        let log = Log()
        var configuration = TrainingConfiguration()
        (configuration.algorithm, configuration.steps) = ("static", 60)
        (configuration.deltaT, configuration.dropFraction) = (.steps(1), 0.1)
        _ = try Trainer(configuration, observers: [log]).run()
        #expect(log.messages == ["--delta-t, --drop-fraction: no effect with --algo static"])
    }
}
