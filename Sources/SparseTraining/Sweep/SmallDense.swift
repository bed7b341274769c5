internal import SparseModels
internal import SparseParts

/// The dense network that has as many parameters as a sparse one: the same model with smaller widths.
enum SmallDense {
    /// The narrower model whose number of parameters is nearest.
    /// - Parameters:
    ///   - text: The model, as it is written.
    ///   - parameters: How many it is to have.
    ///   - build: Makes the model of a text.
    /// - Throws: `ConfigurationError` where the model's name cannot say a width.
    static func model(
        like text: String, parameters: Double, build: (String) throws -> Model
    ) throws -> String {
        func refuse() -> ConfigurationError {
            let able = Parts.models.entries.filter { $0.part.narrowed(nil, 0.5) != nil || $0.name == "mlp" }
            return .rejected(
                reason: "no narrower '\(text)': its name says no width; models that have one: "
                    + able.map(\.name).joined(separator: ", "))
        }
        guard Parts.models.narrowed(text, by: 1) != nil else { throw refuse() }
        var (low, high) = (0.0, 1.0)
        var best: (text: String, distance: Double)?
        var tried: Set<String> = []
        // Widths are whole numbers below 2^24.
        for _ in 0..<26 {
            let middle = (low + high) / 2
            guard let narrow = Parts.models.narrowed(text, by: middle) else { throw refuse() }
            let count = Double(try build(narrow).denseParameters)
            if tried.insert(narrow).inserted, abs(count - parameters) < best?.distance ?? .infinity {
                best = (narrow, abs(count - parameters))
            }
            if count < parameters { low = middle } else { high = middle }
        }
        guard let best else { throw refuse() }
        return best.text
    }
}
