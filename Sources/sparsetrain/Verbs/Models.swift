internal import Foundation
internal import SparseModels
internal import SparseParts
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
        let models = try (name.map { [$0] } ?? Parts.models.entries.map(\.part.usage)).map(Listed.init)
        if json {
            return try name == nil ? Output.json(models) : Output.json(models[0])
        }
        return models.map(lines).joined(separator: "\n\n")
            + "\n\nSizes are for 3 x 32 x 32 images of ten classes, or tokens of a vocabulary of 65; MFLOP are a sample's or token's "
            + "forward pass."
    }

    private static func lines(_ model: Listed) -> String {
        let size = String(
            format: "%.3f million parameters, %.3f of them weights, %.1f MFLOP", Double(model.parameters) / 1e6,
            Double(model.weights) / 1e6, model.flopsPerSample / 1e6)
        return "\(model.name)\n  \(model.summary)\n  dense: \(size)"
    }

    /// A model for ten classes of 3 x 32 x 32 images, or for tokens, were all layers dense.
    private struct Listed: Encodable {
        /// How it is written, such as "mlp:300,100".
        var name: String
        var summary: String
        var weights: Int
        /// Weights, biases, and those of batch normalisation.
        var parameters: Int
        /// Operations of a sample's forward pass.
        var flopsPerSample: Double

        enum CodingKeys: String, CodingKey {
            case name, summary, weights, parameters
            case flopsPerSample = "flops_per_sample"
        }

        init(_ name: String) throws {
            let model: Model
            do throws(ModelError) {
                let example = Parts.models.example(of: name)
                model = try Parts.models.model(named: name, input: example.input, classes: example.classes)
            } catch { throw ConfigurationError(error, model: name) }
            self.name = name
            summary = Parts.models.entry(of: name)?.summary ?? ""
            (weights, parameters, flopsPerSample) = (model.denseWeights, model.denseParameters, model.forwardFLOPs)
        }
    }
}
