/// Blocks of the layers whose names match a pattern (`*` stands for any text): `fc1=8`; `8` alone is for all layers.
public struct LayerBlock: Sendable, Equatable {
    /// Name of a layer, with `*` for any text.
    public var pattern: String
    /// Height and width of a block, in weights: 4, 8 or 16.
    public var side: Int

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
