/// Half of the target in every layer that is not kept dense.
public struct MineDensity: DensityDistribution {
    public init() {}

    public func densities(of shapes: [LayerShape], keptDense: [Bool], target: Double) -> [Double] {
        keptDense.map { $0 ? 1 : target / 2 }
    }
}
