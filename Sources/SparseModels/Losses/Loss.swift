public import SparseStore

/// A loss of logits against class labels.
public protocol Loss: Sendable {
    /// Name in options and reports.
    var name: String { get }
    /// What the network is measured with: the loss itself, without what is done to it only for the sake of training.
    var measured: any Loss { get }
    /// Sums over one panel of a batch. Writes to `gradient` that of the mean loss over the batch's `samples` by the
    /// logits, zero in padded lanes. `labels` has one class for each sample of the batch.
    func evaluate(
        _ logits: Panels, labels: AlignedBuffer<Int32>, samples: Int, gradient: Panels, panel: Int
    ) -> LossSum
}

extension Loss {
    public var measured: any Loss { self }
}
