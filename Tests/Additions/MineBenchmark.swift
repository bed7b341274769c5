import SparseStore

/// How long it takes to read all positions of a matrix.
enum MineBenchmark {
    static let benchmark = Benchmark(
        op: "mine", standard: [Subject(op: "mine", rows: 64, columns: 64, batch: 32, density: 0.1, threads: 1)]
    ) { subject in
        let matrix = try Fixture.matrix(subject)
        return Work(operations: Double(matrix.storedCount), run: { _ = matrix.storedPositions() })
    }
}
