import Dispatch
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import SparseTraining

/// Runs that go on beside what the program does.
@Suite struct TrainingTests {
    /// Holds the thread that trains after a weight update, until told to go on.
    private final class Gate: TrainingObserver {
        let step: Int
        let reached: AsyncStream<Int>.Continuation
        let mayGoOn: DispatchSemaphore

        init(_ step: Int, _ reached: AsyncStream<Int>.Continuation, _ mayGoOn: DispatchSemaphore) {
            (self.step, self.reached, self.mayGoOn) = (step, reached, mayGoOn)
        }

        func stepDidEnd(_ progress: TrainingProgress) {
            guard progress.step == step else { return }
            reached.yield(step)
            mayGoOn.wait()
        }
    }

    private func configuration(_ method: String = "rigl", out: String? = nil) -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        (configuration.method, configuration.model, configuration.out) = (method, "mlp:40,20", out)
        (configuration.batchSize, configuration.epochs, configuration.deltaT) = (100, 6, .steps(7))
        return configuration
    }

    /// What a checkpoint holds, without the times at its end, and without the options: another test may make one known meanwhile, and
    /// every option is written.
    private func checkpoint(_ folder: String) throws -> [String: Data] {
        let path = folder + "/checkpoint.safetensors"
        let bytes = try Data(contentsOf: URL(filePath: path)).dropLast(16)
        let header = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        var content = try SafetensorsFile(path: path).metadata.mapValues { Data($0.utf8) }
        content["configuration"] = nil
        content["tensors"] = bytes.dropFirst(8 + header)
        #expect(content.count > 5 && (content["tensors"]?.count ?? 0) > 1000)
        return content
    }

    @Test func theEventsAreTheLinesOfTheMetricsAndMore() async throws {
        let folder = try TemporaryFolder()
        let training = Training(configuration(out: folder.path("run")))
        var events: [TrainingEvent] = []
        for try await event in training.events { events.append(event) }
        let summary = try await training.result()
        guard case .started(let plan)? = events.first else {
            Issue.record("the first event is the beginning")
            return
        }
        #expect(plan.steps == summary.steps && plan.epochs == 6)
        #expect(events.last == .finished(summary))
        #expect(summary.topologyUpdates > 3)
        // In the words of the file, by the order in which things happened.
        let lines = events.compactMap { event -> String? in
            switch event {
            case .epoch(let record): "epoch \(record.epoch) \(record.step) \(record.nonzeros)"
            case .topologyUpdate(let record): "topology \(record.epoch) \(record.step) \(record.nonzeros)"
            case .warning(let record): "warning \(record.epoch) \(record.step) "
            default: nil
            }
        }
        let metrics = try String(contentsOfFile: folder.path("run/metrics.jsonl"), encoding: .utf8)
        let written = try metrics.split(separator: "\n").map { line in
            let object = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let (event, epoch) = (object["event"] as? String ?? "", object["epoch"] as? Int ?? -1)
            let nonzeros = (object["nonzeros"] as? Int).map { "\($0)" } ?? ""
            return "\(event) \(epoch) \(object["step"] as? Int ?? -1) \(nonzeros)"
        }
        #expect(lines == written && written.count >= 9)
        #expect(events.contains { if case .checkpoint = $0 { true } else { false } })
        // Who comes late is told everything, too.
        var late: [TrainingEvent] = []
        for try await event in training.events { late.append(event) }
        #expect(late == events)
        #expect(training.progress?.step == summary.steps)
    }

    @Test func theTrainerComesBackOnce() async throws {
        let training = Training(configuration())
        let summary = try await training.result()
        let trainer = try #require(await training.takeTrainer())
        #expect(trainer.network.weights.map(\.storedWeights).reduce(0, +) == summary.nonzeros)
        #expect(await training.takeTrainer() == nil)
    }

    /// A task that is cancelled ends a run that it called itself.
    @Test(.timeLimit(.minutes(2))) func aCancelledTaskEndsTheRunThatItCalled() async throws {
        let (reached, continuation) = AsyncStream.makeStream(of: Int.self)
        let mayGoOn = DispatchSemaphore(value: 0)
        let configuration = configuration()
        let task = Task.detached {
            try Trainer(configuration, observers: [Gate(10, continuation, mayGoOn)]).run()
        }
        for await _ in reached { break }
        task.cancel()
        mayGoOn.signal()
        let summary = try await task.value
        #expect(summary.interrupted && summary.steps == 10)
    }

    /// A task that is cancelled while it reads events ends the run after the step, is told the rest, and the run goes on from
    /// there with the same bits.
    @Test(arguments: [false, true])
    func aTaskThatReadsAndIsCancelledEndsTheRun(readsEvents: Bool) async throws {
        let folder = try TemporaryFolder()
        let whole = configuration(out: folder.path("whole"))
        let summary = try await Training(whole).result()
        var cut = whole
        cut.out = folder.path("cut")
        let (reached, continuation) = AsyncStream.makeStream(of: Int.self)
        let mayGoOn = DispatchSemaphore(value: 0)
        let training = Training(try Trainer(cut, observers: [Gate(50, continuation, mayGoOn)]))
        let task = Task {
            if !readsEvents { return [TrainingEvent.finished(try await training.result())] }
            var events: [TrainingEvent] = []
            for try await event in training.events { events.append(event) }
            return events
        }
        for await _ in reached { break }
        #expect(!training.isCancelled)
        task.cancel()
        while !training.isCancelled { await Task.yield() }
        mayGoOn.signal()
        guard case .finished(let part)? = try await task.value.last else {
            Issue.record("the last event is the end")
            return
        }
        #expect(part.interrupted && part.steps == 50 && !summary.interrupted && summary.steps > 50)
        let rest = try await Training(cut, resumption: .exact).result()
        #expect(rest.test == summary.test && rest.topologyUpdates == summary.topologyUpdates)
        #expect(try checkpoint(folder.path("cut")) == checkpoint(folder.path("whole")))
    }

    /// The main actor reads events, and what else is sent to it runs meanwhile: a button that stops the run, say.
    @Test(.timeLimit(.minutes(2))) @MainActor func theMainActorStaysFree() async throws {
        var configuration = configuration()
        (configuration.epochs, configuration.steps) = (nil, 10_000_000)
        let training = Training(configuration)
        var button: Task<Void, Never>?
        var summary: TrainingSummary?
        for try await event in training.events {
            if case .epoch = event, button == nil { button = Task { @MainActor in training.cancel() } }
            if case .finished(let result) = event { summary = result }
        }
        #expect(summary?.interrupted == true)
    }

    @Test func whatEndsARunIsThrown() async throws {
        var configuration = configuration()
        configuration.learningRate = 1e30
        let training = Training(configuration)
        await #expect(throws: TrainingError.self) { try await training.result() }
        var events = 0
        do {
            for try await _ in training.events { events += 1 }
            Issue.record("the events of a run that failed end with its error")
        } catch let error as TrainingError {
            guard case .notFinite = error else { throw error }
        }
        #expect(events >= 1)
        #expect(await training.takeTrainer() != nil)
        configuration.density = 2
        let wrong = Training(configuration)
        await #expect(throws: ConfigurationError.self) { try await wrong.result() }
        #expect(await wrong.takeTrainer() == nil)
    }

    /// Runs of several methods on several threads each, at the same time in one process, have the bits that each has alone.
    @Test func severalRunsAtOnceHaveTheBitsOfEachAlone() async throws {
        let folder = try TemporaryFolder()
        let runs = [("rigl", 1), ("set", 2), ("topkast", 3)].map { method, threads in
            var run = configuration(method)
            (run.threads, run.seed) = (threads, UInt64(threads))
            return run
        }
        for (index, run) in runs.enumerated() {
            var alone = run
            alone.out = folder.path("alone\(index)")
            _ = try Trainer(alone).run()
        }
        let trainings = runs.enumerated().map { index, run in
            var together = run
            together.out = folder.path("together\(index)")
            return Training(together)
        }
        for (index, training) in trainings.enumerated() {
            let summary = try await training.result()
            #expect(summary.method == runs[index].method && !summary.interrupted)
            #expect(try checkpoint(folder.path("together\(index)")) == checkpoint(folder.path("alone\(index)")))
        }
    }
}
