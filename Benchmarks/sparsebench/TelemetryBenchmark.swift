import Foundation
import SparseTraining

/// A whole run on the built-in digits with all that it writes beside its checkpoint: metrics, events, histograms, page. Kinds say
/// which part of the time each takes.
enum TelemetryBenchmark {
    static let benchmark = Benchmark(
        op: "telemetry",
        standard: ["resnet20", "mlp:300,100"].map { model in
            Subject(op: "telemetry", rows: 0, columns: 0, batch: 128, density: 0.1, threads: 1, model: model)
        }
    ) { subject in
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "sparsebench-\(UUID().uuidString)", directoryHint: .isDirectory)
        var configuration = TrainingConfiguration()
        configuration.model = subject.model ?? "resnet20"
        (configuration.density, configuration.batchSize) = (subject.density, subject.batch)
        (configuration.threads, configuration.epochs) = (subject.threads, 5)
        (configuration.deltaT, configuration.histograms) = (.steps(5), true)
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
                    "metrics, events, histograms": trainer.tellingSeconds * 1e3, "page": trainer.reportSeconds * 1e3,
                    "the rest of the run": (summary.seconds - trainer.tellingSeconds) * 1e3,
                ]
            })
    }
}
