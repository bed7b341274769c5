import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Numbers that stop being finite.
@Suite struct NotFiniteTests {
    /// Spoils one weight, or the inputs of one batch, before a step.
    private final class Spoiler: TrainingObserver {
        var atStep: [Int: () -> Void] = [:]
        var skipped: [TrainingError] = []
        func stepDidEnd(_ progress: TrainingProgress) { atStep.removeValue(forKey: progress.step)?() }
        func batchWasSkipped(_ error: TrainingError) { skipped.append(error) }
    }

    private func run(_ action: NonFiniteAction, folder: String) throws -> (Spoiler, Result<TrainingSummary, any Error>)
    {
        var configuration = TrainingConfiguration()
        configuration.epochs = 4
        configuration.onNonFinite = action
        (configuration.out, configuration.checkpointSteps) = (folder, 20)
        let spoiler = Spoiler()
        let trainer = try Trainer(configuration, observers: [spoiler])
        spoiler.atStep[50] = {
            trainer.network.weights[1].values[7] = .nan
            trainer.network.weights[1].valuesHaveChanged()
        }
        return (spoiler, Result { try trainer.run() })
    }

    @Test func aRunStopsAndNamesTheLastGoodCheckpoint() throws {
        let folder = try TemporaryFolder()
        let (_, result) = try run(.stop, folder: folder.path)
        #expect {
            try result.get()
        } throws: { error in
            "\(error)".contains("the output of fc2 is not finite at step 50")
                && "\(error)".contains("the last good checkpoint is") && "\(error)".contains("checkpoint.safetensors")
        }
    }

    @Test func aRunGoesBackToItsCheckpoint() throws {
        let folder = try TemporaryFolder()
        let (spoiler, result) = try run(.rollback, folder: folder.path)
        #expect(try (result.get().testAccuracy ?? 0) > 0.8)
        #expect(spoiler.skipped.count == 1)
    }

    /// The weight stays spoilt, so skipping cannot help: the run ends rather than skip for ever.
    @Test func skippingHasAnEnd() throws {
        let folder = try TemporaryFolder()
        let (spoiler, result) = try run(.skip, folder: folder.path)
        #expect(throws: TrainingError.self) { try result.get() }
        #expect(spoiler.skipped.count == 10)
    }

    /// Looking at gradients before weights move does not change the results of a sound run.
    @Test func skippingChangesNothingElse() throws {
        var configuration = TrainingConfiguration()
        configuration.steps = 60
        let loss = try Trainer(configuration).run().testLoss
        configuration.onNonFinite = .skip
        #expect(try Trainer(configuration).run().testLoss == loss)
    }
}
