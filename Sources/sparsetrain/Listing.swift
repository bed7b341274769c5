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
        Registry.models.map { "\($0.usage)\n  \($0.summary)" }.joined(separator: "\n\n")
    }
}
