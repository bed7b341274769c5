import SparseStore

/// Attention of heads of 64 channels, forward and backward: `--rows` channels, windows of `--columns` tokens, `--batch` windows. Operations
/// are those of the pairs of tokens that see each other: two products forward, five backward.
enum AttentionBenchmark {
    static let benchmark = Benchmark(
        op: "attention",
        standard: ["forward causal", "backward causal", "both causal", "both full"].map { part in
            var subject = Subject(
                op: "attention", format: "dense", rows: 384, columns: 128, batch: 16, density: 1, threads: 1)
            subject.part = part
            return subject
        }
    ) { subject in
        let (channels, length, windows) = (subject.rows, subject.columns, subject.batch)
        let (isCausal, part) = (subject.part?.hasSuffix("causal") ?? true, subject.part ?? "both")
        let panels = Panels.count(length)
        let samples = windows * panels * Panels.lanes
        func tokens(_ seed: UInt64) -> Panels { Fixture.panels(channels, samples, seed: seed) }
        let terms = AttentionOperations.Terms(query: tokens(1), key: tokens(2), value: tokens(3))
        let (output, outputGradient) = (Panels(channels: channels, samples: samples), tokens(4))
        let gradients = (0..<3).map { _ in
            AttentionOperations.Target(Panels(channels: channels, samples: samples), adds: false)
        }
        let attention = AttentionOperations(
            heads: max(1, channels / 64), channels: channels, causal: isCausal, samples: samples)
        let workers = Workers(threads: subject.threads)
        let isForward = !part.hasPrefix("backward")
        let isBackward = !part.hasPrefix("forward")
        let pairs = Double(isCausal ? length * (length + 1) / 2 : length * length) * Double(windows)
        let products = Double((isForward ? 2 : 0) + (isBackward ? 5 : 0))
        workers.run(tasks: windows) {
            attention.forward(terms, into: output, panel: $0 * panels, length: length)
        }
        return Work(
            operations: 2 * products * pairs * Double(channels),
            run: {
                workers.run(tasks: windows) { window in
                    if isForward {
                        attention.forward(terms, into: output, panel: window * panels, length: length)
                    }
                    if isBackward {
                        attention.backward(
                            outputGradient, terms, output: output, query: gradients[0], key: gradients[1],
                            value: gradients[2], panel: window * panels, length: length)
                    }
                }
            })
    }
}
