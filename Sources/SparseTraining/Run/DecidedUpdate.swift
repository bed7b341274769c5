internal import SparsePolicies
internal import SparseStore

/// A topology update that was decided on after its batch, and is made before the next one. In between the network is
/// measured and written as it was trained, without new weights that no step has trained.
struct DecidedUpdate {
    /// Weight updates done when it was decided, and the epoch, from 1.
    var step: Int
    var epoch: Int
    /// Share of the weights that the schedule replaces, or, for a method without one, that goes.
    var dropFraction: Double
    /// What the optimiser keeps beside the values; files number its arrays in this order.
    var states: [OptimizerRole]
    /// In the order of the layers that may change.
    var answers: [LayerUpdate]
    /// Outputs of each of them whose gradient was 0 for every sample of the batch.
    var idleOutputs: [Int]
    /// Time that deciding took.
    var seconds: Double
}
