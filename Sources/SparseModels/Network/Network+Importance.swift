internal import SparseStore

/// How much weight lies between inputs and outputs.
extension Network {
    /// For each channel of the first input (each feature, where a sample is a vector) the sum over all paths from it to an output
    /// of the network of the products of the absolute weights along the path, divided by the sum over all channels. A weight of
    /// a convolution counts once for each kernel element; normalisations count 1. All are 0 when no path is left.
    package var inputImportance: [Double] {
        var importance = model.nodes.map { [Double](repeating: 0, count: $0.output.channels) }
        var inputs = model.inputs.map { [Double](repeating: 0, count: $0.shape.channels) }
        importance[importance.count - 1] = [Double](repeating: 1, count: model.output.channels)
        for (layer, node) in model.nodes.enumerated().reversed() {
            for signal in node.definition.signals(for: node.inputs) {
                let count = node.inputs[signal.input].channels
                let came = back(signal, of: layer, from: importance[layer], count: count)
                switch node.sources[signal.input] {
                case .layer(let source):
                    importance[source] = zip(importance[source], came).map { $0 + $1 }
                case .input(let input): inputs[input] = zip(inputs[input], came).map { $0 + $1 }
                }
            }
            // Products of many layers may leave the range of numbers; only ratios count.
            let largest = importance[..<layer].joined().max() ?? 0
            if largest > 1e100 {
                for index in 0..<layer { importance[index] = importance[index].map { $0 / largest } }
                for index in inputs.indices { inputs[index] = inputs[index].map { $0 / largest } }
            }
        }
        let first = inputs.first ?? []
        let total = first.reduce(0, +)
        return total > 0 ? first.map { $0 / total } : first
    }

    /// What a layer's outputs come to on the channels of one of its inputs.
    private func back(_ signal: Signal, of layer: Int, from outputs: [Double], count: Int) -> [Double] {
        switch signal {
        case .channels: return gather(outputs, into: count)
        case .all: return [Double](repeating: outputs.reduce(0, +), count: count)
        case .weights(let index, _):
            guard let matrix = matrix(index, of: layer), matrix.rows == outputs.count else {
                return [Double](repeating: outputs.reduce(0, +), count: count)
            }
            return gather(matrix.inputSums(ofAbsoluteWeightsTimes: outputs), into: count)
        }
    }

    /// A map that a linear layer reads is as many of its inputs as it has pixels: the channel has their sum. The other way round,
    /// each of several channels has what its part of the map has.
    private func gather(_ values: [Double], into count: Int) -> [Double] {
        if values.count == count { return values }
        if values.count % count == 0 {
            let width = values.count / count
            return (0..<count).map { values[$0 * width..<($0 + 1) * width].reduce(0, +) }
        }
        guard count % values.count == 0 else {
            return [Double](repeating: values.reduce(0, +), count: count)
        }
        return values.flatMap { [Double](repeating: $0, count: count / values.count) }
    }
}

extension MatrixView {
    /// For each input of the layer the sum over its stored weights of |weight| times the number of the weight's output.
    func inputSums(ofAbsoluteWeightsTimes outputs: [Double]) -> [Double] {
        var sums = [Double](repeating: 0, count: inputCount)
        let channels = convolution.map { convolution in
            (0..<columns).map { convolution.place(ofColumn: $0).channel }
        }
        forEachStoredWeight { row, column, value in
            var input = column
            if let convolution, let channels {
                input = row / convolution.groupOutputs * convolution.groupInputs + channels[column]
            }
            sums[input] += Double(abs(value)) * outputs[row]
        }
        return sums
    }
}
