import Foundation
import SparseModels
import Testing

@testable import SparseTraining

/// The state of a run in a checkpoint.
@Suite struct RunStateTests {
    private var state: RunState {
        var state = RunState()
        (state.step, state.lastTopologyStep, state.topologyUpdates) = (40, 35, 7)
        (state.epochs, state.batches, state.trainingSamples) = (3, 47, 900)
        state.epochSum = MetricSums(loss: 1.5, samples: 20, sums: [11])
        state.flops.addBatch(shapes: [LayerShape(outputs: 3, inputs: 4)], stored: [5], trains: true)
        (state.bestValidation, state.bestOfCheckpoints) = (0.5, 0.25)
        state.lastEpoch = EpochRecord(
            epoch: 3, step: 39, learningRate: 0.1, train: Scores(loss: 1, values: []),
            validation: Scores(loss: nil, values: []), test: Scores(loss: 2, values: []), nonzeros: 5, density: 0.4,
            trainFLOPsRatio: 0.3, seconds: 0, samplesPerSecond: 0)
        (state.warnings, state.cursors) = (["one"], ["metrics": 12, "events": 3456])
        return state
    }

    private func written(_ state: RunState) throws -> [String: Any] {
        let checkpoint = CheckpointState(
            state, optimizerUpdates: 41, update: nil, method: ["a": 1], history: [],
            data: .init(training: 1, validation: 2, test: 3, batchesPerEpoch: 4))
        let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(checkpoint))
        return try #require(object as? [String: Any])
    }

    private func read(_ object: [String: Any]) throws -> CheckpointState {
        try JSONDecoder().decode(CheckpointState.self, from: JSONSerialization.data(withJSONObject: object))
    }

    @Test func whatIsWrittenIsRead() throws {
        let again = try read(written(state))
        #expect(again.run == state && again.optimizerUpdates == 41 && again.method == ["a": 1])
        #expect(again.data.batchesPerEpoch == 4)
        #expect(try read(written(RunState())).run == RunState())
    }

    /// Times differ from run to run: two checkpoints of one state are equal but for their ends.
    @Test func timesAreElsewhere() throws {
        var other = state
        other.times.run = 5
        other.lastEpoch?.seconds = 7
        #expect(try read(written(other)).run == state)
    }

    /// What an older release wrote has the lines of the metrics alone, and samples that were right.
    @Test func olderStatesAreRead() throws {
        var object = try written(state)
        object["cursors"] = nil
        object["metricsLines"] = 12
        object["warnings"] = nil
        object["epochSum"] = ["loss": 1.5, "samples": 20, "top1": 11, "top5": 19]
        var expected = state
        (expected.cursors, expected.warnings) = (["metrics": 12], [])
        #expect(try read(object).run == expected)
        object["metricsLines"] = nil
        #expect(throws: DecodingError.self) { try read(object) }
    }
}
