import Foundation
import SparseModels
import Testing

@testable import SparseTraining

/// Several batches of one weight update.
@Suite struct MicroBatchTests {
    private func network(
        _ algorithm: String, batch: Int, micro: Int, _ model: String = "mlp:40,30", steps: Int = 30, threads: Int = 1
    ) throws -> (trainer: Trainer, summary: TrainingSummary) {
        var configuration = TrainingConfiguration()
        configuration.method = algorithm
        configuration.model = model
        configuration.density = 0.2
        configuration.learningRate = 0.05
        configuration.batchSize = batch
        configuration.microBatches = micro
        configuration.steps = steps
        configuration.threads = threads
        try configuration.set("delta-t", to: "7")
        let trainer = try Trainer(configuration)
        return (trainer, try trainer.run())
    }

    /// The order of samples is the same, so that two batches of 32 are one of 64, but for the order of sums.
    @Test(arguments: ["static", "rigl", "snfs"]) func batchesOfAnUpdateAreOneLargeBatch(algorithm: String) throws {
        let one = try network(algorithm, batch: 64, micro: 1)
        let two = try network(algorithm, batch: 32, micro: 2)
        #expect(two.summary.steps == 30 && one.trainer.plan == two.trainer.plan)
        for (a, b) in zip(one.trainer.network.parameters, two.trainer.network.parameters) {
            #expect(a.matrix?.storedPositions() == b.matrix?.storedPositions(), "\(a.name)")
            let (x, y) = (a.elements, b.elements)
            let largest = x.map(\.magnitude).max() ?? 0
            for (x, y) in zip(x, y) { #expect(abs(x - y) <= 2e-3 * largest, "\(a.name)") }
        }
    }

    /// Panels that are not full lie between full ones.
    @Test func batchesNeedNotFillPanels() throws {
        let one = try network("rigl", batch: 40, micro: 1, steps: 10)
        let two = try network("rigl", batch: 20, micro: 2, steps: 10)
        for (a, b) in zip(one.trainer.network.parameters, two.trainer.network.parameters) {
            #expect(a.matrix?.storedPositions() == b.matrix?.storedPositions(), "\(a.name)")
        }
    }

    /// An output is idle when no sample of the update has a gradient for it, whichever batch the sample is in.
    @Test(arguments: ["set", "rigl"]) func idleOutputsAreThoseOfAllBatches(algorithm: String) throws {
        let idle = try [(4, 1), (2, 2), (1, 4)].map { batch, micro in
            var run = TrainingConfiguration()
            (run.method, run.model, run.density) = (algorithm, "mlp:40,30", 0.2)
            (run.batchSize, run.microBatches, run.steps, run.deltaT) = (batch, micro, 10, .steps(7))
            let recorder = UpdateRecorder()
            _ = try Trainer(run, observers: [recorder]).run()
            return try #require(recorder.records.first).layers.map(\.idleOutputs)
        }
        #expect(idle[0] == idle[1] && idle[0] == idle[2] && idle[0].contains { $0 > 0 }, "\(idle)")
    }

    /// More than an epoch has are all of them.
    @Test func anUpdateFollowsAtMostAnEpoch() throws {
        let all = try network("rigl", batch: 500, micro: 3, steps: 8)
        let more = try network("rigl", batch: 500, micro: 1_000_000_000, steps: 8)
        #expect(all.trainer.plan.batchesPerEpoch == 1 && all.trainer.plan == more.trainer.plan)
        #expect(all.trainer.network.parameters.map(\.elements) == more.trainer.network.parameters.map(\.elements))
    }

    @Test(arguments: ["rigl", "set"]) func bitsDoNotDependOnThreads(algorithm: String) throws {
        let (one, _) = try network(algorithm, batch: 20, micro: 3, "wrn-10-1", steps: 8)
        let (many, _) = try network(algorithm, batch: 20, micro: 3, "wrn-10-1", steps: 8, threads: 3)
        #expect(one.network.parameters.map(\.elements) == many.network.parameters.map(\.elements))
    }
}

extension Parameter {
    /// Values in row-major order.
    fileprivate var elements: [Float] { matrix?.elements(of: .values) ?? values.array }
}
