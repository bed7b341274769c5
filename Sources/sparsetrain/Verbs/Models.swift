internal import Foundation
internal import SparseTraining

/// `sparsetrain models`: what `--model` can be.
extension Verb {
    static let models = Verb(
        name: "models", summary: "list the models of --model, or describe the one that is named",
        subject: Subject(name: "MODEL", meaning: "a model"), options: [.json]
    ) { arguments in
        try StandardOutput.write(ModelList.text(arguments.subject, json: arguments.has(.json)))
        return ExitStatus.done
    }
}

/// What `sparsetrain models` prints.
enum ModelList {
    /// All models, or the one that is named.
    /// - Throws: `ConfigurationError.rejected` for an unknown one.
    static func text(_ name: String?, json: Bool) throws -> String {
        let models = try name.map { [try Registry.model(named: $0)] } ?? Registry.models
        if json {
            let objects = models.map(JSONObject.init)
            return try name == nil ? Output.json(objects) : Output.json(objects[0])
        }
        return models.map(lines).joined(separator: "\n\n")
            + "\n\nSizes are for 3 x 32 x 32 images of ten classes; MFLOP are a sample's forward pass."
    }

    private static func lines(_ model: Registry.ModelEntry) -> String {
        let size = String(
            format: "%.3f million parameters, %.3f of them weights, %.1f MFLOP", Double(model.denseParameters) / 1e6,
            Double(model.denseWeights) / 1e6, model.forwardFLOPs / 1e6)
        return "\(model.usage)\n  \(model.summary)\n  dense: \(size)"
    }

    private struct JSONObject: Encodable {
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
