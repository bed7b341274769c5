internal import SparseStore

/// Shape of one sample of activations: `channels` maps of `rows` x `columns`. A feature vector has maps of one element, and a
/// token is one number that names an entry of a vocabulary.
public struct ActivationShape: Sendable, Equatable, CustomStringConvertible {
    /// Maps of a sample, or the length of a feature vector.
    public var channels: Int
    /// Rows of a map; 1 in a feature vector.
    public var rows: Int
    /// Columns of a map; 1 in a feature vector.
    public var columns: Int
    /// For token ids, which are in 0 ..< vocabulary; nil for numbers.
    public var vocabulary: Int?

    /// A shape of numbers: `channels` maps of rows x columns; without these, a feature vector.
    public init(channels: Int, rows: Int = 1, columns: Int = 1) {
        precondition(channels > 0 && rows > 0 && columns > 0, "a shape has positive extents")
        self.channels = channels
        self.rows = rows
        self.columns = columns
    }

    /// One token a sample.
    public init(tokensOf vocabulary: Int) {
        precondition(vocabulary > 0, "a vocabulary has entries")
        self.init(channels: 1)
        self.vocabulary = vocabulary
    }

    /// Numbers in a sample.
    public var elements: Int { channels * rows * columns }
    /// "3 x 32 x 32" for maps, "784" for a vector, "token of 65" for a token.
    public var description: String {
        if let vocabulary { return "token of \(vocabulary)" }
        return rows * columns == 1 ? "\(channels)" : "\(channels) x \(rows) x \(columns)"
    }
    /// The same numbers as a feature vector.
    public var flattened: ActivationShape { ActivationShape(channels: elements) }
}

extension Panels {
    /// Panels for samples of this shape.
    convenience init(_ shape: ActivationShape, halo: Int = 0, samples: Int) {
        self.init(channels: shape.channels, rows: shape.rows, columns: shape.columns, halo: halo, samples: samples)
    }
}
