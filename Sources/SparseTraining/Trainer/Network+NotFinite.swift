internal import SparseModels

extension Network {
    /// The first thing of the last batch that is not finite: a layer's output, or else the loss.
    var firstNotFinite: String { firstNotFiniteOutput().map { "the output of \($0)" } ?? "the loss" }
}
