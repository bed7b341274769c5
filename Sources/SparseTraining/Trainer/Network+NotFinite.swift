internal import SparseModels
internal import SparseStore

extension Network {
    /// The first thing of the last batch that is not finite: a layer's output, or else the loss.
    var firstNotFinite: String {
        let layer = layers.first { layer in
            let output = layer.output.buffer
            return !VectorOperations.sumOfSquares(output, range: 0..<output.count).isFinite
        }
        return layer.map { "the output of \($0.name)" } ?? "the loss"
    }
}
