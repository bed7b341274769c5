internal import SparseModels
internal import SparsePolicies
internal import SparseStore

/// The methods and models known by name, for lists.
public enum Registry {
    /// A method of `--algo`.
    public struct MethodEntry: Sendable {
        public var name: String
        public var summary: String
        public var citation: String
        /// The density of a method that has only one, such as dense.
        public var density: Double?
        /// The options that the method sets, with their values.
        public var preset: [(option: String, value: String)]
    }

    /// A model of `--model`.
    public struct ModelEntry: Sendable {
        /// How it is written, such as "mlp:300,100".
        public var usage: String
        public var summary: String
        /// For ten classes of 3 x 32 x 32 images, were all layers dense: weights, all parameters (with biases and those of
        /// batch normalisation), and operations of a sample's forward pass.
        public var denseWeights: Int
        public var denseParameters: Int
        public var forwardFLOPs: Double
    }

    public static var methods: [MethodEntry] {
        Catalog<Method>.methods.entries.map { entry in
            let (method, preset) = (entry.item, TrainingConfiguration(preset: entry.item.preset))
            return MethodEntry(
                name: method.name, summary: method.summary, citation: method.citation, density: method.density,
                preset: TrainingOption.all.compactMap { option in
                    let text = option.text(preset)
                    return text == option.text(TrainingConfiguration()) ? nil : (option.name, text)
                })
        }
    }

    public static var models: [ModelEntry] {
        ModelRegistry.entries.map { entry in
            let model = try? ModelRegistry.model(
                named: entry.usage, input: ActivationShape(channels: 3, rows: 32, columns: 32), classes: 10)
            return ModelEntry(
                usage: entry.usage, summary: entry.summary, denseWeights: model?.denseWeights ?? 0,
                denseParameters: model?.denseParameters ?? 0, forwardFLOPs: model?.forwardFLOPs ?? 0)
        }
    }
}

extension Registry {
    /// The method of this name.
    /// - Throws: `ConfigurationError.unknownName` with the nearest there is.
    public static func method(named name: String) throws(ConfigurationError) -> MethodEntry {
        let methods = methods
        if let method = methods.first(where: { $0.name == name }) { return method }
        let known = methods.map(\.name)
        throw .unknownName(option: "algo", name: name, nearest: NearestName.of(name, among: known), known: known)
    }

    /// The model of this name, such as "resnet20" or "mlp:100".
    /// - Throws: `ConfigurationError.rejected`, which says what there is.
    public static func model(named name: String) throws(ConfigurationError) -> ModelEntry {
        do throws(ModelError) {
            let model = try ModelRegistry.model(
                named: name, input: ActivationShape(channels: 3, rows: 32, columns: 32), classes: 10)
            let entry =
                ModelRegistry.entries.first { $0.usage == name }
                ?? ModelRegistry.entries.first {
                    $0.usage.prefix { $0.isLetter } == name.prefix { $0.isLetter }
                }
            return ModelEntry(
                usage: name, summary: entry?.summary ?? "", denseWeights: model.denseWeights,
                denseParameters: model.denseParameters, forwardFLOPs: model.forwardFLOPs)
        } catch { throw ConfigurationError(error, model: name) }
    }
}
