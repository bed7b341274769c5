internal import SparseStore

/// Paths of stored weights from the input to the output.
extension Network {
    /// Places in `weights` of the layers no stored weight of which lies on a path from the network's input to its output:
    /// such a layer gives its biases whatever the input, or nobody reads what it gives, and its gradient is 0.
    public var layersWithoutPath: [Int] {
        let (fed, read) = (channelsFed, channelsRead)
        return weights.indices.filter { index in
            let layer = weightLayers[index]
            return !zip(fed[layer], read[layer]).contains { $0 && $1 }
        }
    }

    /// For each layer the output channels that depend on the network's input.
    private var channelsFed: [[Bool]] {
        var fed: [[Bool]] = []
        func output(of source: Int?) -> [Bool] { source.map { fed[$0] } ?? allTrue(model.input.channels) }
        for (layer, node) in model.nodes.enumerated() {
            var channels = output(of: node.source)
            if let matrix = matrix(of: layer) {
                channels = matrix.outputsReached(from: spread(channels, over: matrix.inputCount))
            } else if case .some(let branch) = node.branch {
                channels = zip(channels, output(of: branch)).map { $0 || $1 }
            }
            fed.append(spread(channels, over: node.output.channels))
        }
        return fed
    }

    /// For each layer the output channels on which the network's output depends.
    private var channelsRead: [[Bool]] {
        var read = model.nodes.map { [Bool](repeating: false, count: $0.output.channels) }
        read[read.count - 1] = allTrue(model.output.channels)
        for (layer, node) in model.nodes.enumerated().reversed() {
            let inputs = matrix(of: layer)?.inputsReached(from: read[layer]) ?? read[layer]
            for case .some(let source) in [node.source, node.branch ?? nil] {
                read[source] = zip(read[source], gather(inputs, into: read[source].count)).map { $0 || $1 }
            }
        }
        return read
    }

    private func matrix(of layer: Int) -> (any SparseMatrix)? {
        weightLayers.firstIndex(of: layer).map { weights[$0].forwardSet?.matrix ?? weights[$0] }
    }

    private func allTrue(_ count: Int) -> [Bool] { [Bool](repeating: true, count: count) }

    /// One flag per channel as one per input of a layer: a map that a linear layer reads is as many inputs as it has pixels.
    private func spread(_ channels: [Bool], over count: Int) -> [Bool] {
        let width = count / channels.count
        return width == 1 ? channels : channels.flatMap { [Bool](repeating: $0, count: width) }
    }

    /// The way back: a channel is marked when one of its inputs is.
    private func gather(_ inputs: [Bool], into count: Int) -> [Bool] {
        let width = inputs.count / count
        return width == 1 ? inputs : (0..<count).map { inputs[$0 * width..<($0 + 1) * width].contains(true) }
    }
}
