public import SparseStore

/// A model with its weights and buffers for batches of up to `batchSize` samples: it carries batches forward and back and
/// updates the weights. All buffers exist from the start; a step allocates nothing.
///
///     var sums = MetricSums()
///     network.backward([.values(input)], targets: .classes(labels), samples: 128, loss: loss, step: step, into: &sums)
///     try network.update(optimizer, learningRate: rate, settings: UpdateSettings())
///
/// A network is used by one caller at a time; it spreads its own work over `workers`. Same seed and same calls give the
/// same bits whatever the number of threads.
public final class Network {
    /// What the network is made of.
    public let model: Model
    /// The layers of `model`, in its order.
    public let layers: [any Layer]
    /// Largest batch, in samples.
    public let batchSize: Int
    /// Seed of the initial values and of the layers' random numbers.
    public let seed: UInt64
    /// The threads on which a step runs.
    public let workers: Workers
    /// All parameters in the order of the layers.
    public let parameters: [Parameter]
    /// The weight matrices, in the order of `model.weightShapes`.
    public let weights: [any SparseMatrix]
    /// Optimiser updates made so far.
    public var updateCount = 0
    /// Sums gradients over processes, where there are several.
    public var reducer: (any GradientReducer)?
    /// Is told of the work of each step.
    package var observer: (any StepObserver)?
    /// Samples of each sequence of a batch, for layers that look at sequences; the first of each is the first of a panel, so that the
    /// lanes of its last panel that are past it are padding. Of a model that has a longest sequence it is that, until it is set;
    /// nil where every panel stands for itself.
    public var sequenceLength: Int? {
        didSet {
            precondition(
                sequenceLength.map { $0 > 0 && $0 <= model.longestSequence ?? .max } ?? (model.longestSequence == nil),
                "sequences that the model has no place for")
        }
    }

    /// Panels that each sequence takes.
    public var panelsPerSequence: Int { sequenceLength.map(Panels.count) ?? 1 }

    /// Border of zeros that the maps of the first input must have.
    package var inputHalo: Int { model.inputHalo }

    let segments: [Segment]
    /// What each layer reads.
    let sources: [[ModelSource]]
    /// How the work of each layer may be split.
    let splits: [LayerSplit]
    /// Of each of `weights` the place of its layer in `layers`, and its own among the layer's matrices.
    let weightPlaces: [(layer: Int, index: Int)]
    /// For each panel the sums of loss and metrics.
    var panelSums = AlignedBuffer<Double>(count: 0)
    /// Of each layer the gradient that the last `backward` computed on its way, if it did. A change of connections brings
    /// another buffer.
    var joined: [AlignedBuffer<Float>?]
    /// The batch of the last `backward`.
    var lastBatch: LayerChain?
    var updatePlan = UpdatePlan()
    /// Gradients of all parameters, one behind the other, summed over the batches and shards that an update follows. Made for the shards
    /// of this process, where a batch is cut into some.
    package var gradientSums = ShardSums()

    /// - Parameters:
    ///   - model: What it computes.
    ///   - matrices: Weights of the shapes that `model.weightShapes` lists, in their order, with values.
    ///   - batchSize: Most samples of a batch.
    ///   - seed: Keys the random numbers of dropout, and the values that tables begin with.
    ///   - workers: Threads that compute.
    ///   - drawsTables: Whether tables begin with random values; else they are 0 until they are filled.
    /// - Throws: `ModelError.wrongWeights` when the matrices are not those of the model.
    public init(
        model: Model, matrices: [any SparseMatrix], batchSize: Int, seed: UInt64 = 0, workers: Workers,
        drawsTables: Bool = true
    ) throws(ModelError) {
        precondition(batchSize > 0, "a batch has samples")
        try Network.check(matrices, fit: model.weightShapes)
        var layers: [any Layer] = []
        var places: [(layer: Int, index: Int)] = []
        let readers = Readers(model.nodes)
        let memory = ActivationMemory(model, batchSize: batchSize)
        for (index, node) in model.nodes.enumerated() {
            let shapes = node.weightShapes
            let site = LayerSite(
                index: index,
                inputs: node.sources.indices.map { input in
                    Network.site(of: input, of: index, model, readers, memory, layers)
                },
                batchSize: batchSize, output: memory.output(of: index),
                outputGradient: memory.outputGradient(of: index),
                weights: shapes.indices.map { matrices[places.count + $0] }, seed: drawsTables ? seed : nil,
                layersBefore: layers)
            places += shapes.indices.map { (index, $0) }
            let layer: any Layer
            do throws(StoreError) { layer = try node.definition.makeLayer(at: site) } catch {
                throw .wrongLayer(layer: node.definition.name, reason: error.description)
            }
            guard layer.parameters.count(where: { $0.matrix != nil }) == shapes.count else {
                throw .wrongLayer(
                    layer: layer.name, reason: "asked for \(shapes.count) weight matrices, but has others as parameters"
                )
            }
            layers.append(layer)
        }
        self.model = model
        self.layers = layers
        self.batchSize = batchSize
        self.seed = seed
        self.workers = workers
        weightPlaces = places
        parameters = layers.flatMap(\.parameters)
        sources = model.nodes.map(\.sources)
        splits = model.nodes.map(\.definition.split)
        weights = parameters.compactMap(\.matrix)
        segments = Segment.cut(splits)
        joined = layers.map { _ in nil }
        sequenceLength = model.longestSequence
    }

