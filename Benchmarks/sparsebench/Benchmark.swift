import SparseStore

/// One kind of measurement: its cases, and how one case is measured.
struct Benchmark: Sendable {
    var op: String
    /// Cases that run when the command line names none.
    var standard: [Subject]
    /// Makes a case ready.
    var prepare: @Sendable (Subject) throws -> Work

    static let formats = MatrixFormat.all.map(\.description)

    /// All kinds: a new one is a file and a line here.
    static let all: [Benchmark] =
        ProductBenchmarks.all + [BackwardBenchmark.benchmark, DenseGradientBenchmark.benchmark] + StepBenchmarks.all
        + ConvolutionBenchmarks.all + [
            ModelStepBenchmark.benchmark, InferenceBenchmark.benchmark, ModelInferenceBenchmark.benchmark,
            SubnormalBenchmark.benchmark, TelemetryBenchmark.benchmark, CutsBenchmark.benchmark,
            AttentionBenchmark.benchmark,
        ]

    /// The cases that the options leave.
    func subjects(_ options: Options) -> [Subject] {
        var subjects: [Subject] = []
        let shapes =
            options.rows.isEmpty && options.columns.isEmpty
            ? nil
            : zip(
                options.rows.isEmpty ? options.columns : options.rows,
                options.columns.isEmpty ? options.rows : options.columns
            ).map { ($0, $1) }
        var seen = Set<String>()
        for subject in standard {
            for (rows, columns) in shapes ?? [(subject.rows, subject.columns)] {
                for density in options.densities.isEmpty ? [subject.density] : options.densities {
                    for format in options.formats.isEmpty ? [subject.format] : options.formats {
                        for batch in options.batches.isEmpty ? [subject.batch] : options.batches {
                            for threads in options.threads.isEmpty ? [subject.threads] : options.threads {
                                for convolution in options.cases(subject.convolution) {
                                    let one = Subject(
                                        op: op, format: format, rows: convolution?.geometry.rows ?? rows,
                                        columns: convolution?.geometry.columns ?? columns, batch: batch,
                                        density: density, threads: threads, convolution: convolution,
                                        model: subject.model.map { options.model ?? $0 }, part: subject.part)
                                    if seen.insert("\(one)").inserted { subjects.append(one) }
                                }
                            }
                        }
                    }
                }
            }
        }
        return subjects
    }
}
