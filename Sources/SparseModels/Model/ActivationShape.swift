/// Shape of one sample of activations: `channels` maps of `rows` x `columns`. A feature vector has maps of one element.
public struct ActivationShape: Sendable, Equatable, CustomStringConvertible {
    public var channels: Int
    public var rows: Int
    public var columns: Int

    public init(channels: Int, rows: Int = 1, columns: Int = 1) {
        precondition(channels > 0 && rows > 0 && columns > 0, "a shape has positive extents")
        self.channels = channels
        self.rows = rows
        self.columns = columns
    }

    /// Numbers in a sample.
    public var elements: Int { channels * rows * columns }
    /// "3 x 32 x 32" for maps, "784" for a vector.
    public var description: String { rows * columns == 1 ? "\(channels)" : "\(channels) x \(rows) x \(columns)" }
    /// The same numbers as a feature vector.
    public var flattened: ActivationShape { ActivationShape(channels: elements) }
}
