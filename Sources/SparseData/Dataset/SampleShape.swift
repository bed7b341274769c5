/// Shape of a sample: maps of rows x columns. A table's row is the case of many channels of one value each.
public struct SampleShape: Sendable, Equatable, CustomStringConvertible {
    /// Maps of a sample: colours of an image, columns of a table.
    public var channels: Int
    /// Rows of a map, in pixels; 1 in a table.
    public var rows: Int
    /// Columns of a map, in pixels; 1 in a table.
    public var columns: Int

    /// `channels` maps of rows x columns; without these, a table's row.
    public init(channels: Int, rows: Int = 1, columns: Int = 1) {
        self.channels = channels
        self.rows = rows
        self.columns = columns
    }

    /// Values of a sample.
    public var features: Int { channels * rows * columns }

    /// The same values as one vector, in the order channel, row, column: what a linear layer sees.
    public var flattened: SampleShape { SampleShape(channels: features) }

    /// "1x28x28" for images, "500" for vectors.
    public var description: String { rows == 1 && columns == 1 ? "\(channels)" : "\(channels)x\(rows)x\(columns)" }
}
