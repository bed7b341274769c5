import Foundation
import Testing

@testable import SparseTraining

/// The option table and the configuration fields behind it.
@Suite struct OptionTableTests {
    @Test func namesAreUniqueAndSpeltInLowerCase() {
        let names = TrainingConfiguration.options.map(\.name)
        #expect(Set(names).count == names.count)
        for name in names { #expect(name.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil, "\(name)") }
    }

    @Test func defaultsAreValid() throws {
        try TrainingConfiguration().validate()
    }

    @Test(arguments: [
        "algo", "density", "model", "data", "distribution", "delta-t", "drop-fraction", "drop-schedule", "drop-rule",
        "end-fraction", "grad-accumulation", "init", "epochs", "steps", "batch-size", "optimizer", "lr", "lr-schedule",
        "warmup-steps", "momentum", "nesterov", "weight-decay", "label-smoothing", "clip-norm", "dropout",
        "validation-fraction", "seed", "threads", "out",
    ])
    func promisedOptionExists(name: String) throws {
        #expect(try TrainingConfiguration.option(named: name).name == name)
    }

    @Test func valuesReachTheirFields() throws {
        var configuration = TrainingConfiguration()
        for (name, text) in [
            ("algo", "set"), ("density", "0.05"), ("delta-t", "7"), ("drop-fraction", ".25"), ("lr", "1e-3"),
            ("nesterov", "true"), ("regrow", "fresh"), ("batch-norm", "true"), ("lr-milestones", "0.3,0.6"),
            ("layer-density", "fc1=0.02,out*=1"), ("dense-layers", "fc3"), ("seed", "18446744073709551615"),
            ("threads", "7"), ("out", "some folder"), ("clip-norm", "2"), ("block", "fc1=16,8"),
            ("nm", "fc2=2:4,1:8"), ("constant-fan-in", "fc4,out"),
        ] {
            try configuration.set(name, to: text)
        }
        var expected = TrainingConfiguration()
        expected.method = "set"
        expected.density = 0.05
        expected.deltaT = .steps(7)
        expected.dropFraction = 0.25
        expected.learningRate = 0.001
        expected.nesterov = true
        expected.regrow = .fresh
        expected.batchNorm = true
        expected.learningRateMilestones = [0.3, 0.6]
        expected.layerDensities = [.init(pattern: "fc1", density: 0.02), .init(pattern: "out*", density: 1)]
        expected.denseLayers = ["fc3"]
        expected.seed = .max
        expected.threads = 7
        expected.out = "some folder"
        expected.clipNorm = 2
        expected.blocks = [.init(pattern: "fc1", side: 16), .init(side: 8)]
        expected.nm = [.init(pattern: "fc2", stored: 2, of: 4), .init(stored: 1, of: 8)]
        expected.constantFanIn = ["fc4", "out"]
        #expect(configuration == expected)
    }

    @Test(arguments: [
        ("density", "0"), ("density", "1.01"), ("density", "-0.1"), ("density", "nan"), ("density", "inf"),
        ("density", ""), ("density", "ten"), ("drop-fraction", "1.5"), ("end-fraction", "-1"), ("delta-t", "0"),
        ("delta-t", "1.5"), ("epochs", "0"), ("epochs", "99999999999999999999"), ("steps", "-3"), ("batch-size", "0"),
        ("lr", "0"), ("lr", "-1"), ("momentum", "1"), ("nesterov", "maybe"), ("dropout", "1"), ("clip-norm", "0"),
        ("validation-fraction", "1"), ("label-smoothing", "1"), ("weight-decay", "-1e-4"), ("seed", "-1"),
        ("threads", "0"), ("threads", "100000"), ("lr-milestones", "0.5,,0.7"), ("lr-milestones", "2"),
        ("layer-density", "fc1"), ("layer-density", "fc1=2"), ("layer-density", "=0.5"), ("warmup-steps", "-1"),
        ("grad-accumulation", "0"), ("erk-power", "-1"), ("block", "5"), ("nm", "5:4"), ("nm", "0:4"), ("nm", "2"),
        ("nm", "fc1=2:"), ("nm", "2:4:8"),
        ("block", "fc1="), ("block", "=8"),
        ("block", "a=b=8"), ("epsilon", "0"), ("model", ""), ("data", ""), ("out", ""),
    ])
    func wrongValueIsRefused(name: String, text: String) throws {
        let expected = try TrainingConfiguration.option(named: name).expected
        #expect(throws: ConfigurationError.invalidValue(option: name, value: text, expected: expected)) {
            var configuration = TrainingConfiguration()
            try configuration.set(name, to: text)
        }
    }

    @Test(arguments: [
        ("algo", "rigle", "rigl"), ("distribution", "erkk", "erk"), ("optimizer", "sdg", "sgd"),
        ("lr-schedule", "cosin", "cosine"), ("init", "sparse-fanin", "sparse-fan-in"),
        ("drop-rule", "magnitud", "magnitude"),
    ])
    func wrongNameIsRefusedWithTheNearest(option: String, name: String, nearest: String) {
        #expect {
            var configuration = TrainingConfiguration()
            try configuration.set(option, to: name)
        } throws: { error in
            guard case .unknownName(option, name, nearest, let known)? = error as? ConfigurationError else {
                return false
            }
            return known.contains(nearest)
        }
    }

    @Test(arguments: [
        ("densty", "density"), ("Density", "density"), ("delta_t", "delta-t"), ("epoch", "epochs"),
        ("bacth-size", "batch-size"), ("no-nestrov", "no-nesterov"),
    ])
    func wrongOptionIsRefusedWithTheNearest(name: String, nearest: String) {
        #expect(throws: ConfigurationError.unknownOption(name: name, nearest: nearest)) {
            try TrainingConfiguration.option(named: name)
        }
    }

    @Test func nothingNearIsNotGuessed() {
        #expect(throws: ConfigurationError.unknownOption(name: "zzzzzz", nearest: nil)) {
            try TrainingConfiguration.option(named: "zzzzzz")
        }
    }

    @Test func optionsThatExcludeEachOtherAreRefused() {
        let wrong: [(inout TrainingConfiguration) -> Void] = [
            { ($0.epochs, $0.steps) = (1, 1) }, { ($0.nesterov, $0.momentum) = (true, 0) },
            { ($0.nesterov, $0.optimizer) = (true, "adam") }, { ($0.loss, $0.labelSmoothing) = ("mse", 0.1) },
            { $0.learningRateMilestones = [0.7, 0.5] },
        ]
        for change in wrong {
            var configuration = TrainingConfiguration()
            change(&configuration)
            #expect(throws: ConfigurationError.self) { try configuration.validate() }
        }
    }
}
