import SparseStore

/// Growth by gradient: the dense gradient tile by tile, and the choice of the largest, for as many weights as RigL replaces
/// in its first updates (three tenths of the stored). What is stored is known, as it is to an update, which has read it for
/// the choice of what to drop. Operations are those of the dense product.
enum DenseGradientBenchmark {
    static let benchmark = Benchmark(
        op: "dense_gradient",
        standard: [1024, 4096].map {
            Subject(op: "dense_gradient", rows: $0, columns: $0, batch: 128, density: 0.1, threads: 1)
        }
    ) { subject in
        let matrix = try Fixture.matrix(subject)
        let input = Fixture.panels(subject.columns, subject.batch, seed: 1)
        // Of every second sample: were all, the gradients would be zeros to choose from, which is other work.
        if subject.faded { Fixture.fade(input.buffer, stride: 2) }
        let batch = GradientBatch(
            input: input,
            outputGradient: Fixture.panels(subject.rows, subject.batch, seed: 2), samples: subject.batch)
        let stored = matrix.storedPositions()
        let count = matrix.storedCount * 3 / 10
        let workers = Workers(threads: subject.threads)
        return Work(
            operations: 2 * Double(subject.rows) * Double(subject.columns) * Double(subject.batch),
            run: {
                _ = try matrix.largestGradients(
                    of: [batch], count: count, stored: stored, alsoEligible: [], workers: workers)
            }
        )
    }
}
