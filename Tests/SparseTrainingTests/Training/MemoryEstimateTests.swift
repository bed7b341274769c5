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

    /// More than the 2^31 - 1 weights that a layer's indices can number; a machine with enough memory changes nothing.
    @Test func moreWeightsThanIndicesAreRefused() {
        var configuration = TrainingConfiguration()
        (configuration.model, configuration.density) = ("mlp:65536,65536", 0.6)
        for make in [{ _ = try RunEstimate(configuration) }, { _ = try Trainer(configuration) }] {
            #expect {
                try make()
            } throws: { error in
                error is ConfigurationError
                    && "\(error)".contains("layer fc2 would store 2575040513 weights, a layer can store 2147483647")
            }
        }
    }

    /// Positions may be more than 2^32: they are numbered with 64 bits.
    @Test func positionsBeyond32BitsAreTheirOwn() throws {
        var configuration = TrainingConfiguration()
        (configuration.model, configuration.density) = ("mlp:65536,65536", 1e-4)
        (configuration.method, configuration.deltaT, configuration.steps) = ("set", .steps(1), 3)
        configuration.batchSize = 32
        let trainer = try Trainer(configuration)
        _ = try trainer.run()
        let matrix = trainer.network.weights[1]
        let positions = matrix.storedPositions()
        #expect((matrix as? CSRMatrix)?.brokenInvariant() == nil)
        #expect(zip(positions, positions.dropFirst()).allSatisfy { $0 < $1 })
        // Spread over all of them: a quarter in each quarter.
        for quarter in 0..<4 {
            let inside = positions.count { $0 >> 30 == quarter }
            #expect(abs(4 * inside - positions.count) < positions.count / 20)
        }
    }

    /// What there is is compared with the estimate before anything of that size is allocated.
    @Test func theMachineIsAsked() throws {
        var configuration = TrainingConfiguration()
        configuration.model = "mlp:2000,2000"
        let estimate = try estimate(configuration)
        let needed = UInt64(estimate.weights + estimate.activations)
        try estimate.check(available: needed + 1)
        #expect(throws: ConfigurationError.self) { try estimate.check(available: needed - 1) }
    }

    /// Batches that an update looks back at count: of all layers that may change, but no more than the run has.
    @Test func keptBatchesCount() throws {
        var configuration = TrainingConfiguration()
        (configuration.model, configuration.method, configuration.batchSize) = ("mlp:300,100", "snfs", 128)
        (configuration.growWindow, configuration.steps, configuration.density) = (11, 50, 0.5)
        let pairs = 4 * 128 * Double(64 + 300 + 300 + 100 + 100 + 10)
        #expect(try RunEstimate(configuration).keptBatchBytes == 10 * pairs)
        configuration.steps = 4
        #expect(try RunEstimate(configuration).keptBatchBytes == 4 * pairs)
        configuration.denseLayers = ["fc1"]
        #expect(try RunEstimate(configuration).keptBatchBytes == 4 * (pairs - 4 * 128 * 364))
        configuration.method = "rigl"
        configuration.growWindow = nil
        #expect(try RunEstimate(configuration).keptBatchBytes == 0)
    }

    @Test func keptBatchesThatDoNotFitAreRefused() throws {
        let model = try Parts.models.model(named: "mlp:300", input: ActivationShape(channels: 64), classes: 10)
        let budgets = try TrainingConfiguration().budgets(for: model)
        let estimate = try MemoryEstimate(
            budgets, model: model, batchSize: 32, inputBatches: 1, keptBatches: 43, keptLayers: [0])
        #expect(estimate.keptBatches == 43 * 4 * 32 * 364)
        #expect {
            try estimate.check(available: UInt64(estimate.weights + estimate.activations) + 1)
        } throws: { error in
            "\(error)".contains("look") && "\(error)".contains("--grow-window")
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
        let model = try Parts.models.model(
            named: configuration.model, input: ActivationShape(channels: 64), classes: 10)
        return try MemoryEstimate(
            configuration.budgets(for: model), model: model, batchSize: configuration.batchSize, inputBatches: 1)
    }
}
