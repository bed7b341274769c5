public import SparseParts

/// The density of the layers whose names match a pattern (`*` stands for any text): `fc1=0.02`, `conv*=0.1`.
public struct LayerDensity: Sendable, Equatable {
    /// Name of a layer, with `*` for any text.
    public var pattern: String
    /// In (0, 1].
    public var density: Double

    /// The density of the layers whose names match the pattern (`*` stands for any characters).
    public init(pattern: String, density: Double) {
        self.pattern = pattern
        self.density = density
    }
}

extension LayerDensity: OptionValue {
    public init?(optionText text: String) {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let density = Double(optionText: String(parts[1])) else {
            return nil
        }
        self.init(pattern: String(parts[0]), density: density)
    }

    public var optionText: String { "\(pattern)=\(density)" }

    public init(from decoder: any Decoder) throws { self = try decoder.optionText() }

    public func encode(to encoder: any Encoder) throws { try encoder.encode(optionText: optionText) }
}

extension OptionRule<LayerDensity> {
    /// A density above 0 and at most 1.
    public static let layerDensity = OptionRule(text: "NAME=DENSITY with a density above 0 and at most 1") {
        OptionRule<Double>.density.holds($0.density)
    }
}

extension Options {
    /// Densities of layers whose names match a pattern; the first match counts.
    public var layerDensities: Option<[LayerDensity]> {
        Option(
            "layer-density", .method, "NAME=D,...", .layerDensity, carryOver: .refused,
            "densities by layer name (* for any text), the first match counts")
    }

    /// Patterns of layers that stay dense.
    public var denseLayers: Option<[String]> {
        Option(
            "dense-layers", .method, "NAME,...", .text("layer names"), carryOver: .refused,
            "layers kept dense, by name (* for any text)")
    }
}
