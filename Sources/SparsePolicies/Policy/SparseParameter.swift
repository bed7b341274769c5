public import SparseStore

/// A layer whose connections a policy may change: all that a policy knows of it.
public struct SparseParameter: Sendable {
    public var name: String
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

    /// - Parameter budget: what the layer stores now, if left out.
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
