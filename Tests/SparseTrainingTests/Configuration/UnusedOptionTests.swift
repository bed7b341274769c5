import TestSupport
import Testing

@testable import SparseTraining

/// Options without effect are noticed.
@Suite struct UnusedOptionTests {
    private func configuration(_ algorithm: String, _ options: [String: String]) throws -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        try configuration.set("algo", to: algorithm)
        for (name, value) in options { try configuration.set(name, to: value) }
        return configuration
    }

    private func unused(_ algorithm: String, _ options: [String: String]) throws -> [String] {
        try configuration(algorithm, options).unusedOptions(of: try Parts.methods.named(algorithm)).flatMap(\.options)
    }

    @Test func everyMethodUsesItsPreset() throws {
        for method in Parts.methods.entries.map(\.part) {
            let preset = Dictionary(
                uniqueKeysWithValues: TrainingConfiguration.preset(of: method).map { ($0.name, $1) })
            var spelledOut = try configuration(method.name, preset)
            spelledOut.typed = TypedOptions()
            #expect(spelledOut.unusedOptions(of: try Parts.methods.named(method.name)) == [], "\(method.name)")
            #expect(try unused(method.name, [:]) == [])
        }
    }

    @Test func othersAreNamed() throws {
        #expect(try unused("static", ["delta-t": "10", "drop-fraction": "0.2"]) == ["delta-t", "drop-fraction"])
        #expect(try unused("rigl", ["noise": "0.1", "drop-threshold": "1"]) == ["noise", "drop-threshold"])
        #expect(
            try unused("dsr", ["drop-fraction": "0.2", "drop-rule": "magnitude"]) == ["drop-fraction", "drop-rule"])
        #expect(try unused("set", ["grow-window": "4", "grow-rule": "gradient"]) == ["grow-window"])
        #expect(try unused("set", ["grow-window": "4", "grow-rule": "momentum"]) == [])
        #expect(try unused("set", ["distribution": "uniform", "erk-power": "0.9"]) == ["erk-power"])
        #expect(
            try unused("rigl", ["drop-power": "2", "dense-layers": "fc1", "sampling": "bernoulli"]) == ["drop-power"])
    }

    /// What a run on the digits says before its first step.
    private func warnings(_ words: String) throws -> [String] {
        final class Log: TrainingObserver {
            var messages: [String] = []
            func warningWasRaised(_ record: WarningRecord) { messages.append(record.message) }
        }
        let log = Log()
        _ = try Trainer(configuration(words), observers: [log]).run()
        return log.messages.filter { $0.hasPrefix("--") }
    }

    private func configuration(_ words: String) throws -> TrainingConfiguration {
        let words = words.split(separator: " ").map(String.init)
        var configuration = TrainingConfiguration()
        for place in stride(from: 0, to: words.count, by: 2) {
            try configuration.set(words[place], to: words[place + 1])
        }
        return configuration
    }

    @Test(arguments: [
        ("algo static delta-t 1 drop-fraction 0.1", ["--delta-t, --drop-fraction: no effect with --algo static"]),
        ("drop-schedule constant drop-floor 0.1 delta-t 1", ["--drop-floor: no effect with --drop-schedule constant"]),
        ("grow-rule random grad-accumulation 1 delta-t 1", ["--grad-accumulation: no effect with --grow-rule random"]),
        ("epsilon 3 density 0.1 delta-t 1", ["--density: no effect with --distribution epsilon"]),
        ("backward-density 0.3 delta-t 1", ["--backward-density: no effect with --algo rigl"]),
        (
            "algo mest soft-bound true drop-rule magnitude delta-t 1",
            ["--drop-rule: no effect with --soft-bound"]
        ),
        // Typed is given, even where it says the default.
        ("optimizer adam momentum 0.9 delta-t 1", ["--momentum: no effect with --optimizer adam"]),
        (
            "beta1 0.9 beta2 0.5 adam-epsilon 1e-3 delta-t 1",
            ["--beta1, --beta2, --adam-epsilon: no effect with --optimizer sgd"]
        ),
        (
            "lr-gamma 0.5 lr-milestones 0.2 delta-t 1",
            ["--lr-milestones, --lr-gamma: no effect with --lr-schedule cosine"]
        ),
        ("loss mse label-smoothing 0 delta-t 1", ["--label-smoothing: no effect with --loss mse"]),
        (
            "warmup-steps 9 delta-t 1",
            ["--warmup-steps: 9 steps are more than the run of 2 steps has: the learning rate never reaches --lr"]
        ),
        ("density 1 drop-fraction 0.1", ["--drop-fraction: no effect, because every layer is full and stays so"]),
        (
            "nm fc1=2:4 density 0.2 delta-t 1",
            ["--density: not that of fc1, which --nm fixes; it is that of the other layers"]
        ),
        ("nm fc1=1:4 density 0.25 delta-t 1", []),
        ("algo dense density 0.3", ["--density: no effect with --algo dense"]), ("algo dense density 1", []),
        (
            "nm 2:4 density 0.2 distribution erk delta-t 1",
            ["--density, --distribution: no effect, because every layer has a density of its own"]
        ),
        (
            "dense-layers fc1 layer-density fc1=0.5 density 0.6 delta-t 1",
            ["--layer-density: 'fc1=0.5' has no effect, because other options or the layers' shapes win"]
        ),
        (
            "block fc*=4,fc1=8 delta-t 1",
            ["--block: 'fc1=8' has no effect, because other options or the layers' shapes win"]
        ),
        (
            "validation-fraction 0.0001 delta-t 1",
            [
                "--validation-fraction: 0.0001 of each class's training samples is less than one: nothing is held out"
            ]
        ),
        ("train-samples 100000 delta-t 1", ["--train-samples: no effect, there are 1442 training samples"]),
        (
            "batch-size 5000 drop-last true delta-t 1",
            [
                "--batch-size: batches have 1442 samples, there are no more to train on",
                "--drop-last: no effect, the training samples do not fill one batch",
            ]
        ),
        (
            "keep-checkpoints 2 on-nonfinite rollback delta-t 1",
            ["--keep-checkpoints, --on-nonfinite: no effect without a run folder (--out)"]
        ),
        ("dense-switch false delta-t 1", ["--dense-switch: no effect, because no layer is full"]),
        ("optimizer adam beta1 0.8 dropout 0.1 batch-norm true delta-t 1", []),
        ("algo dense init row-fan-in", ["--init: no effect, row-fan-in is the same as sparse-fan-in for these layers"]),
        (
            "algo topkast init dense-fan-in delta-t 1",
            ["--init: no effect, dense-fan-in is the same as sparse-fan-in for these layers"]
        ),
        (
            "algo srigl init row-fan-in delta-t 1",
            ["--init: no effect, row-fan-in is the same as sparse-fan-in for these layers"]
        ),
        ("algo srigl init dense-fan-in delta-t 1", []), ("init row-fan-in delta-t 1", []),
        ("algo dense init he-fan-out", []),
    ])
    func aRunSaysSo(options: String, expected: [String]) throws {
        let words = options + " steps 2"
        #expect(try warnings(words) == expected)
        // A dry run says the same.
        let estimate = try RunEstimate(configuration(words), hasFolder: false)
        #expect(estimate.warnings.filter { $0.hasPrefix("--") } == expected)
    }

    /// The values are the same where the warning says so, and only there.
    @Test(arguments: ["dense", "topkast", "srigl", "rigl"]) func startingValuesAreTheSame(algorithm: String) throws {
        func values(_ initialization: String) throws -> [[Float]] {
            let words = "algo \(algorithm) steps 2 delta-t 1 init \(initialization)"
            return try Trainer(configuration(words)).network.weights.map(\.values.array)
        }
        let usual = try values("sparse-fan-in")
        for other in ["row-fan-in", "dense-fan-in", "he-fan-out", "normal"] {
            let words = "algo \(algorithm) steps 2 delta-t 1 init \(other)"
            let isSaid = try warnings(words).contains { $0.hasPrefix("--init") }
            #expect(try (values(other) == usual) == isSaid, "\(other)")
        }
    }

    @Test(arguments: [
        ("keep-checkpoints 2 checkpoint-minutes 0", ["--keep-checkpoints: no effect, the run writes one checkpoint"]),
        (
            "keep-checkpoints 3",
            ["--keep-checkpoints: only 1 of 3 were written; --checkpoint-epochs or --checkpoint-steps says when"]
        ),
        ("keep-checkpoints 2 checkpoint-steps 1", []), ("keep-checkpoints 1", []),
    ])
    func checkpointsThatAreNotThere(options: String, expected: [String]) throws {
        let folder = try TemporaryFolder()
        #expect(try warnings(options + " delta-t 1 steps 2 out \(folder.path("run"))") == expected)
    }

    /// A configuration that is written with values in place of defaults and read again has nothing typed.
    @Test func whatIsReadAgainIsNotTyped() throws {
        var configuration = TrainingConfiguration()
        try configuration.set("momentum", to: "0.9")
        try configuration.set("optimizer", to: "adam")
        #expect(configuration.isGiven(Options().momentum))
        let again = try TrainingConfiguration(json: configuration.json(), path: "config.json")
        #expect(!again.isGiven(Options().momentum) && again.isGiven(Options().optimizer) && again == configuration)
    }

    @Test(arguments: [
        "test-data some.csv", "test-fraction 0.3", "target first", "coarse-labels true",
    ])
    func samplesThatWereNotAskedForAreRefused(option: String) throws {
        let words = option.split(separator: " ").map(String.init)
        var configuration = TrainingConfiguration()
        try configuration.set(words[0], to: words[1])
        #expect {
            try RunEstimate(configuration)
        } throws: { error in
            guard case .rejected(let reason)? = error as? ConfigurationError else { return false }
            return reason.hasPrefix("--\(words[0]): digits does not read it")
        }
    }
}
