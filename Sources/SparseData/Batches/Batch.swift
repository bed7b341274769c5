public import SparseStore

/// Inputs and labels of one step, in memory that is allocated once and filled again and again by a `BatchLoader`.
public struct Batch: Sendable {
    /// Standardised inputs; lanes past `count` are zero.
    public let input: Panels
    /// The same memory as the images of the data set, for a network that takes them as vectors.
    let images: Panels
    /// Classes of the first `count` samples; -1 past them.
    public let labels: AlignedBuffer<Int32>
    /// Indices of the samples in the data set.
    public let samples: AlignedBuffer<Int>
    /// The stream of augmentation for the samples it holds now.
    var augmentation: CounterRandom?
    /// Samples in the batch now.
    public internal(set) var count = 0

    /// Room for `capacity` samples of this shape with a zero border of `halo` around each map.
    /// - Parameter images: The shape that the samples have in the data set, if it is another: possible without a border.
    public init(shape: SampleShape, halo: Int = 0, capacity: Int, images: SampleShape? = nil) {
        input = Panels(
            channels: shape.channels, rows: shape.rows, columns: shape.columns, halo: halo, samples: capacity)
        if let images, images != shape {
            precondition(halo == 0 && images.features == shape.features, "samples of another shape")
            // Without borders the values of a sample follow each other in the order channel, row, column.
            self.images = Panels(
                channels: images.channels, rows: images.rows, columns: images.columns, samples: capacity,
                sharing: input.buffer)
        } else {
            self.images = input
        }
        labels = AlignedBuffer(count: input.panelCount * Panels.lanes)
        samples = AlignedBuffer(count: input.panelCount * Panels.lanes)
    }

    /// Panels that hold samples now.
    public var panelCount: Int { Panels.count(count) }
}
