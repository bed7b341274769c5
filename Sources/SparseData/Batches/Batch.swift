public import SparseStore

/// Inputs and labels of one step, in memory that is allocated once and filled again and again by a `BatchLoader`.
public struct Batch: Sendable {
    /// Standardised inputs; lanes past `count` are zero.
    public let input: Panels
    /// Classes of the first `count` samples; -1 past them.
    public let labels: AlignedBuffer<Int32>
    /// Indices of the samples in the data set.
    public let samples: AlignedBuffer<Int>
    /// The stream of augmentation for the samples it holds now.
    var augmentation: CounterRandom?
    /// Samples in the batch now.
    public internal(set) var count = 0

    /// Room for `capacity` samples of this shape with a zero border of `halo` around each map.
    public init(shape: SampleShape, halo: Int = 0, capacity: Int) {
        input = Panels(
            channels: shape.channels, rows: shape.rows, columns: shape.columns, halo: halo, samples: capacity)
        labels = AlignedBuffer(count: input.panelCount * Panels.lanes)
        samples = AlignedBuffer(count: input.panelCount * Panels.lanes)
    }

    /// Panels that hold samples now.
    public var panelCount: Int { Panels.count(count) }
}
