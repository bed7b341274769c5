import SparseStore

/// Both gradients of a linear layer: one pass for the two where the store has one, else one product after the other.
enum BackwardBenchmark {
    static let benchmark = Benchmark(
        op: "backward",
        standard: [1024, 4096].flatMap { size in
            [0.2, 0.1, 0.05, 0.02, 0.01].map {
                Subject(op: "backward", rows: size, columns: size, batch: 128, density: $0, threads: 1)
            }
        }, prepare: prepare)

    @Sendable private static func prepare(_ subject: Subject) throws -> Work {
        let matrix = try Fixture.matrix(subject)
        let input = Fixture.panels(subject.columns, subject.batch, seed: 1, faded: subject.faded)
        let outputGradient = Fixture.panels(subject.rows, subject.batch, seed: 2, faded: subject.faded)
        let inputGradient = Fixture.panels(subject.columns, subject.batch, seed: 3)
        let workers = Workers(threads: subject.threads)
        let panels = 0..<input.panelCount
        // As a step does it.
        let tasks = subject.threads == 1 ? 1 : 4 * subject.threads
        func joint() {
            workers.run(tasks: tasks) {
                matrix.gradients(
                    input: input, outputGradient: outputGradient, into: inputGradient, panels: panels,
                    part: Part($0, of: tasks))
            }
        }
        func separate() {
            let pairs = (panels.count + 1) / 2
            workers.run(tasks: pairs) {
                matrix.inputGradient(
                    outputGradient, into: inputGradient, panels: Part($0, of: pairs).range(of: panels.count, unit: 2),
                    part: .whole)
            }
            workers.run(tasks: tasks) {
                matrix.weightGradient(
                    input: input, outputGradient: outputGradient, panels: panels, part: Part($0, of: tasks))
            }
        }
        matrix.stored.reserveStates([.momentum])
        return Work(
            operations: 4 * Double(matrix.storedWeights) * Double(subject.batch),
            bytesPerWeight: Double(matrix.byteCount) / Double(max(matrix.storedWeights, 1)),
            run: matrix.joinsGradients ? joint : separate, reference: matrix.joinsGradients ? separate : nil)
    }
}
