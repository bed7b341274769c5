public import SparseData

/// Shape in which a convolution takes the values of a sample: `1x28x28`, channels x rows x columns.
public struct InputShape: Sendable, Equatable {
    public var channels: Int
    public var rows: Int
    public var columns: Int

    public init(channels: Int, rows: Int, columns: Int) {
        self.channels = channels
        self.rows = rows
        self.columns = columns
    }

    /// The same for the data.
    public var sampleShape: SampleShape { SampleShape(channels: channels, rows: rows, columns: columns) }
}

extension InputShape: OptionValue {
    public init?(optionText text: String) {
        let sizes = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard sizes.count == 3, let channels = sizes[0], let rows = sizes[1], let columns = sizes[2] else { return nil }
        self.init(channels: channels, rows: rows, columns: columns)
    }

    public var optionText: String { "\(channels)x\(rows)x\(columns)" }

    public init(from decoder: any Decoder) throws { self = try decoder.optionText() }

    public func encode(to encoder: any Encoder) throws { try encoder.encode(optionText: optionText) }
}
