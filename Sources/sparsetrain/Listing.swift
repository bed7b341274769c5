internal import Foundation
internal import SparseTraining

/// What `sparsetrain methods` and `sparsetrain models` print.
enum Listing {
    static var methods: String {
        Registry.methods.map { method in
            let preset = method.preset.map { "--\($0.option) \($0.value)" }.joined(separator: " ")
            return "\(method.name): \(method.summary)\n  \(method.citation)\n" + (preset.isEmpty ? "" : "  \(preset)\n")
        }.joined(separator: "\n") + "\nEvery option of a preset can be set; its explanation is in sparsetrain --help."
    }

    static var models: String {
        Registry.models.map { model in
            let size = String(
                format: "%.3f million parameters, %.3f of them weights, %.1f MFLOP",
                Double(model.denseParameters) / 1e6,
                Double(model.denseWeights) / 1e6, model.forwardFLOPs / 1e6)
            return "\(model.usage)\n  \(model.summary)\n  dense: \(size)"
        }.joined(separator: "\n\n")
            + "\n\nSizes are for 3 x 32 x 32 images of ten classes; MFLOP are a sample's forward pass."
    }
}
