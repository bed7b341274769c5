import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// When checkpoints are written, and which are kept.
@Suite struct CheckpointScheduleTests {
    private final class Log: TrainingObserver {
        var steps: [Int] = []
        var accuracies: [Double] = []
        func checkpointWasWritten(_ path: String, step: Int) { steps.append(step) }
        func epochDidEnd(_ record: EpochRecord) { accuracies.append(record.validationAccuracy ?? -1) }
    }

    /// A static run of 5 epochs of 46 steps.
    private func run(_ folder: TemporaryFolder, _ change: (inout TrainingConfiguration) -> Void) throws -> Log {
        var run = TrainingConfiguration()
        (run.method, run.model, run.epochs, run.out) = ("static", "mlp:20", 5, folder.path)
        run.checkpointMinutes = 0
        run.checkpointEpochs = nil
        change(&run)
        let log = Log()
        _ = try Trainer(run, observers: [log]).run()
        return log
    }

    private func names(_ folder: TemporaryFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("checkpoint") }.sorted()
    }

    @Test func theEndAlwaysHasOne() throws {
        let folder = try TemporaryFolder()
        #expect(try run(folder) { _ in }.steps == [230])
        #expect(try names(folder) == ["checkpoint.safetensors"])
    }

    @Test func epochsAndSteps() throws {
        #expect(try run(TemporaryFolder()) { $0.checkpointEpochs = 2 }.steps == [92, 184, 230])
        #expect(try run(TemporaryFolder()) { $0.checkpointSteps = 100 }.steps == [100, 200, 230])
    }

    @Test func minutes() throws {
        // So few that each step is late.
        let log = try run(TemporaryFolder()) { ($0.checkpointMinutes, $0.steps, $0.epochs) = (1e-12, 7, nil) }
        #expect(Set(log.steps) == Set(1...7))
    }

    @Test func theLastAreKept() throws {
        let folder = try TemporaryFolder()
        _ = try run(folder) { ($0.checkpointSteps, $0.keptCheckpoints) = (50, 3) }
        let numbered = [150, 200, 230].map { "checkpoint-\($0).safetensors" }
        #expect(try names(folder) == numbered + ["checkpoint.safetensors"])
    }

    @Test func theBestIsThatOfTheHighestAccuracy() throws {
        let folder = try TemporaryFolder()
        let log = try run(folder) { ($0.checkpointEpochs, $0.learningRate, $0.validationFraction) = (1, 0.5, 0.2) }
        let best = try SafetensorsFile(path: folder.path("checkpoint-best.safetensors"))
        let epoch = try #require(log.accuracies.firstIndex(of: log.accuracies.max() ?? 0)) + 1
        #expect(try CheckpointMetadata.state(of: best).run.step == 37 * epoch)
    }
}
