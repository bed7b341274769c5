internal import SparseData
internal import SparseModels
internal import SparseStore
internal import Synchronization

/// Networks that share one set of weights, each with activations of its own: as many as there are calls at once.
///
/// The weights are those of `network`, which nobody runs or changes after it was read; what is lent has one user at a time. So
/// all that is shared is only read, which is what makes the unchecked conformance sound.
final class NetworkPool: @unchecked Sendable {
    /// Holds the weights.
    let network: Network
    private let workers: Workers
    private let scaling: FeatureScaling
    private let panels = Mutex<[PanelMemory]>([])
    private let samples = Mutex<[SampleMemory]>([])
    private let singles = Mutex<Singles>(.unknown)

    /// Whether single samples have a way of their own, which is found out when the first one comes: it takes memory.
    private enum Singles {
        case unknown, none
        case network(SampleNetwork)
    }

    /// Samples that are computed at once.
    private static let most = 4 * Panels.lanes

    /// A network and its inputs, for one call at a time: it leaves the list, under the lock, while it is in use. That makes the
    /// unchecked conformance sound.
    private struct PanelMemory: @unchecked Sendable {
        let network: Network
        let raw: AlignedBuffer<Float>
        let records: SampleRecords<Float>
        let order: AlignedBuffer<Int>
        let input: Panels
        /// The same, as the network takes it: no array is made for a call.
        let inputs: [BatchInput]

        /// Samples of a batch.
        var capacity: Int { order.count }
    }

    init(_ network: Network, scaling: FeatureScaling, workers: Workers) {
        self.network = network
        self.scaling = scaling
        self.workers = workers
    }

    /// Another network with the same weights.
    func makeNetwork(batchSize: Int, of sequence: SequenceShape? = nil) throws(ModelError) -> Network {
        let other = try Network(
            model: network.model, matrices: network.weights, batchSize: batchSize, workers: workers)
        other.reads(sequence)
        for (parameter, same) in zip(other.parameters, network.parameters) where parameter.matrix == nil {
            _ = parameter.values.elements.update(fromContentsOf: same.values.elements)
        }
        for (buffer, same) in zip(other.buffers, network.buffers) {
            _ = buffer.buffer.elements.update(fromContentsOf: same.buffer.elements)
        }
        return other
    }

    /// Calls `body` with the outputs of one sample.
    /// - Parameter features: As many as the network reads, raw.
    func outputs<Result>(of features: [Float], _ body: (AlignedBuffer<Float>) -> Result) throws -> Result? {
        guard let single = try singleNetwork() else { return nil }
        let memory = samples.withLock { $0.popLast() } ?? single.makeMemory()
        SampleOperations.scale(features, by: scaling, into: memory.input)
        single.forward(memory)
        defer { samples.withLock { $0.append(memory) } }
        return body(memory.output)
    }

    /// Bytes that single samples take beside the network; 0 before the first.
    var singleByteCount: Int {
        singles.withLock { if case .network(let network) = $0 { network.byteCount } else { 0 } }
    }

    private func singleNetwork() throws -> SampleNetwork? {
        try singles.withLock { singles in
            if case .unknown = singles {
                singles = try SampleNetwork(network).map { .network($0) } ?? .none
            }
            if case .network(let single) = singles { return single }
            return nil
        }
    }

    /// Appends the outputs of `count` samples, in panels.
    /// - Parameter features: Theirs, raw, sample after sample.
    func append(_ features: [Float], samples count: Int, to outputs: inout [Float]) throws {
        let memory = try panels.withLock({ $0.popLast() }) ?? makePanelMemory()
        defer { panels.withLock { $0.append(memory) } }
        let (width, channels) = (scaling.count, network.model.output.channels)
        var first = 0
        while first < count {
            let samples = min(memory.capacity, count - first)
            _ = memory.raw.elements.update(
                fromContentsOf: features[first * width..<(first + samples) * width])
            for panel in 0..<Panels.count(samples) {
                memory.input.assemble(
                    panel: panel, samples: memory.order, count: samples, from: memory.records, scaling: scaling)
            }
            let output = memory.network.forward(memory.inputs, samples: samples)
            for sample in 0..<samples {
                for channel in 0..<channels { outputs.append(output[sample, channel]) }
            }
            first += samples
        }
    }

    private func makePanelMemory() throws -> PanelMemory {
        let (model, width) = (network.model, scaling.count)
        let raw = AlignedBuffer<Float>(count: Self.most * width)
        var records = SampleRecords<Float>(features: width)
        records.append(raw, samples: Self.most)
        let input = Panels(
            channels: model.input.channels, rows: model.input.rows, columns: model.input.columns, halo: model.inputHalo,
            samples: Self.most)
        return PanelMemory(
            network: try makeNetwork(batchSize: Self.most), raw: raw, records: records,
            order: AlignedBuffer(0..<Self.most), input: input, inputs: [.values(input)])
    }
}
