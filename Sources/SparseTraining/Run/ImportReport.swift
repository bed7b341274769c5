internal import SparseParts

/// What a run took from a file of weights.
public struct ImportReport: Sendable, Equatable {
    /// One weight.
    public struct Layer: Sendable, Equatable {
        /// In the model, and in the file.
        public var name: String
        /// Name of its weights in the file.
        public var source: String
        /// Outputs and inputs.
        public var shape: [Int]
        /// Weights stored.
        public var stored: Int
        /// Weights stored as a share of all positions.
        public var density: Double
    }

    /// The file or folder that was read.
    public var path: String
    /// Each layer with weights, in the model's order.
    public var layers: [Layer]
    /// What was decided that nobody said.
    public var remarks: [String]
    /// How inputs are scaled, in words.
    public var scaling: String

    /// A line for each remark, and one for each layer: name, shape, stored weights, density.
    public var lines: [String] {
        remarks + [scaling]
            + layers.map { layer in
                "\(layer.name)  \(layer.shape.map(String.init).joined(separator: " x "))  "
                    + "\(layer.stored) weights  density \(((layer.density * 1e4).rounded() / 1e4).optionText)"
                    + (layer.source == layer.name + ".weight" ? "" : "  from \(layer.source)")
            }
    }
}
