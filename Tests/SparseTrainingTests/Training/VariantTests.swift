import Foundation
import SparseModels
import SparsePolicies
import Testing

@testable import SparseTraining

/// Published variants of the methods, by option and in the library.
@Suite struct VariantTests {
    /// SET's code of 2018 takes weight decay x weight off at every step, whatever the learning rate: with hardly any
    /// learning all values shrink by the same factor.
    @Test(arguments: [true, false]) func set2018DecaysPerStep(compat: Bool) throws {
        var configuration = TrainingConfiguration()
        configuration.method = "set"
        configuration.compat = compat ? "set2018" : nil
        configuration.epsilon = 5
        (configuration.learningRate, configuration.learningRateSchedule) = (1e-9, "constant")
        (configuration.weightDecay, configuration.epochs, configuration.batchSize) = (0.01, 1, 100)
        // No new weights, whose values are not those of before.
        configuration.endFraction = 0
        let trainer = try Trainer(configuration)
        let before = trainer.network.parameters.map(\.values.array)
        let summary = try trainer.run()
        let factor = compat ? pow(0.99, Double(summary.steps)) : 1
        for (old, parameter) in zip(before, trainer.network.parameters) {
            for (old, new) in zip(old, parameter.values.array) {
                #expect(abs(Double(new) - factor * Double(old)) < 2e-6)
            }
        }
        #expect(summary.steps > 10 && before.joined().contains { abs($0) > 0.1 })
    }

    @Test func eachVariantIsReachedByOption() throws {
        for (algorithm, variant) in [
            ("set", "set2018"), ("set", "keras"), ("dsr", "dsr2019"), ("rigl", "paper"), ("mest", "paper"),
        ] {
            var configuration = TrainingConfiguration()
            try configuration.set("algo", to: algorithm)
            try configuration.set("compat", to: variant)
            (configuration.epochs, configuration.deltaT) = (1, .steps(5))
            #expect(try Trainer(configuration).run().topologyUpdates > 0)
        }
        let known = Set(Parts.methods.entries.flatMap { $0.part.variants.keys })
        #expect(known == ["paper", "set2018", "keras", "dsr2019"])
    }

    @Test func decayPerStepIsOfSGD() throws {
        var configuration = TrainingConfiguration()
        try configuration.set("decay-per-step", to: "true")
        #expect(throws: Never.self) { try Trainer(configuration) }
        configuration.optimizer = "adam"
        let error = #expect(throws: ConfigurationError.self) { try Trainer(configuration) }
        #expect(error.map { "\($0)".contains("decay-per-step") } == true)
        // A variant's decay can be switched off.
        (configuration.method, configuration.compat, configuration.decaysPerStep) = ("set", "set2018", false)
        #expect(throws: Never.self) { try Trainer(configuration) }
    }
}
