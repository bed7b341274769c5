/// How many weights a layer starts with.
public struct LayerBudget: Sendable, Equatable {
    public let name: String
    public let shape: LayerShape
    /// Share of the weights stored, as the distribution asked for it.
    public var density: Double
    /// Kept dense by name: its connections never change, whatever the method.
    public let isKeptDense: Bool
    /// What its stored weights look like.
    public var structure = LayerStructure.unstructured
    /// Share of the weights that the forward pass uses, for methods that store more; nil: all that are stored.
    public var forwardDensity: Double?

    public init(name: String, shape: LayerShape, density: Double, isKeptDense: Bool = false) {
        self.name = name
        self.shape = shape
        self.density = density
        self.isKeptDense = isKeptDense
    }

    /// Weights stored: N - floor((1 - density) N), the count of RigL's code.
    public var storedCount: Int { storedUnits(of: shape.count) }

    /// The same rule for a layer of `positions` units (blocks).
    public func storedUnits(of positions: Int) -> Int {
        StoredCount.of(density: density, positions: positions)
    }

    /// Units that the forward pass uses, where the method stores more.
    public func forwardUnits(of positions: Int) -> Int? {
        forwardDensity.map { min(storedUnits(of: positions), StoredCount.of(density: $0, positions: positions)) }
    }
}
