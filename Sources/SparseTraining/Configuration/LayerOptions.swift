package import SparseData
public import SparseParts

// What is said of layers by name, and of the shape of samples.

/// Blocks of the layers whose names match a pattern (`*` stands for any text): `fc1=8`; `8` alone is for all layers.
public struct LayerBlock: Sendable, Equatable {
    /// Name of a layer, with `*` for any text.
    public var pattern: String
    /// Height and width of a block, in weights: 4, 8 or 16.
    public var side: Int

    /// Square blocks in the layers whose names match the pattern.
    public init(pattern: String = "*", side: Int) {
        self.pattern = pattern
        self.side = side
    }
}

extension LayerBlock: OptionValue {
    public init?(optionText text: String) {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, !parts[0].isEmpty, let side = Int(parts[parts.count - 1]) else { return nil }
        self.init(pattern: parts.count == 2 ? parts[0] : "*", side: side)
    }

    public var optionText: String { pattern == "*" ? "\(side)" : "\(pattern)=\(side)" }

    public init(from decoder: any Decoder) throws { self = try decoder.optionText() }

    public func encode(to encoder: any Encoder) throws { try encoder.encode(optionText: optionText) }
}

/// N:M sparsity of the layers whose names match a pattern (`*` stands for any text): `fc1=2:4`; `2:4` alone is for all
/// layers. Of every M consecutive inputs of an output N have a weight.
public struct LayerNM: Sendable, Equatable {
    /// Name of a layer, with `*` for any text.
    public var pattern: String
    /// N.
    public var stored: Int
    /// M.
    public var of: Int

    /// At most `stored` of each `of` inputs in a row, in the layers whose names match the pattern.
    public init(pattern: String = "*", stored: Int, of: Int) {
        self.pattern = pattern
        self.stored = stored
        self.of = of
    }
}

extension LayerNM: OptionValue {
    public init?(optionText text: String) {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, !parts[0].isEmpty else { return nil }
        let numbers = parts[parts.count - 1].split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let stored = numbers[0], let of = numbers[1] else { return nil }
        self.init(pattern: parts.count == 2 ? parts[0] : "*", stored: stored, of: of)
    }

    public var optionText: String { (pattern == "*" ? "" : pattern + "=") + "\(stored):\(of)" }

    public init(from decoder: any Decoder) throws { self = try decoder.optionText() }

    public func encode(to encoder: any Encoder) throws { try encoder.encode(optionText: optionText) }
}

/// Shape in which a convolution takes the values of a sample: `1x28x28`, channels x rows x columns.
public struct InputShape: Sendable, Equatable {
    /// Maps: colours of an image.
    public var channels: Int
    /// Rows of a map.
    public var rows: Int
    /// Columns of a map.
    public var columns: Int

    /// Channels, and rows and columns of each.
    public init(channels: Int, rows: Int, columns: Int) {
        self.channels = channels
        self.rows = rows
        self.columns = columns
    }

    /// The same for the data.
    package var sampleShape: SampleShape { SampleShape(channels: channels, rows: rows, columns: columns) }
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

extension OptionRule<LayerBlock> {
    /// Blocks that there are.
    public static let block = OptionRule(text: "4, 8 or 16, or NAME=SIDE") { [4, 8, 16].contains($0.side) }
}

extension OptionRule<LayerNM> {
    /// N of 1 to M, M of at most 65536.
    public static let nm = OptionRule(text: "N:M with N from 1 to M and M at most 65536, or NAME=N:M") {
        $0.stored >= 1 && $0.stored <= $0.of && $0.of <= 65536
    }
}

extension OptionRule<InputShape> {
    /// A shape of at least one value.
    public static let inputShape = OptionRule(text: "channels x rows x columns, as in 1x28x28") {
        $0.channels > 0 && $0.rows > 0 && $0.columns > 0
    }
}

extension Options {
    /// 1 - `density`: another way to set it. Nil when read, for the density is what counts.
    public var sparsity: Option<Double?> {
        // The nearest number of fifteen decimals: 1 - .9 is to be .1.
        Option(
            "sparsity", .method, "S", .belowOne, inWords: "1 - --density",
            "positions of all sparse layers without a weight, in place of --density"
        ).setting(density) { sparsity in sparsity.map { ((1 - $0) * 1e15).rounded() / 1e15 } }
    }

    /// Layers stored in square blocks; the first pattern that matches counts.
    public var blocks: Option<[LayerBlock]> {
        Option(
            "block", .method, "SIDE,...", .block, carryOver: .refused,
            "layers stored in blocks of 4, 8 or 16 a side; NAME=SIDE for some")
    }

    /// Layers of which every M consecutive inputs of an output have N weights, which fixes their density; the first pattern
    /// that matches counts.
    public var nm: Option<[LayerNM]> {
        Option(
            "nm", .method, "N:M,...", .nm, carryOver: .refused,
            "layers that store N of every M consecutive inputs; NAME=N:M for some")
    }

    /// Patterns of layers that store as many weights for every output.
    public var constantFanIn: Option<[String]> {
        Option(
            "constant-fan-in", .method, "NAME,...", .text("layer names"), carryOver: .refused,
            "layers that store as many weights for every output, by name (* for any text)")
    }

    /// Whether layers that are full, and stay so, are stored dense.
    public var denseSwitch: Option<Bool> {
        Option(
            "dense-switch", .method, "", .flag, default: true, carryOver: .refused,
            "layers that are full and stay so are stored dense, which is faster")
    }

    /// Shape that a sample's values have for convolutions, if the data do not say: that of a table whose rows are images.
    public var inputShape: Option<InputShape?> {
        Option(
            "input-shape", .data, "CxRxC", .inputShape, inWords: "the data's",
            "channels x rows x columns that a table's row is for convolutions, as 1x28x28")
    }
}
