public import SparseParts

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

extension Parts {
    /// Makes a distribution from the settings of a method.
    public typealias MakeDistribution = @Sendable (Settings) -> any DensityDistribution

    /// The distributions known by name.
    public static let distributions = Registry<MakeDistribution>(
        "distribution",
        [
            .init("uniform", "the same density in every layer", options: [\.density]) { _ in UniformDensity() },
            .init(
                "er", "Erdos-Renyi: density ~ (outputs + inputs) / (outputs x inputs)",
                options: [\.density, \.erkPower]
            ) {
                ErdosRenyi(countsKernel: false, power: $0.erkPower ?? 1)
            },
            .init(
                "erk", "Erdos-Renyi-kernel: as er, with the kernel's sides among the dimensions",
                options: [\.density, \.erkPower]
            ) {
                ErdosRenyi(countsKernel: true, power: $0.erkPower ?? 1)
            },
            .init(
                "epsilon", "SET's form: density = epsilon (outputs + inputs) / (outputs x inputs)",
                options: [\.epsilon]
            ) {
                EpsilonDensity(epsilon: $0.epsilon ?? 20)
            },
        ])
}

extension Options {
    /// Stored weights over positions of all sparse layers, in (0, 1]: at the end of the training, and at its start unless the
    /// method starts denser.
    public var density: Option<Double> {
        Option(
            "density", .method, "D", .density, default: 0.1, carryOver: .refused,
            "stored weights over positions of all sparse layers")
    }

    /// How the density is spread over the layers: uniform, er, erk, epsilon.
    public var distribution: Option<String?> {
        .ofMethod(
            "distribution", "NAME", .oneOf(Parts.distributions.names), carryOver: .refused,
            "how the density is spread over the layers")
    }
}
