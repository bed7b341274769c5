/// A batch of activations (or their gradients), cut into panels of 32 samples with the sample index innermost:
///
///     [panel][channel][row + halo][column + halo][32 lanes]     float32, 64-byte aligned
///
/// A feature vector is the case of one row and one column without halo. Every stored weight multiplies one
/// contiguous run of 32 floats, and panels are independent of each other. Lanes past the batch's last sample are
/// padding: they hold zeros on input and no loss, statistic or gradient counts them.
public final class Panels: Sendable {
    /// Samples in a panel.
    public static let lanes = 32

    /// Maps of a sample, and their extent without border.
    public let channels: Int
    /// Rows of a map, without border.
    public let rows: Int
    /// Columns of a map, without border.
    public let columns: Int
    /// Width of the zero border around each map.
    public let halo: Int
    /// Samples this batch can hold.
    public let capacity: Int
    /// The floats, panel after panel.
    public let buffer: AlignedBuffer<Float>
    /// Floats from one panel to the next: `panelSize`, or more in a buffer that larger panels use at other times.
    public let panelStride: Int

    /// Zeroed panels for `samples` samples of `channels` maps of `rows` x `columns`.
    /// - Parameters:
    ///   - channels: Channels of a sample.
    ///   - rows: Of a map.
    ///   - columns: Of a map.
    ///   - halo: Width of the border of zeros around each map.
    ///   - samples: How many there is room for.
    ///   - buffer: Memory to use, shared with panels that are of use at other times; without it some is allocated.
    public init(
        channels: Int, rows: Int = 1, columns: Int = 1, halo: Int = 0, samples: Int,
        sharing buffer: AlignedBuffer<Float>? = nil
    ) {
        precondition(channels > 0 && rows > 0 && columns > 0 && halo >= 0 && samples > 0)
        self.channels = channels
        self.rows = rows
        self.columns = columns
        self.halo = halo
        capacity = samples
        let size = channels * Panels.mapStride(rows: rows, columns: columns, halo: halo)
        let count = Panels.count(samples)
        self.buffer = buffer ?? AlignedBuffer(count: count * size)
        panelStride = self.buffer.count / (count * Panels.lanes) * Panels.lanes
        precondition(panelStride >= size, "a buffer too small for its panels")
    }

    /// Panels needed for `samples` samples.
    public static func count(_ samples: Int) -> Int { (samples + lanes - 1) / lanes }

    /// Panels held.
    public var panelCount: Int { Panels.count(capacity) }

    /// Floats in one map of one channel of one panel, halo included.
    public var mapStride: Int { Panels.mapStride(rows: rows, columns: columns, halo: halo) }

    /// Floats in such a map. Caches put addresses that are 4 KB apart into the same few places: a map with a border of which
    /// neighbouring channels would lie so (16 x 16 pixels, say) is followed by some more pixels, which are and stay zero.
    package static func mapStride(rows: Int, columns: Int, halo: Int) -> Int {
        let pixels = (rows + 2 * halo) * (columns + 2 * halo)
        return (halo > 0 && pixels % 8 == 0 ? pixels + 5 : pixels) * lanes
    }

    /// Floats in one panel.
    public var panelSize: Int { channels * mapStride }

    /// Index in `buffer` of lane 0 at an inner position.
    public func offset(panel: Int, channel: Int, row: Int = 0, column: Int = 0) -> Int {
        precondition(
            panel >= 0 && panel < panelCount && channel >= 0 && channel < channels && row >= 0 && row < rows
                && column >= 0 && column < columns, "position outside the panels")
        return panel * panelStride + channel * mapStride
            + ((row + halo) * (columns + 2 * halo) + column + halo) * Panels.lanes
    }

    /// One value of one sample. Checked; for set-up and tests, not for hot loops.
    public subscript(sample: Int, channel: Int, row: Int = 0, column: Int = 0) -> Float {
        get { buffer[offset(panel: sample / 32, channel: channel, row: row, column: column) + sample % 32] }
        set { buffer[offset(panel: sample / 32, channel: channel, row: row, column: column) + sample % 32] = newValue }
    }
}

extension Panels {
    /// How many channels hold nothing but zeros, halo and padding included.
    /// - Parameter samples: Of the batch that the panels hold.
    package func silentChannels(samples: Int) -> Int {
        (0..<channels).count { channel in
            (0..<Panels.count(samples)).allSatisfy { panel in
                let first = panel * panelStride + channel * mapStride
                return (first..<first + mapStride).allSatisfy { buffer[$0] == 0 }
            }
        }
    }
}
