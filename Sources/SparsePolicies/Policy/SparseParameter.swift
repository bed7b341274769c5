public import SparseStore

/// A weight matrix whose connections a policy may change: all that a policy knows of a layer.
public struct SparseParameter: Sendable {
    public var name: String
    public var shape: LayerShape
    public var matrix: any SparseMatrix
    /// Number of the layer in the model: the key of its random streams.
    public var layer: Int
    /// Index in `matrix.states` of the momentum, if the optimiser has one.
    public var momentum: Int?
    /// The latest batches kept for this layer, oldest first; empty when the policy asked for none. Their `scale` is
    /// what makes outputGradient x input^T the gradient of the mean loss of that batch.
    public var batches: [GradientBatch]

    public init(
        name: String, shape: LayerShape, matrix: any SparseMatrix, layer: Int, momentum: Int? = nil,
        batches: [GradientBatch] = []
    ) {
        self.name = name
        self.shape = shape
        self.matrix = matrix
        self.layer = layer
        self.momentum = momentum
        self.batches = batches
    }
}
