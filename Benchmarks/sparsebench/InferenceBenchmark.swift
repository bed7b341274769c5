import SparseModels
import SparseParts
import SparseStore

/// What a trained network takes to predict: 784-h-h-h-10 (h is `--rows`), raw numbers in, outputs out. One sample goes through
/// `SampleNetwork`, more go through panels; milliseconds are of the whole batch.
enum InferenceBenchmark {
    static let benchmark = Benchmark(
        op: "inference",
        standard: [0.1, 0.05, 0.02].flatMap { density in
            [1, 8, 32, 128, 256].map { batch in
                Subject(op: "inference", rows: 1000, columns: 1000, batch: batch, density: density, threads: 1)
            }
        }
    ) { subject in
        let fixture = try InferenceFixture(subject)
        return Work(
            operations: fixture.operations, bytesPerWeight: fixture.bytesPerWeight,
            run: subject.batch == 1 ? { fixture.one() } : { fixture.many() })
    }
}

/// A network of four layers with random weights, and random samples.
private final class InferenceFixture {
    private let network: Network
    private let single: SampleNetwork
    private let memory: SampleMemory
    private let sample: [Float]
    private let input: Panels
    private let inputs: [BatchInput]
    private let order: AlignedBuffer<Int>
    private let records: SampleRecords<Float>
    private let scaling: FeatureScaling
    let operations: Double

    init(_ subject: Subject) throws {
        let (hidden, features) = (subject.rows, 784)
        let model = try Model(
            name: "mlp", input: ActivationShape(channels: features),
            layers: [
                Linear(name: "fc1", outputs: hidden, relu: true), Linear(name: "fc2", outputs: hidden, relu: true),
                Linear(name: "fc3", outputs: hidden, relu: true), Linear(name: "fc4", outputs: 10),
            ])
        var matrices: [any SparseMatrix] = []
        for (layer, shape) in model.weightShapes.enumerated() {
            var random = CounterRandom(seed: 1, purpose: .topology, layer: layer)
            matrices.append(
                try Fixture.matrix(
                    format: subject.format, rows: shape.rows, columns: shape.columns, density: subject.density,
                    random: &random))
        }
        operations = matrices.reduce(0.0) { $0 + 2 * Double($1.storedWeights) } * Double(subject.batch)
        network = try Network(
            model: model, matrices: matrices, batchSize: subject.batch, workers: Workers(threads: subject.threads))
        guard let single = try SampleNetwork(network) else {
            throw Options.Wrong(description: "a network of vectors predicts single samples")
        }
        (self.single, memory) = (single, single.makeMemory())
        var random = CounterRandom(seed: 4, purpose: .test)
        sample = (0..<features).map { _ in Float(random.nextUnit() * 255) }
        let raw = AlignedBuffer((0..<features * subject.batch).map { _ in Float(random.nextUnit() * 255) })
        var records = SampleRecords<Float>(features: features)
        records.append(raw, samples: subject.batch)
        self.records = records
        order = AlignedBuffer(0..<subject.batch)
        input = Panels(channels: features, samples: subject.batch)
        inputs = [.values(input)]
        scaling = FeatureScaling(
            mean: [Float](repeating: 33, count: features), deviation: [Float](repeating: 78, count: features))
    }

    /// Of what single samples are computed from.
    var bytesPerWeight: Double {
        Double(single.byteCount) / Double(network.weights.reduce(0) { $0 + $1.storedWeights })
    }

    func one() {
        SampleOperations.scale(sample, by: scaling, into: memory.input)
        single.forward(memory)
    }

    func many() {
        for panel in 0..<input.panelCount {
            input.assemble(panel: panel, samples: order, count: order.count, from: records, scaling: scaling)
        }
        network.forward(inputs, samples: order.count)
    }
}
