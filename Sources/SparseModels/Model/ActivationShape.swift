/// Shape of one sample of activations: `channels` maps of `rows` x `columns`. A feature vector has maps of one element.
public struct ActivationShape: Sendable, Equatable {
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
    /// The same numbers as a feature vector.
    public var flattened: ActivationShape { ActivationShape(channels: elements) }
}
