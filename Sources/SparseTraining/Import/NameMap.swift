public import SparseParts

/// Another name for an array of a file, or for a layer, all of whose arrays are then meant: `features.0=conv1`. An empty new
/// name takes the old one off, as in `module=`.
public struct NameMap: Sendable, Equatable {
    /// The name in the file.
    public var old: String
    /// The name in the model.
    public var new: String

    /// The layer that the file calls `old` is the model's `new`.
    public init(old: String, new: String) { (self.old, self.new) = (old, new) }

    /// The new name of an array; nil when it is not meant.
    func renamed(_ name: String) -> String? {
        if name == old { return new }
        guard name.hasPrefix(old + ".") else { return nil }
        let rest = name.dropFirst(old.count + 1)
        return new.isEmpty ? String(rest) : new + "." + rest
    }
}

extension NameMap: OptionValue {
    public init?(optionText text: String) {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { return nil }
        self.init(old: String(parts[0]), new: String(parts[1]))
    }

    public var optionText: String { "\(old)=\(new)" }

    public init(from decoder: any Decoder) throws { self = try decoder.optionText() }

    public func encode(to encoder: any Encoder) throws { try encoder.encode(optionText: optionText) }
}
