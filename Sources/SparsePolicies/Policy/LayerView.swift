public import SparseStore

/// One layer as the rules of an update see it: its stored units and their scores, read once.
public struct LayerView: Sendable {
    public let parameter: SparseParameter
    /// Positions of the stored units, ascending.
    public let positions: [Int]
    /// One number per stored unit, in the same order: the weight, or for a block the sum of its absolute values.
    public let weights: [Float]
    /// Most units that a rule may drop here when as many must grow again in this layer.
    public let dropLimit: Int

    /// - Parameter mayRegrow: whether dropped units can come back at once. When not, no more may be dropped than there
    ///   is room for elsewhere.
    /// - Throws: `PolicyError.nonFiniteWeight`.
    public init(_ parameter: SparseParameter, mayRegrow: Bool) throws(PolicyError) {
        self.parameter = parameter
        positions = parameter.matrix.storedPositions()
        weights = parameter.matrix.storedScores(of: .values)
        let free = parameter.matrix.positionCount - positions.count
        dropLimit = mayRegrow ? positions.count : min(free, positions.count)
        if let index = weights.firstIndex(where: { !$0.isFinite }) {
            throw .nonFiniteWeight(layer: parameter.name, position: positions[index])
        }
    }

    /// Rows of units, and units in a row.
    public var unitsDown: Int {
        let matrix = parameter.matrix
        return (matrix.rows + matrix.unitRows - 1) / matrix.unitRows
    }
    public var unitsAcross: Int {
        let matrix = parameter.matrix
        return (matrix.columns + matrix.unitColumns - 1) / matrix.unitColumns
    }
    /// Units stored.
    public var count: Int { positions.count }
    /// Units that are not stored.
    public var free: Int { parameter.matrix.positionCount - positions.count }
    /// Loss gradient of each stored unit, as of the last backward pass.
    public var gradients: [Float] { parameter.matrix.storedScores(of: .gradient) }

    /// What the optimiser keeps beside the weights.
    public var states: [OptimizerRole] { parameter.matrix.stored.roles }
    /// One number per stored unit: what the optimiser keeps in that role, or nil when it keeps no such thing.
    public func state(_ role: OptimizerRole) -> [Float]? {
        states.contains(role) ? parameter.matrix.storedScores(of: .state(role)) : nil
    }
}
