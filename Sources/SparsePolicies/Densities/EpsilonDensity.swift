public import SparseParts

/// SET's form of Erdos-Renyi: density = min(1, epsilon (outputs + inputs) / (outputs x inputs)). Epsilon fixes the
/// density, so the target is not used (Mocanu et al., Nature Communications 9:2383, 2018).
public struct EpsilonDensity: DensityDistribution {
    /// Mean connections of a unit, counted from both sides; 20 in the paper.
    public let epsilon: Double

    /// Densities from the number of connections of a unit.
    public init(epsilon: Double) { self.epsilon = epsilon }

    public func densities(of shapes: [LayerShape], keptDense: [Bool], target: Double) throws(PolicyError) -> [Double] {
        guard epsilon > 0 && epsilon.isFinite else {
            throw .invalidOption(name: "epsilon", value: "\(epsilon)", expected: "a positive number")
        }
        return zip(shapes, keptDense).map { shape, dense in
            dense ? 1 : min(1, epsilon * Double(shape.outputs + shape.fanIn) / Double(shape.count))
        }
    }
}

extension Options {
    /// SET's epsilon: layer density = epsilon (in + out) / (in out), whatever `density`.
    public var epsilon: Option<Double?> {
        .ofMethod(
            "epsilon", "E", .positive, inWords: "none", carryOver: .refused,
            "layer density = E (in + out) / (in out), in place of --density")
    }
}
