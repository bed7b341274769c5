internal import Foundation
internal import SparseModels
internal import SparseParts
internal import SparsePolicies

/// The compression ratio of Blalock et al. (MLSys 2020): all parameters of the dense network over those that are left, biases,
/// scales and shifts among both.
struct CompressionRatio {
    let ratio: Double
    let model: Model

    /// What a network may miss a ratio by: one connection of the smallest layers is more than that.
    private static let tolerance = 0.05

    /// Parameters that are left.
    var parameters: Double { Double(model.denseParameters) / ratio }

    /// The density with which the run's layers have as many weights as the ratio leaves, to the nearest weight that its
    /// distribution can give.
    /// - Throws: `ConfigurationError` for a ratio that cannot be reached, with what would be.
    func density(for configuration: TrainingConfiguration, method: Method) throws(ConfigurationError) -> Double {
        let others = model.denseParameters - model.denseWeights
        let wanted = parameters - Double(others)
        func refuse(_ reason: String) -> ConfigurationError {
            .rejected(reason: "--\(SweepOption.ratio) \(ratio.optionText): \(reason)")
        }
        guard wanted > 0 else {
            let most = Double(model.denseParameters) / Double(others)
            throw refuse(
                "the \(others) biases and parameters of normalisation of '\(model.name)' alone are more than the ratio "
                    + "leaves; ratios of this model are below \(String(format: "%.1f", most))")
        }
        // Six digits are what tables can show, and a weight in a million.
        func rounded(_ density: Double) -> Double { min(Double(String(format: "%.6g", density)) ?? density, 1) }
        var density = rounded(wanted / Double(model.denseWeights))
        // A method that begins with more weights is planned for those; it ends with the density itself.
        var changed = configuration
        changed.density = density
        do throws(PolicyError) {
            if try method.initialDensity(changed.methodOptions) != density && !method.hasForwardSet { return density }
        } catch { throw ConfigurationError(error) }
        let hasRows = method.initialTopology == .constantFanIn
        func weights(_ density: Double) throws(ConfigurationError) -> Double {
            changed.density = density
            let budgets = try changed.budgets(for: model, method: method)
            return Double(budgets.map { Self.weights(of: $0, isRounded: hasRows) }.reduce(0, +))
        }
        // Distributions give the density asked for, to the weight, unless options fix that of some layers.
        var found = try weights(density)
        if abs(found - wanted) > max(2, 1e-4 * wanted) {
            var (low, high) = (log(1e-9), 0.0)
            for _ in 0..<60 {
                let middle = (low + high) / 2
                let tried = rounded(exp(middle))
                guard let count = try? weights(tried) else {
                    low = middle
                    continue
                }
                if abs(count - wanted) < abs(found - wanted) { (density, found) = (tried, count) }
                if count < wanted { low = middle } else { high = middle }
            }
        }
        let reached = Double(model.denseParameters) / (found + Double(others))
        guard abs(reached / ratio - 1) <= Self.tolerance else {
            throw refuse(
                "the layers of '\(model.name)' cannot have that few weights; the nearest is "
                    + String(format: "%.2f", reached))
        }
        return density
    }

    /// Weights that the forward pass of a layer uses.
    /// - Parameter isRounded: All outputs have as many.
    private static func weights(of budget: LayerBudget, isRounded: Bool) -> Int {
        let count = budget.forwardUnits(of: budget.shape.count) ?? budget.storedCount
        return isRounded && !budget.isFull ? count / budget.shape.outputs * budget.shape.outputs : count
    }
}
