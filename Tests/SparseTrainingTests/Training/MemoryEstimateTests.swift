import Testing

@testable import SparseTraining

/// Runs that cannot fit are refused before they allocate.
@Suite struct MemoryEstimateTests {
    @Test(arguments: [0.1, 1e-2, 1.0])
    func modelsThatAreTooLargeAreRefused(density: Double) {
        var configuration = TrainingConfiguration()
        (configuration.model, configuration.density) = ("mlp:16777216,16777216", density)
        #expect {
            try Trainer(configuration)
        } throws: { error in
            error is ConfigurationError && "\(error)".contains("lower --density")
        }
    }

    @Test func anEstimateIsNotFarFromWhatIsHeld() throws {
        var configuration = TrainingConfiguration()
        configuration.model = "mlp:2000,2000"
        configuration.steps = 3
        let estimate = try estimate(configuration)
        let trainer = try Trainer(configuration)
        _ = try trainer.run()
        let held = Double(trainer.network.weights.map(\.byteCount).reduce(0, +))
        #expect(estimate.weights > held && estimate.weights < 4 * held)
    }

    private func estimate(_ configuration: TrainingConfiguration) throws -> MemoryEstimate {
        let model = try ModelRegistry.model(
            named: configuration.model, input: ActivationShape(channels: 64), classes: 10)
        return MemoryEstimate(
            try configuration.budgets(for: model), model: model, batchSize: configuration.batchSize, inputBatches: 1)
    }
}
