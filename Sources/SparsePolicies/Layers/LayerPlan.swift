internal import SparseParts

/// Which layers are sparse, and how sparse: the input of a density distribution, with the exceptions users name.
package struct LayerPlan: Sendable {
    /// Share of weights stored over all layers that the distribution covers, in (0, 1].
    package var density: Double
    /// How the budget is spread over the layers.
    package var distribution: any DensityDistribution
    /// Layers kept dense.
    package var dense: [LayerPattern]
    /// Layers with a density of their own; the first pattern that fits counts. The budget of the others does not
    /// change by them.
    package var explicit: [(pattern: LayerPattern, density: Double)]

    /// What is to come of the layers of a model; what is left out is as the plainest method has it.
    package init(
        density: Double, distribution: any DensityDistribution, dense: [LayerPattern] = [],
        explicit: [(pattern: LayerPattern, density: Double)] = []
    ) {
        self.density = density
        self.distribution = distribution
        self.dense = dense
        self.explicit = explicit
    }

    /// The budget of each layer, in the order given.
    /// - Throws: `PolicyError` for a density outside (0, 1], a pattern that fits no layer, or an impossible budget.
    package func budgets(for layers: [(name: String, shape: LayerShape)]) throws(PolicyError) -> [LayerBudget] {
        try check(against: layers.map(\.name))
        let isDense = layers.map { layer in dense.contains { $0.matches(layer.name) } }
        let given = layers.map { layer in explicit.first { $0.pattern.matches(layer.name) }?.density }
        let free = layers.indices.filter { given[$0] == nil || isDense[$0] }
        let spread = try distribution.densities(
            of: free.map { layers[$0].shape }, keptDense: free.map { isDense[$0] }, target: density)
        var densities = given.map { $0 ?? 1 }
        for (index, density) in zip(free, spread) { densities[index] = density }
        return layers.indices.map {
            LayerBudget(
                name: layers[$0].name, shape: layers[$0].shape, density: densities[$0], isKeptDense: isDense[$0])
        }
    }

    private func check(against names: [String]) throws(PolicyError) {
        let densities =
            [("density", density)] + explicit.map { ("the density of layer \($0.pattern.text)", $0.density) }
        for (name, value) in densities where !(value > 0 && value <= 1) {
            throw .invalidOption(name: name, value: "\(value)", expected: "a number above 0 and at most 1")
        }
        let all = Options()
        let patterns = dense.map { (all.denseLayers.name, $0) } + explicit.map { (all.layerDensities.name, $0.pattern) }
        for (option, pattern) in patterns where !names.contains(where: pattern.matches) {
            throw .unknownLayer(option: option, pattern: pattern.text, known: names)
        }
    }
}
