/// The rule of SET's published code, `SET-MLP-Sparse-Python-Data-Structures`: with the layer's values sorted, keep those
/// strictly above a bound among the positive and strictly below one among the negative ones. Drops one or two more of
/// each sign than its fraction says, and all values that equal a bound.
public struct SET2018Drop: LayerDropRule {
    /// The rule has no settings.
    public init() {}

    public func victims(of layer: LayerView, fraction: Double) -> [Int] {
        guard let bounds = bounds(of: layer.weights.sorted(), fraction: fraction) else { return [] }
        let victims = layer.weights.indices.filter { bounds.contains(layer.weights[$0]) }
        guard victims.count > layer.dropLimit else { return victims }
        return SmallestScores.indices(layer.dropLimit, of: victims.map { layer.weights[$0] }).map { victims[$0] }
    }

    /// Smallest and largest value that goes.
    private func bounds(of values: [Float], fraction: Double) -> ClosedRange<Float>? {
        guard let least = values.map(\.magnitude).min(),
            let first = values.firstIndex(where: { $0.magnitude == least }),
            let last = values.lastIndex(where: { $0.magnitude == least })
        else { return nil }
        let low = Int((1 - fraction) * Double(first))
        let end = Double(last + 1)
        let high = Int(min(Double(values.count - 1), end + fraction * (Double(values.count) - end)))
        return values[low]...values[max(low, high)]
    }
}
