internal import SparseModels

/// One file with a graph of operators, which gives for raw samples what the network gives: standardisation of the inputs is in
/// it. https://onnx.ai/onnx/repo-docs/IR.html
struct ONNXExport: ExportFormat {
    let writesFolder = false
    let options: Set<ExportOption> = [.foldBatchNorm, .sparseInitializers]

    /// Of ONNX's operators, and of the file: what onnxruntime reads since 1.13.
    static let operatorSet = 17
    private static let fileVersion = 8
    /// Bytes that readers of protocol buffers take.
    private static let largest = Int(Int32.max)
    static let outputName = "output"

    func write(_ network: ExportedNetwork, to target: ExportTarget, options: ExportOptions) throws -> [String] {
        let merging = Merging(network, enabled: options.foldBatchNorm)
        let model = try message(of: network, merging, sparse: options.sparseInitializers)
        guard model.byteCount <= Self.largest else {
            throw ExportError.tooLarge(format: "onnx", what: "a network of \(model.byteCount) bytes")
        }
        try target.write { try model.write(to: $0) }
        var remarks: [String] = []
        if options.foldBatchNorm { remarks.append(merging.remark) }
        if options.sparseInitializers {
            remarks.append(
                "runtimes expand sparse initializers when they load the file: it is small, their work is not")
        }
        return remarks
    }

    private func message(of network: ExportedNetwork, _ merging: Merging, sparse: Bool) throws -> ProtobufMessage {
        var message = ProtobufMessage()
        message.add(1, Self.fileVersion)
        message.add(2, "sparsetrain")
        message.add(3, Release.version)
        message.add(7, try graph(of: network, merging, sparse: sparse))
        var operators = ProtobufMessage()
        operators.add(1, "")
        operators.add(2, Self.operatorSet)
        message.add(8, operators)
        for (name, text) in try network.texts.sorted(by: { $0.key < $1.key }) {
            var entry = ProtobufMessage()
            entry.add(1, name)
            entry.add(2, text)
            message.add(14, entry)
        }
        return message
    }

    private func graph(of network: ExportedNetwork, _ merging: Merging, sparse: Bool) throws -> ProtobufMessage {
        let model = network.model
        let output = model.inputs.contains { $0.name == Self.outputName } ? Self.outputName + "_2" : Self.outputName
        var graph = ONNXGraph(sparse: sparse, reserved: model.inputs.map(\.name) + [output])
        var inputs = model.inputs.map { graph.input($0.name, shape: $0.shape) }
        if inputs[0].shape.vocabulary == nil { inputs[0] = standardize(inputs[0], network, &graph) }
        var outputs: [ONNXValue] = []
        for (index, node) in model.nodes.enumerated() {
            let layer = network.layers[index]
            guard let definition = node.definition as? any ONNXLayer else {
                throw ExportError.unknownLayer(
                    name: layer.name, kind: type(of: node.definition).kindName, format: "onnx")
            }
            let place = ONNXPlace(
                layer: layer, matrices: ExportedMatrix.all(of: node, layer),
                inputs: node.sources.map { source in
                    switch source {
                    case .input(let place): inputs[place]
                    case .layer(let place): outputs[place]
                    }
                }, output: node.output, merged: merging.affines[index], isMerged: merging.merged.contains(index))
            outputs.append(try definition.append(to: &graph, at: place))
        }
        var last = outputs.last ?? inputs[0]
        if last.shape.rows * last.shape.columns == 1 { last = graph.vectors(last) }
        if let scaling = network.targetScaling {
            let extents = [1, scaling.means.count]
            let names = [("target.scale", scaling.deviations), ("target.mean", scaling.means)].map { name, values in
                graph.constant(name, values, shape: extents)
            }
            last = graph.append("Mul", [last.name, names[0]], like: last, named: last.name + ".scaled")
            last = graph.append("Add", [last.name, names[1]], like: last, named: last.name + ".in_units")
        }
        last = try graph.output(last)
        return graph.message(named: model.name, output: last, as: output)
    }

    /// (x - mean) * factor, with one number for each channel where all its pixels have the same.
    private func standardize(_ input: ONNXValue, _ network: ExportedNetwork, _ graph: inout ONNXGraph) -> ONNXValue {
        let (channels, pixels) = (input.shape.channels, input.shape.rows * input.shape.columns)
        let arrays = [network.scaling.means, network.scaling.factors]
        let isUniform = arrays.allSatisfy { values in
            (0..<values.count).allSatisfy { values[$0].bitPattern == values[$0 / pixels * pixels].bitPattern }
        }
        let extents = input.isMaps ? [channels, input.shape.rows, input.shape.columns] : [input.shape.elements]
        let names = zip(["input.mean", "input.scale"], arrays).map { name, values in
            isUniform && input.isMaps
                ? graph.constant(name, (0..<channels).map { values[$0 * pixels] }, shape: [1, channels, 1, 1])
                : graph.constant(name, values, shape: [1] + extents)
        }
        let centered = graph.append("Sub", [input.name, names[0]], like: input, named: input.name + ".centered")
        return graph.append("Mul", [centered.name, names[1]], like: input, named: input.name + ".standardized")
    }

    /// Which layers are merged into those before them.
    struct Merging {
        /// What each layer that takes something takes.
        private(set) var affines: [Int: ChannelAffine] = [:]
        /// The layers from which it is.
        private(set) var merged: Set<Int> = []
        /// Layers that could be, if what is before them were another.
        private var left = 0

        init(_ network: ExportedNetwork, enabled: Bool) {
            guard enabled else { return }
            let nodes = network.model.nodes
            var readers: [ModelSource: Int] = [:]
            for source in nodes.flatMap(\.sources) { readers[source, default: 0] += 1 }
            for (index, node) in nodes.enumerated() {
                guard let affine = (node.definition as? any ONNXLayer)?.affine(of: network.layers[index]) else {
                    continue
                }
                if case .layer(let before) = node.sources[0], readers[node.sources[0]] == 1,
                    (nodes[before].definition as? any ONNXLayer)?.takesAffine == true
                {
                    affines[before] = affine
                    merged.insert(index)
                } else {
                    left += 1
                }
            }
        }

        var remark: String {
            if merged.isEmpty && left == 0 { return "the network has no batch normalisation to merge" }
            return
                "\(merged.count) of \(merged.count + left) batch normalisations are merged into the layers before them"
                + (left > 0 ? "; the others follow none that can take them" : "")
        }
    }
}
