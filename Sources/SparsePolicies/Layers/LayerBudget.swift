/// How many weights a layer starts with.
package struct LayerBudget: Sendable, Equatable {
    /// Name and shape in the model.
    package let name: String
    /// Shape of its weights.
    package let shape: LayerShape
    /// Share of the weights stored, as the distribution asked for it.
    package var density: Double
    /// Kept dense by name: its connections never change, whatever the method.
    package let isKeptDense: Bool
    /// What its stored weights look like.
    package var structure = LayerStructure.unstructured
    /// Share of the weights that the forward pass uses, for methods that store more; nil: all that are stored.
    package var forwardDensity: Double?

    /// A layer that gets `density` of its weights, or stays full when it `isKeptDense`.
    package init(name: String, shape: LayerShape, density: Double, isKeptDense: Bool = false) {
        self.name = name
        self.shape = shape
        self.density = density
        self.isKeptDense = isKeptDense
    }

    /// Weights stored: N - floor((1 - density) N), the count of RigL's code.
    package var storedCount: Int { storedUnits(of: shape.count) }

    /// The same rule for a layer of `positions` units (blocks).
    package func storedUnits(of positions: Int) -> Int {
        StoredCount.of(density: density, positions: positions)
    }

    /// Units that the forward pass uses, where the method stores more.
    package func forwardUnits(of positions: Int) -> Int? {
        forwardDensity.map { min(storedUnits(of: positions), StoredCount.of(density: $0, positions: positions)) }
    }
}

/// Turns a density into an exact number of stored units.
package enum StoredCount {
    /// N - floor((1 - density) N), as in RigL's code, where (1 - density) N that misses an integer by no more than
    /// rounding errors counts as that integer: density 0.9 of 1000 is 900, not 901. At least 0, at most N.
    package static func of(density: Double, positions: Int) -> Int {
        positions - zeros(sparsity: 1 - density, positions: positions)
    }

    /// floor(sparsity N) with the same care.
    static func zeros(sparsity: Double, positions: Int) -> Int {
        let exact = sparsity * Double(positions)
        let nearest = exact.rounded()
        let zeros = abs(exact - nearest) <= Double(positions) * 0x1p-50 ? nearest : exact.rounded(.down)
        return min(positions, max(0, Int(zeros)))
    }
}