    /// Where an input of layer `index` comes from, and what becomes of its gradient.
    private static func site(
        of input: Int, of index: Int, _ model: Model, _ readers: Readers, _ memory: ActivationMemory,
        _ layers: [any Layer]
    ) -> InputSite {
        let node = model.nodes[index]
        let source = node.sources[input]
        var site = InputSite(
            shape: node.inputs[input], halo: 0, hasGradient: source.layer != nil,
            addsGradient: node.sources[..<input].contains(source) || readers.addsGradient(of: source, by: index),
            leavesGradient: readers.sumLeaving(source) == index)
        switch source {
        case .input(let place): site.halo = model.inputHalos[place]
        case .layer(let place): site.halo = layers[place].output.halo
        }
        if let sum = readers.sumLeaving(source), readers.firstWriter(of: source) == index {
            site.addend = memory.outputGradient(of: sum)
        }
        return site
    }

    /// The network's output for the last batch.
    public var output: Panels { layers[layers.count - 1].output }

    /// What else a checkpoint must hold beside the parameters.
    public var buffers: [NamedBuffer] { layers.flatMap(\.buffers) }

    /// The last backward batch as `weights[index]` saw it: from it any element of the weights' dense gradient can be
    /// computed. Nil before the first `backward`. The panels are the network's own: the next batch overwrites them.
    package func gradientBatch(ofWeights index: Int) -> GradientBatch? {
        lastBatch.map { gradientBatch(ofWeights: index, $0, samples: $0.pass.samples) }
    }

    /// The panels that `weights[index]` would see of a batch in `inputs`, whatever they hold now: their shapes.
    package func gradientPanels(ofWeights index: Int, inputs: [BatchInput]) -> GradientBatch {
        let chain = LayerChain(
            layers: layers, sources: sources, inputs: inputs, pass: Pass(training: true, samples: 1), observer: nil)
        return gradientBatch(ofWeights: index, chain, samples: 0)
    }

    private func gradientBatch(ofWeights index: Int, _ chain: LayerChain, samples: Int) -> GradientBatch {
        let (layer, matrix) = weightPlaces[index]
        let panels = layers[layer].gradientPanels(ofWeights: matrix, inputs: chain.inputs(of: layer))
        return GradientBatch(input: panels.input, outputGradient: panels.outputGradient, samples: samples)
    }

    private static func check(_ matrices: [any SparseMatrix], fit shapes: [WeightShape]) throws(ModelError) {
        guard matrices.count == shapes.count else {
            throw .wrongWeights(
                layer: shapes.last?.name ?? "", found: "\(matrices.count) matrices in the whole model",
                expected: "\(shapes.count)")
        }
        for (matrix, shape) in zip(matrices, shapes) {
            guard let convolution = shape.convolution, matrix.unitRows > 1 else { continue }
            guard convolution.hasBlocks(ofSide: matrix.unitRows) else {
                throw .wrongWeights(
                    layer: shape.name, found: "weights of format \(matrix.format)",
                    expected: "csr or dense: blocks need one group and a multiple of \(matrix.unitRows) input channels")
            }
        }
        for (matrix, shape) in zip(matrices, shapes)
        where matrix.rows != shape.rows || matrix.columns != shape.columns {
            throw .wrongWeights(
                layer: shape.name, found: "weights of \(matrix.rows) x \(matrix.columns)",
                expected: "\(shape.rows) x \(shape.columns)")
        }
    }
}
