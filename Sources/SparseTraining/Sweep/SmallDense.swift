internal import SparseModels
internal import SparseParts

/// The dense network that has as many parameters as a sparse one: the same model with smaller widths.
enum SmallDense {
    /// There is no narrower model of the kind.
    struct Unavailable: Error, CustomStringConvertible {
        var model: String

        var description: String {
            "\(SweepOption.smallDense) is left out for '\(model)', whose name cannot say smaller widths"
        }
    }

    /// The narrower model whose number of parameters is nearest.
    /// - Parameters:
    ///   - text: The model, as it is written.
    ///   - parameters: How many it is to have.
    ///   - build: Makes the model of a text.
    /// - Throws: `Unavailable` where the model's name cannot say a width.
    static func model(
        like text: String, parameters: Double, build: (String) throws -> Model
    ) throws -> String {
        guard Parts.models.narrowed(text, by: 1) != nil else { throw Unavailable(model: text) }
        var (low, high) = (0.0, 1.0)
        var best: (text: String, distance: Double)?
        var tried: Set<String> = []
        // Widths are whole numbers below 2^24.
        for _ in 0..<26 {
            let middle = (low + high) / 2
            guard let narrow = Parts.models.narrowed(text, by: middle) else { throw Unavailable(model: text) }
            let count = Double(try build(narrow).denseParameters)
            if tried.insert(narrow).inserted, abs(count - parameters) < best?.distance ?? .infinity {
                best = (narrow, abs(count - parameters))
            }
            if count < parameters { low = middle } else { high = middle }
        }
        guard let best else { throw Unavailable(model: text) }
        return best.text
    }
}
