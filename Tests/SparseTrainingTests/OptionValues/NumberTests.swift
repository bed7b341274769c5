import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Every option with numbers over their whole range: the run starts, or the value is refused in a line, at once.
@Suite struct NumberTests {
    static let texts = [
        "1e308", "1e39", "1e38", "1e30", "5e-324", "1e-40", "1e-400", "-0.0", "-0", "nan", "inf", "-inf",
        "9223372036854775807", "9223372036854775808", "18446744073709551615", "18446744073709551616",
        "99999999999999999999", "-1", "-1e308", "0", "1", "0.1", "0.10000000000000002", "0.99999999", "0.9999999",
        "0.9999999999999999", "1.0000001", "0x10", "0x1p-3", "", " 1", "1 ", "+1", "1_000", "1,", "1e", "１", "1e999",
        "1000000000", "1000000001", "1000000000epochs", "9223372036854775807epochs", "65536:65536", "1:65536", "8",
        "*=1e-300", "*=5e-324", "*=0.1", "*=8", "*=1:2", "mlp:16777216", "mlp:999999999", "mlp:0", "mlp:",
        "mlp:16777216,16777216", "wrn-999999-99", "wrn--8-1",
    ]

    /// Parts that read the option; with the others it has no effect.
    static let readers: [String: String] = [
        "erk-power": "distribution=erk", "drop-power": "drop-schedule=power", "drop-lambda": "drop-rule=sensitivity",
        "grow-momentum": "algo=snfs", "grow-window": "algo=snfs", "drop-threshold": "algo=dsr",
        "drop-target": "algo=dsr", "initial-density": "algo=granet", "prune-end-fraction": "algo=granet",
        "ablation": "algo=srigl", "backward-density": "algo=topkast", "exploration-penalty": "algo=topkast",
        "rounds": "algo=force", "prune-samples": "algo=snip",
        "noise": "algo=deepr", "l1": "algo=deepr", "lr-gamma": "lr-schedule=step", "lr-milestones": "lr-schedule=step",
        "beta1": "optimizer=adam", "beta2": "optimizer=adam", "adam-epsilon": "optimizer=adam",
    ]

    /// Options that name files, or only choose among names.
    private static let options = TrainingConfiguration.options.filter {
        !$0.isFlag && $0.choices.isEmpty && !["data", "test-data", "init-from", "mask-from", "out"].contains($0.name)
    }.map(\.name)

    private static func data() throws -> DataSource {
        let features = (0..<60 * 8).map { Float($0 * 7 % 11) }
        let set = try InMemoryDataset(
            features: features, labels: (0..<60).map { $0 % 3 }, shape: SampleShape(channels: 8))
        let (train, test) = Subset(set).split(fraction: 0.2, seed: 0)
        return DataSource(name: "numbers", train: train, test: test)
    }

    /// Nil for a run that started or a refusal; else what went wrong.
    private static func fault(_ words: [(String, String)], data: DataSource, trains: Bool) -> String? {
        let began = ContinuousClock.now
        do {
            var configuration = TrainingConfiguration()
            configuration.model = "mlp:6,5"
            for (name, text) in words { try configuration.set(name, to: text) }
            if trains {
                if configuration.epochs == nil { configuration.steps = min(configuration.steps ?? 3, 3) }
                if configuration.epochs ?? 0 > 3 { configuration.epochs = 3 }
                _ = try Trainer(configuration, data: data).run()
            } else {
                _ = try RunEstimate(configuration, data: data)
            }
        } catch let error as ConfigurationError {
            if error.description.isEmpty || error.description.contains("\n") { return "\(error)" }
        } catch let error as TrainingError {
            // Numbers may be so large that a network of them fails.
            guard case .notFinite = error else { return "\(error)" }
        } catch {
            return "\(error)"
        }
        // Other work may share the cores.
        return ContinuousClock.now - began > .seconds(10) ? "\(ContinuousClock.now - began)" : nil
    }

    @Test(arguments: options)
    func everyNumberStartsOrIsRefused(option: String) throws {
        let data = try Self.data()
        let reader = Self.readers[option].map { $0.split(separator: "=").map(String.init) }
        for text in Self.texts {
            var words = [("delta-t", "1"), (option, text)]
            if let reader { words.insert((reader[0], reader[1]), at: 0) }
            // A network of 16777216 units is only weighed.
            if !text.contains("16777216") {
                #expect(Self.fault(words, data: data, trains: true) == nil, "\(words)")
            }
            #expect(Self.fault(words, data: data, trains: false) == nil, "\(words)")
            if option != "epochs" && option != "steps" {
                let long = words + [("epochs", "1000000000")]
                #expect(Self.fault(long, data: data, trains: false) == nil, "\(long)")
            }
        }
    }

    /// What becomes 1 in single precision is not below 1.
    @Test(arguments: ["label-smoothing", "dropout", "momentum", "beta1", "beta2", "validation-fraction"])
    func nearlyOneIsRefused(option: String) {
        var configuration = TrainingConfiguration()
        #expect(throws: ConfigurationError.self) { try configuration.set(option, to: "0.99999999") }
    }

    @Test func longListsAreRead() throws {
        let data = try Self.data()
        func list(_ word: String, _ count: Int) -> String { repeatElement(word, count: count).joined(separator: ",") }
        for words in [
            ("layer-density", list("fc1=0.5", 5000)), ("dense-layers", list("fc1", 5000)),
            ("block", list("fc1=4", 5000)),
            ("nm", list("fc1=1:2", 5000)), ("constant-fan-in", list("f*c*1", 5000)),
            ("lr-milestones", list("0.5", 5000)), ("model", "mlp:" + list("2", 300)),
        ] {
            #expect(Self.fault([words], data: data, trains: true) == nil, "\(words.0)")
        }
    }

    /// A power so high that all but one layer would have density 0 still spreads what it was given.
    @Test func aHighPowerFillsOneLayerAfterTheOther() throws {
        let layers = [(300, 64), (100, 300), (10, 100)].map { LayerShape(outputs: $0.0, inputs: $0.1) }
        let densities = try ErdosRenyi(countsKernel: false, power: 1000).densities(
            of: layers, keptDense: [false, false, false], target: 0.3)
        #expect(densities[2] == 1 && densities[0] > 0.7 && densities[0] < 0.75 && densities[1] < 1e-100)
    }
}
