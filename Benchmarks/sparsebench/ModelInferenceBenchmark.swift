import SparseModels
import SparseStore

/// One sample of 32 x 32 pixels through a convolutional network: by layers for single samples, and by a panel of which it fills
/// one lane.
enum ModelInferenceBenchmark {
    static let benchmark = Benchmark(
        op: "inference_model",
        standard: [0.1, 0.05].flatMap { density in
            [nil, byPanel].map { part in
                Subject(
                    op: "inference_model", rows: 0, columns: 0, batch: 1, density: density, threads: 1,
                    model: "resnet20",
                    part: part)
            }
        }
    ) { subject in
        guard subject.batch == 1 else { throw Options.Wrong(description: "inference_model is of one sample") }
        let (model, matrices, work) = try ModelFixture.model(subject, standard: "resnet20")
        let network = try Network(
            model: model, matrices: matrices, batchSize: 1, workers: Workers(threads: subject.threads))
        guard let single = try SampleNetwork(network) else {
            throw Options.Wrong(description: "\(model.name) computes panels only")
        }
        let memory = single.makeMemory()
        let input = Panels(
            channels: model.input.channels, rows: model.input.rows, columns: model.input.columns, halo: model.inputHalo,
            samples: 1)
        let inputs = [BatchInput.values(input)]
        var random = CounterRandom(seed: 4, purpose: .test)
        for channel in 0..<model.input.channels {
            for row in 0..<model.input.rows {
                for column in 0..<model.input.columns {
                    let number = Float(random.nextUnit() - 0.5) * 3
                    input[0, channel, row, column] = number
                    memory.input[(channel * model.input.rows + row) * model.input.columns + column] = number
                }
            }
        }
        try compare(network.forward(inputs, samples: 1), single, memory)
        let weights = network.weights.reduce(0) { $0 + $1.storedWeights }
        // A training step goes through the weights three times, through the first layer's twice.
        let first = matrices.first.map { 4 * Double($0.storedWeights * model.weightShapes[0].uses) } ?? 0
        return Work(
            operations: (work - first) / 3 + first / 2,
            bytesPerWeight: subject.part == nil
                ? Double(single.byteCount) / Double(weights)
                : Double(network.weights.reduce(0) { $0 + $1.byteCount }) / Double(weights),
            run: subject.part == nil ? { single.forward(memory) } : { network.forward(inputs, samples: 1) })
    }

    private static let byPanel = "by a panel"

    /// Throws when the two ways do not give the same to rounding: then times mean nothing.
    private static func compare(_ panel: Panels, _ single: SampleNetwork, _ memory: SampleMemory) throws {
        single.forward(memory)
        let numbers = (0..<panel.channels).map { panel[0, $0] }
        let largest = numbers.map(abs).max() ?? 0
        let worst = numbers.indices.map { abs(numbers[$0] - memory.output[$0]) }.max() ?? 0
        guard worst <= 1e-5 * largest else {
            throw Options.Wrong(description: "one sample alone differs by \(worst) of \(largest) from one in a panel")
        }
    }
}
