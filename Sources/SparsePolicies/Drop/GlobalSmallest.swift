/// Selection over all layers at once, by (absolute weight, layer, position).
enum GlobalSmallest {
    /// For each layer the ascending indices of its share of the `count` smallest absolute weights of all layers.
    static func indices(_ count: Int, of weights: [[Float]]) -> [[Int]] {
        var chosen: [[Int]] = weights.map { _ in [] }
        var layer = 0
        var first = 0
        for index in SmallestScores.indices(count, of: Array(weights.joined())) {
            while index >= first + weights[layer].count {
                first += weights[layer].count
                layer += 1
            }
            chosen[layer].append(index - first)
        }
        return chosen
    }
}
