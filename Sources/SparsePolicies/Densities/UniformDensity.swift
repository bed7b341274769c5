/// The same density in every layer. Layers kept dense are not paid for by the others, so that the whole is then
/// denser than the target, as in RigL's code.
public struct UniformDensity: DensityDistribution {
    /// The distribution has no settings but the density.
    public init() {}

    public func densities(of shapes: [LayerShape], keptDense: [Bool], target: Double) throws(PolicyError) -> [Double] {
        keptDense.map { $0 ? 1 : target }
    }
}
