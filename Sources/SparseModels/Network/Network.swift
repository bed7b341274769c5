public import SparseStore

/// A model with its weights and buffers for batches of up to `batchSize` samples: it carries batches forward and back and
/// updates the weights. All buffers exist from the start; a step allocates nothing.
///
///     let sums = network.backward(input, labels: labels, samples: 128, loss: loss, step: step)
///     try network.update(optimizer, learningRate: rate, settings: UpdateSettings())
///
/// A network is used by one caller at a time; it spreads its own work over `workers`. Same seed and same calls give the
/// same bits whatever the number of threads.
public final class Network {
    public let model: Model
    public let layers: [any Layer]
    /// Largest batch, in samples.
    public let batchSize: Int
    public let seed: UInt64
    public let workers: Workers
    /// All parameters in the order of the layers.
    public let parameters: [Parameter]
    /// The weight matrices, in the order of `model.weightShapes`.
    public let weights: [any SparseMatrix]
    /// Optimiser updates made so far.
    public var updateCount = 0

    /// Border of zeros that the maps of input panels must have.
    public var inputHalo: Int { model.inputHalo }

    let segments: [Segment]
    /// Place of the layer whose output each layer reads; -1: the batch's input.
    let sources: [Int]
    /// Place in `layers` of each of `weights`.
    let weightLayers: [Int]
    /// One element a panel.
    let panelSums: AlignedBuffer<LossSum>
    /// Of each layer the gradient that the last `backward` computed on its way, if it did. A change of connections brings
    /// another buffer.
    var joined: [AlignedBuffer<Float>?]
    /// The batch of the last `backward`.
    var lastBatch: LayerChain?
    var updatePlan = UpdatePlan()

    /// - Parameters:
    ///   - matrices: Weights of the shapes that `model.weightShapes` lists, in their order, with values.
    ///   - seed: Keys the random numbers of dropout.
    /// - Throws: `ModelError.wrongWeights` when the matrices are not those of the model.
    public init(
        model: Model, matrices: [any SparseMatrix], batchSize: Int, seed: UInt64 = 0, workers: Workers
    ) throws(ModelError) {
        precondition(batchSize > 0, "a batch has samples")
        try Network.check(matrices, fit: model.weightShapes)
        var layers: [any Layer] = []
        var weightLayers: [Int] = []
        let readers = Readers(model.nodes)
        let memory = ActivationMemory(model, batchSize: batchSize)
        for (index, node) in model.nodes.enumerated() {
            var site = LayerSite(
                index: index, input: node.input, batchSize: batchSize, output: memory.output(of: index),
                outputGradient: memory.outputGradient(of: index))
            site.inputHalo = node.source.map { layers[$0].output.halo } ?? model.inputHalo
            site.hasInputGradient = node.source != nil
            site.addsInputGradient = readers.addsGradient(of: node.source, by: index)
            if let sum = readers.sumLeaving(node.source) {
                site.leavesInputGradient = sum == index
                if node.source.flatMap(readers.firstWriter) == index { site.addend = memory.outputGradient(of: sum) }
            }
            if case .some(.some(let branch)) = node.branch {
                site.branch = LayerBranch(
                    output: layers[branch].output, gradient: layers[branch].outputGradient,
                    addsGradient: branch == node.source || readers.addsGradient(of: branch, by: index),
                    leavesGradient: readers.sumLeaving(branch) == index)
            }
            if node.definition.weightShape(for: node.input) != nil {
                site.weights = matrices[weightLayers.count]
                weightLayers.append(index)
            }
            do throws(StoreError) {
                layers.append(try node.definition.makeLayer(at: site))
            } catch {
                throw .wrongLayer(layer: node.definition.name, reason: error.description)
            }
        }
        self.model = model
        self.layers = layers
        self.batchSize = batchSize
        self.seed = seed
        self.workers = workers
        self.weightLayers = weightLayers
        parameters = layers.flatMap(\.parameters)
        sources = model.nodes.map { $0.source ?? -1 }
        weights = parameters.compactMap(\.matrix)
        segments = Segment.cut(layers)
        joined = layers.map { _ in nil }
        panelSums = AlignedBuffer(count: Panels.count(batchSize))
    }

    /// The network's output for the last batch.
    public var output: Panels { layers[layers.count - 1].output }

    /// What else a checkpoint must hold beside the parameters.
    public var buffers: [NamedBuffer] { layers.flatMap(\.buffers) }

    /// The last backward batch as `weights[index]` saw it: from it any element of the weights' dense gradient can be
    /// computed. Nil before the first `backward`. The panels are the network's own: the next batch overwrites them.
    public func gradientBatch(ofWeights index: Int) -> GradientBatch? {
        guard let lastBatch else { return nil }
        let layer = weightLayers[index]
        return GradientBatch(
            input: lastBatch.input(of: layer), outputGradient: layers[layer].outputGradient,
            samples: lastBatch.pass.samples)
    }

    /// The panels that `weights[index]` would see of a batch in `input`, whatever they hold now: their shapes.
    public func gradientPanels(ofWeights index: Int, input: Panels) -> GradientBatch {
        let layer = weightLayers[index]
        return GradientBatch(
            input: sources[layer] < 0 ? input : layers[sources[layer]].output,
            outputGradient: layers[layer].outputGradient, samples: 0)
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
