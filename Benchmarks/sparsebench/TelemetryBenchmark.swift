import Foundation
import SparseTraining

/// A whole run on the built-in digits, with the options that a run has by itself: which part of its time metrics and events take, and
/// which the page at its end. The first run of the README, and a tenth of its epochs with a deeper network.
enum TelemetryBenchmark {
    static let benchmark = Benchmark(
        op: "telemetry",
        standard: [("resnet20", 10), ("mlp:300,100", 100)].map { model, epochs in
            Subject(op: "telemetry", rows: epochs, columns: 0, batch: 32, density: 0.1, threads: 1, model: model)
        }
    ) { subject in
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "sparsebench-\(UUID().uuidString)", directoryHint: .isDirectory)
        var configuration = TrainingConfiguration()
        configuration.model = subject.model ?? "resnet20"
        (configuration.density, configuration.batchSize) = (subject.density, subject.batch)
        (configuration.threads, configuration.epochs) = (subject.threads, subject.rows)
        configuration.out = folder.path
        func train() throws -> (trainer: Trainer, summary: TrainingSummary) {
            let trainer = try Trainer(configuration, resumption: .overwriting)
            let summary = try trainer.run()
            try? FileManager.default.removeItem(at: folder)
            return (trainer, summary)
        }
        return Work(
            operations: 0, run: { _ = try train() },
            shares: {
                let (trainer, summary) = try train()
                return [
                    "metrics and events": trainer.tellingSeconds * 1e3, "page": trainer.reportSeconds * 1e3,
                    "the rest of the run": (summary.seconds - trainer.tellingSeconds) * 1e3,
                ]
            })
    }
}
