import SparseModels
import SparseParts
import SparseStore

/// What subnormal numbers cost: the same work on them and on ordinary numbers, in turn. Inputs are subnormal throughout, and
/// of the products' weights every second one; so are the optimisers' gradients and states. A ratio of 1: nothing.
enum SubnormalBenchmark {
    static let benchmark = Benchmark(op: "subnormal", standard: products + convolutions + others) { subject in
        guard let part = subject.part else { throw Options.Wrong(description: "subnormal is of some work") }
        var ordinary = subject
        (ordinary.op, ordinary.part) = (part, nil)
        var faded = ordinary
        faded.faded = true
        var work = try prepare(faded)
        work.reference = try prepare(ordinary).run
        // Where its time goes has nothing to do with the ratio.
        work.shares = nil
        return work
    }

    private static func prepare(_ subject: Subject) throws -> Work {
        if subject.op.hasPrefix("optimizer") { return try optimizer(subject) }
        guard let benchmark = Benchmark.all.first(where: { $0.op == subject.op }) else {
            throw Options.Wrong(description: "unknown op \(subject.op)")
        }
        return try benchmark.prepare(subject)
    }

    private static let products = ["csr", "block8", "dense"].flatMap { format in
        ["forward", "input_gradient", "weight_gradient"].map { part in
            Subject(
                op: "subnormal", format: format, rows: 1024, columns: 1024, batch: 128,
                density: format == "dense" ? 1 : 0.1, threads: 1, part: part)
        }
    }

    private static let convolutions = ["csr", "block8", "dense"].flatMap { format in
        let convolution = ConvolutionSubject(inChannels: 64, outChannels: 64, height: 16, width: 16)
        return ["conv_forward", "conv_input_gradient", "conv_weight_gradient", "conv_training"].map { part in
            Subject(
                op: "subnormal", format: format, rows: convolution.geometry.rows,
                columns: convolution.geometry.columns, batch: 32, density: format == "dense" ? 1 : 0.1, threads: 1,
                convolution: convolution, part: part)
        }
    }

    private static let others =
        [("dense_gradient", 1024), ("update", 1000), ("step", 1000)].map { part, size in
            Subject(
                op: "subnormal", rows: size, columns: size, batch: 128, density: 0.1, threads: 1, part: part)
        }
        + Parts.optimizers.names.map { name in
            Subject(
                op: "subnormal", format: "", rows: 1, columns: 1 << 18, batch: 1, density: 1, threads: 1,
                part: "optimizer " + name)
        }
        + [
            Subject(
                op: "subnormal", rows: 0, columns: 0, batch: 32, density: 0.1, threads: 1, model: "resnet20",
                part: "model_step")
        ]

    /// An update of values whose gradients and states are put back before each: what is subnormal does not stay so.
    private static func optimizer(_ subject: Subject) throws -> Work {
        let name = String(subject.op.dropFirst("optimizer ".count))
        let optimizer = try Parts.optimizers.optimizer(named: name, Settings { $0.weightDecay = 0 })
        let count = subject.columns
        func numbers(_ seed: UInt64) -> AlignedBuffer<Float> {
            var random = CounterRandom(seed: seed, purpose: .test)
            let numbers = AlignedBuffer((0..<count).map { _ in Float(random.nextUnit() * 0.1) })
            if subject.faded { Fixture.fade(numbers) }
            return numbers
        }
        let kept = (0..<2 + optimizer.states.count).map { numbers(UInt64($0)) }
        let arrays = kept.map { _ in AlignedBuffer<Float>(count: count) }
        let slot = OptimizerSlot(values: arrays[0], gradient: arrays[1], states: Array(arrays.dropFirst(2)))
        let step = OptimizerStep(count: 1, learningRate: 0.01)
        let workers = Workers(threads: 1)
        return Work(operations: Double(count)) {
            workers.run(tasks: 1) { _ in
                for (source, target) in zip(kept, arrays) { target.pointer.update(from: source.pointer, count: count) }
                _ = optimizer.update(slot, range: 0..<count, step: step)
            }
        }
    }
}
