import SparseStore

/// The three products of a sparse layer.
enum ProductBenchmarks {
    static let all = ["forward", "input_gradient", "weight_gradient"].map { op in
        Benchmark(op: op, standard: standard(op), prepare: prepare)
    }

    private static func standard(_ op: String) -> [Subject] {
        [1024, 4096].flatMap { size in
            [0.5, 0.2, 0.1, 0.05, 0.02, 0.01].map {
                Subject(op: op, rows: size, columns: size, batch: 128, density: $0, threads: 1)
            }
        }
    }

    @Sendable private static func prepare(_ subject: Subject) throws -> Work {
        let matrix = try Fixture.matrix(subject)
        let input = Fixture.panels(subject.columns, subject.batch, seed: 1, faded: subject.faded)
        let output = Fixture.panels(
            subject.rows, subject.batch, seed: 2, faded: subject.faded && subject.op != "weight_gradient")
        let workers = Workers(threads: subject.threads)
        let panels = 0..<input.panelCount
        // As a step does it: each thread takes pairs of panels through the product; fewer pairs than threads are cut by rows.
        let pairs = (panels.count + 1) / 2
        let parts = subject.threads <= pairs ? 1 : subject.threads
        let (op, count) = (subject.op, panels.count)
        let groups = min(pairs, subject.threads)
        let run: () -> Void
        switch op {
        case "weight_gradient":
            run = {
                let tasks = subject.threads == 1 ? 1 : 4 * subject.threads
                workers.run(tasks: tasks) {
                    matrix.weightGradient(
                        input: input, outputGradient: output, panels: panels, part: Part($0, of: tasks))
                }
            }
        default:
            run = {
                workers.run(tasks: groups * parts) { task in
                    let range = Part(task / parts, of: groups).range(of: count, unit: 2)
                    let part = Part(task % parts, of: parts)
                    if op == "forward" {
                        matrix.forward(input, into: output, bias: nil, relu: false, panels: range, part: part)
                    } else {
                        matrix.inputGradient(output, into: input, panels: range, part: part)
                    }
                }
            }
        }
        // As in training with momentum: one array of optimiser state.
        matrix.stored.reserveStates([.momentum])
        return Work(
            operations: 2 * Double(matrix.storedWeights) * Double(subject.batch),
            bytesPerWeight: Double(matrix.byteCount) / Double(max(matrix.storedWeights, 1)), run: run)
    }
}
