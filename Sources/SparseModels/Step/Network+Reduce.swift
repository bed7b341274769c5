internal import SparseStore

/// The fourth stage of a step, where there are several processes: gradients become those of the whole batch.
extension Network {
    /// Lets the reducer sum all gradients, parameter by parameter.
    func reduceGradients() {
        guard let reducer else { return }
        observer?.willDo(.reduce)
        for parameter in parameters { reducer.reduce(parameter.gradient, range: 0..<parameter.gradient.count) }
        observer?.didDo(.reduce)
    }
}
