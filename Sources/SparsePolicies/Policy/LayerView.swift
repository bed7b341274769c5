public import SparseStore

/// One layer as the rules of an update see it: its stored units and their scores, read once.
public struct LayerView: Sendable {
    /// What does not change from update to update.
    public let parameter: SparseParameter
    /// Positions of the stored units, ascending.
    public let positions: [Int]
    /// One number per stored unit, in the same order: the weight, or for a block the sum of its absolute values.
    public let weights: [Float]
    /// Most units that a rule may drop here when as many must grow again in this layer.
    public let dropLimit: Int

    /// - Parameters:
    ///   - parameter: The weights to look at.
    ///   - weights: What they are about to be; as stored, if left out.
    ///   - mayRegrow: whether dropped units can come back at once. When not, no more may be dropped than there
    ///     is room for elsewhere.
    /// - Throws: `PolicyError.nonFiniteWeight`.
    public init(
        _ parameter: SparseParameter, weights: [Float]? = nil, mayRegrow: Bool
    ) throws(PolicyError) {
        self.parameter = parameter
        positions = parameter.matrix.storedPositions()
        self.weights = weights ?? parameter.matrix.storedScores(of: .values)
        precondition(self.weights.count == positions.count, "one weight per stored unit")
        let free = parameter.matrix.positionCount - positions.count
        dropLimit = mayRegrow ? positions.count : min(free, positions.count)
        if let index = self.weights.firstIndex(where: { !$0.isFinite }) {
            throw .nonFiniteWeight(layer: parameter.name, position: positions[index])
        }
    }

    /// Rows of units, and units in a row.
    public var unitsDown: Int { parameter.matrix.unitsDown }
    /// Units in a row.
    public var unitsAcross: Int { parameter.matrix.unitsAcross }
    /// Units stored.
    public var count: Int { positions.count }
    /// Units that are not stored.
    public var free: Int { parameter.matrix.positionCount - positions.count }
    /// Loss gradient of each stored unit, as of the last backward pass.
    public var gradients: [Float] { parameter.matrix.storedScores(of: .gradient) }

    /// What the optimiser keeps beside the weights.
    public var states: [OptimizerRole] { parameter.matrix.roles }
    /// One number per stored unit: what the optimiser keeps in that role, or nil when it keeps no such thing.
    public func state(_ role: OptimizerRole) -> [Float]? {
        states.contains(role) ? parameter.matrix.storedScores(of: .state(role)) : nil
    }
}

/// A layer whose connections a policy may change: all that a policy knows of it.
public struct SparseParameter: Sendable {
    /// Name and shape in the model.
    public var name: String
    /// Shape of the weights, were they dense.
    public var shape: LayerShape
    /// Where its weights are, and what they are.
    public var matrix: any MatrixView
    /// Number of the layer in the model: the key of its random streams.
    public var layer: Int
    /// Units that the layer was given at the start: what methods that may store less for a while return to.
    public var budget: Int
    /// Units that the forward pass uses, where the method stores more.
    public var forwardBudget: Int?
    /// Consecutive units of a row of which as many are stored at any time; nil where that may change.
    public var groupWidth: Int?
    /// What each unit began with, or would have: for methods to which positions that are not stored have a value.
    public var initialUnits: InitialUnits?
    /// Whether this is the network's last layer, whose outputs are the classes.
    public var isOutput: Bool
    /// The latest batches kept for this layer, oldest first; empty when the policy asked for none. Their `scale` is
    /// what makes outputGradient x input^T the gradient of the mean loss of that batch.
    public var batches: [GradientBatch]

    /// - Parameters:
    ///   - name: Unique in the network.
    ///   - shape: Of the layer.
    ///   - matrix: The weights.
    ///   - layer: Place of the layer in the network.
    ///   - budget: what the layer stores now, if left out.
    ///   - forwardBudget: Units that the forward pass uses; nil for all.
    ///   - groupWidth: Units of a group that keeps its number; nil where that may change.
    ///   - initialUnits: What each unit began with.
    ///   - isOutput: Whether its outputs are those of the network.
    ///   - batches: The latest batches kept for it, oldest first.
    public init(
        name: String, shape: LayerShape, matrix: any MatrixView, layer: Int, budget: Int? = nil,
        forwardBudget: Int? = nil, groupWidth: Int? = nil, initialUnits: InitialUnits? = nil,
        isOutput: Bool = false, batches: [GradientBatch] = []
    ) {
        self.name = name
        self.shape = shape
        self.matrix = matrix
        self.layer = layer
        self.budget = budget ?? matrix.storedCount
        self.forwardBudget = forwardBudget
        self.groupWidth = groupWidth
        self.initialUnits = initialUnits
        self.isOutput = isOutput
        self.batches = batches
    }
}
