package import SparseStore

/// Inputs and targets of one step, in memory that is allocated once and filled again and again by a `BatchLoader`.
package struct Batch: Sendable {
    /// What the network reads, in the order of its inputs: standardised numbers, or tokens. Lanes past `count` are zero, tokens
    /// there -1.
    package let inputs: [BatchInput]
    /// What the outputs are compared with: classes of the first `count` samples (-1 past them), numbers (zero past them), or
    /// tokens (-1 where there are none).
    package internal(set) var targets: Targets
    /// The same memory as the first input in the shape of the data set's images, for a network that takes them as vectors.
    let images: Panels?
    /// Indices of the samples in the data set.
    package let samples: AlignedBuffer<Int>
    /// The streams of augmentation and of noise for the samples it holds now.
    var augmentation: CounterRandom?
    var noise: CounterRandom?
    /// Samples in the batch now; of sequences the lanes of its windows, those past their tokens included.
    package internal(set) var count = 0

    /// Room for `capacity` samples of one input of numbers.
    /// - Parameters:
    ///   - shape: As the network takes it.
    ///   - halo: Width of the zero border around each map.
    ///   - targets: Their kind.
    ///   - images: The shape that the samples have in the data set, if it is another: possible without a border.
    package init(
        shape: SampleShape, halo: Int = 0, capacity: Int, targets: TargetKind, images: SampleShape? = nil
    ) {
        self.init(
            inputs: [.values(shape)], halos: [halo], capacity: capacity, targets: targets, images: images)
    }

    /// Room for `capacity` samples of these inputs.
    init(
        inputs: [SampleInput], halos: [Int], capacity: Int, targets: TargetKind, images: SampleShape? = nil
    ) {
        precondition(inputs.count == halos.count, "a border for each input")
        let lanes = Panels.count(capacity) * Panels.lanes
        self.inputs = zip(inputs, halos).map { input, halo in
            switch input {
            case .values(let shape):
                .values(
                    Panels(
                        channels: shape.channels, rows: shape.rows, columns: shape.columns, halo: halo,
                        samples: capacity))
            case .tokens: .tokens(AlignedBuffer(count: lanes))
            }
        }
        if case .values(let input) = self.inputs.first, let images {
            precondition(
                halos[0] == 0 && images.features == input.channels * input.rows * input.columns
                    || images == SampleShape(channels: input.channels, rows: input.rows, columns: input.columns),
                "samples of another shape")
            // Without borders the values of a sample follow each other in the order channel, row, column.
            self.images =
                halos[0] > 0
                ? input
                : Panels(
                    channels: images.channels, rows: images.rows, columns: images.columns, samples: capacity,
                    sharing: input.buffer)
        } else {
            self.images = nil
        }
        switch targets {
        case .classes: self.targets = .classes(AlignedBuffer(count: lanes))
        case .tokens: self.targets = .tokens(AlignedBuffer(count: lanes), counted: 0)
        case .numbers(let count), .labels(let count), .inputs(let count):
            self.targets = .numbers(Panels(channels: count, samples: capacity))
        case .none: self.targets = .none
        }
        samples = AlignedBuffer(count: lanes)
    }

    /// The first input, which is one of numbers.
    package var input: Panels {
        guard case .values(let panels) = inputs[0] else { preconditionFailure("the first input is one of tokens") }
        return panels
    }

    /// The classes, of samples that have some.
    package var labels: AlignedBuffer<Int32> {
        guard case .classes(let labels) = targets else { preconditionFailure("the samples have no classes") }
        return labels
    }

    /// Panels that hold samples now.
    package var panelCount: Int { Panels.count(count) }
}
