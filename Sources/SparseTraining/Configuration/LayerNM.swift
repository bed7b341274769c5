/// N:M sparsity of the layers whose names match a pattern (`*` stands for any text): `fc1=2:4`; `2:4` alone is for all
/// layers. Of every M consecutive inputs of an output N have a weight.
public struct LayerNM: Sendable, Equatable {
    /// Name of a layer, with `*` for any text.
    public var pattern: String
    /// N.
    public var stored: Int
    /// M.
    public var of: Int

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
