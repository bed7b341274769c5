internal import SparseStore

/// Paths of stored weights from the inputs to the output, as the layers' signals say.
extension Network {
    /// Places in `weights` of the matrices no stored weight of which lies on a path from the network's inputs to its output:
    /// what such a layer gives does not depend on the inputs through it, or nobody reads it, and its gradient is 0.
    package var layersWithoutPath: [Int] {
        let (fed, read) = (channelsFed, channelsRead)
        return weights.indices.filter { index in
            let (layer, matrix) = weightPlaces[index]
            let node = model.nodes[layer]
            return !node.definition.signals(for: node.inputs).contains { signal in
                guard case .weights(matrix, let input) = signal else { return false }
                let outputs = outputs(of: layer, from: channels(node.sources[input], fed), signal)
                return zip(outputs, read[layer]).contains { $0 && $1 }
            }
        }
    }

    /// For each of `weights` how many of those that the forward pass uses lie on a path from the network's inputs to its output. The rest
    /// may as well not be there (Vysogorets, Kempe, "Connectivity matters: neural network pruning through the lens of effective
    /// sparsity", JMLR 2023).
    package var weightsOnPaths: [Int] {
        let (fed, read) = (channelsFed, channelsRead)
        return weights.indices.map { index in
            let (layer, place) = weightPlaces[index]
            let node = model.nodes[layer]
            let matrix = weights[index].forwardSet?.matrix ?? weights[index]
            var count = 0
            for case .weights(place, let input) in node.definition.signals(for: node.inputs) {
                guard read[layer].count == matrix.rows else { return matrix.storedWeights }
                let inputs = spread(channels(node.sources[input], fed), over: matrix.inputCount)
                count += matrix.storedWeights(from: inputs, to: read[layer])
            }
            return count
        }
    }

    /// For each of `weights` the outputs of its layer through which the network's output depends on its inputs.
    package var outputsOnPaths: [[Bool]] {
        let (fed, read) = (channelsFed, channelsRead)
        return weightPlaces.map { layer, _ in zip(fed[layer], read[layer]).map { $0 && $1 } }
    }

    /// Which channels of a source depend on the network's inputs.
    private func channels(_ source: ModelSource, _ fed: [[Bool]]) -> [Bool] {
        switch source {
        case .input(let input): all(true, model.inputs[input].shape.channels)
        case .layer(let layer): fed[layer]
        }
    }

    /// For each layer the output channels that depend on the network's inputs.
    var channelsFed: [[Bool]] {
        var fed: [[Bool]] = []
        for (layer, node) in model.nodes.enumerated() {
            var channels = all(false, node.output.channels)
            for signal in node.definition.signals(for: node.inputs) {
                let outputs = outputs(of: layer, from: self.channels(node.sources[signal.input], fed), signal)
                channels = zip(channels, outputs).map { $0 || $1 }
            }
            fed.append(channels)
        }
        return fed
    }

    /// For each layer the output channels on which the network's output depends.
    var channelsRead: [[Bool]] {
        var read = model.nodes.map { all(false, $0.output.channels) }
        read[read.count - 1] = all(true, model.output.channels)
        for (layer, node) in model.nodes.enumerated().reversed() {
            for signal in node.definition.signals(for: node.inputs) {
                guard case .layer(let source) = node.sources[signal.input] else { continue }
                let inputs = inputs(of: layer, from: read[layer], signal, count: read[source].count)
                read[source] = zip(read[source], inputs).map { $0 || $1 }
            }
        }
        return read
    }

    /// Output channels of a layer that a signal from these channels of an input gets to.
    private func outputs(of layer: Int, from channels: [Bool], _ signal: Signal) -> [Bool] {
        let count = model.nodes[layer].output.channels
        switch signal {
        case .channels: return spread(channels, over: count)
        case .all: return all(channels.contains(true), count)
        case .weights(let index, _):
            guard let matrix = matrix(index, of: layer) else { return all(true, count) }
            return spread(matrix.outputsReached(from: spread(channels, over: matrix.inputCount)), over: count)
        }
    }

    /// Channels of an input from which a signal gets to these output channels of a layer.
    private func inputs(of layer: Int, from channels: [Bool], _ signal: Signal, count: Int) -> [Bool] {
        switch signal {
        case .channels: return gather(channels, into: count)
        case .all: return all(channels.contains(true), count)
        case .weights(let index, _):
            guard let matrix = matrix(index, of: layer), matrix.rows == channels.count else {
                return all(true, count)
            }
            return gather(matrix.inputsReached(from: channels), into: count)
        }
    }

    func matrix(_ index: Int, of layer: Int) -> (any SparseMatrix)? {
        weightPlaces.firstIndex { $0 == (layer, index) }.map { weights[$0].forwardSet?.matrix ?? weights[$0] }
    }

    private func all(_ flag: Bool, _ count: Int) -> [Bool] { [Bool](repeating: flag, count: count) }

    /// One flag per channel as one per input of a layer: a map that a linear layer reads is as many inputs as it has pixels.
    /// Where the numbers do not go together, nothing is known to be cut off.
    private func spread(_ channels: [Bool], over count: Int) -> [Bool] {
        if count == channels.count { return channels }
        guard count % channels.count == 0 else { return all(true, count) }
        return channels.flatMap { [Bool](repeating: $0, count: count / channels.count) }
    }

    /// The way back: a channel is marked when one of its inputs is.
    private func gather(_ inputs: [Bool], into count: Int) -> [Bool] {
        if count == inputs.count { return inputs }
        guard inputs.count % count == 0 else { return all(true, count) }
        let width = inputs.count / count
        return (0..<count).map { inputs[$0 * width..<($0 + 1) * width].contains(true) }
    }
}
