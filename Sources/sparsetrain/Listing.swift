internal import Foundation
internal import SparseTraining

/// What `sparsetrain methods` and `sparsetrain models` print.
enum Listing {
    /// All methods, or the one that is named with what its options mean.
    /// - Throws: `ConfigurationError.unknownName`.
    static func methods(_ name: String?, json: Bool) throws -> String {
        guard let name else {
            if json { return try text(of: Registry.methods.map(MethodObject.init)) }
            return Registry.methods.map(lines).joined(separator: "\n")
                + "\nEvery option of a preset can be set; its explanation is in sparsetrain --help."
        }
        let method = try Registry.method(named: name)
        if json { return try text(of: MethodObject(method)) }
        let options = method.preset.map { name, value in
            let option = TrainingOption.all.first { $0.name == name }
            return "  --\(name) \(value)" + (option.map { ": " + $0.help } ?? "")
        }
        return (["\(method.name): \(method.summary)", "  \(method.citation)"] + options).joined(separator: "\n")
    }

    /// All models, or the one that is named.
    /// - Throws: `ConfigurationError.rejected` for an unknown one.
    static func models(_ name: String?, json: Bool) throws -> String {
        let models = try name.map { [try Registry.model(named: $0)] } ?? Registry.models
        if json {
            let objects = models.map(ModelObject.init)
            return try name == nil ? text(of: objects) : text(of: objects[0])
        }
        return models.map(lines).joined(separator: "\n\n")
            + "\n\nSizes are for 3 x 32 x 32 images of ten classes; MFLOP are a sample's forward pass."
    }

    private static func lines(_ method: Registry.MethodEntry) -> String {
        let preset = method.preset.map { "--\($0.option) \($0.value)" }.joined(separator: " ")
        return "\(method.name): \(method.summary)\n  \(method.citation)\n" + (preset.isEmpty ? "" : "  \(preset)\n")
    }

    private static func lines(_ model: Registry.ModelEntry) -> String {
        let size = String(
            format: "%.3f million parameters, %.3f of them weights, %.1f MFLOP", Double(model.denseParameters) / 1e6,
            Double(model.denseWeights) / 1e6, model.forwardFLOPs / 1e6)
        return "\(model.usage)\n  \(model.summary)\n  dense: \(size)"
    }

    private static func text(of value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private struct MethodObject: Encodable {
        var name: String
        var summary: String
        var citation: String
        /// Options with their values, as on the command line.
        var preset: [String: String]

        init(_ method: Registry.MethodEntry) {
            (name, summary, citation) = (method.name, method.summary, method.citation)
            preset = Dictionary(uniqueKeysWithValues: method.preset.map { ($0.option, $0.value) })
        }
    }

    private struct ModelObject: Encodable {
        var name: String
        var summary: String
        var weights: Int
        var parameters: Int
        var flopsPerSample: Double

        enum CodingKeys: String, CodingKey {
            case name, summary, weights, parameters
            case flopsPerSample = "flops_per_sample"
        }

        init(_ model: Registry.ModelEntry) {
            (name, summary) = (model.usage, model.summary)
            (weights, parameters, flopsPerSample) = (model.denseWeights, model.denseParameters, model.forwardFLOPs)
        }
    }
}
