/// Spreads a density over layers.
public protocol DensityDistribution: Sendable {
    /// The density of each layer, in (0, 1].
    /// - Parameters:
    ///   - shapes: the layers to spread over.
    ///   - keptDense: for each whether it has density 1 by decree.
    ///   - target: share of all weights of these layers that should be stored.
    /// - Throws: `PolicyError.impossibleBudget`.
    func densities(of shapes: [LayerShape], keptDense: [Bool], target: Double) throws(PolicyError) -> [Double]
}

extension Catalog where Item == @Sendable (MethodOptions) -> any DensityDistribution {
    /// The distributions known by name.
    public static var distributions: Self {
        Catalog(
            "distribution",
            [
                Entry("uniform", "the same density in every layer", reads: ["density"]) { _ in UniformDensity() },
                Entry(
                    "er", "Erdos-Renyi: density ~ (outputs + inputs) / (outputs x inputs)",
                    reads: ["density", "erk-power"]
                ) { options in
                    ErdosRenyi(countsKernel: false, power: options.erkPower ?? 1)
                },
                Entry(
                    "erk", "Erdos-Renyi-kernel: as er, with the kernel's sides among the dimensions",
                    reads: ["density", "erk-power"]
                ) { options in
                    ErdosRenyi(countsKernel: true, power: options.erkPower ?? 1)
                },
                Entry(
                    "epsilon", "SET's form: density = epsilon (outputs + inputs) / (outputs x inputs)",
                    reads: ["epsilon"]
                ) { options in
                    EpsilonDensity(epsilon: options.epsilon ?? 20)
                },
            ])
    }
}
