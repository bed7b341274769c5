/// DSR's rule (Mostafa, Wang, ICML 2019, arXiv 1902.05967): in every layer the weights strictly below one global
/// threshold go, which then doubles or halves to bring the number dropped near its target. A layer that would lose
/// everything keeps its first weight.
public struct ThresholdDrop: DropRule {
    /// Units to drop per update: a share of all positions of the sparse layers, but at most ten times that share of the
    /// stored units. The published 20,000 weights of WRN-28-2 are 1.4 % of all positions and at density .1 14 % of the
    /// stored ones; at density .02 1.4 % of the positions would be 70 % of what is stored, and nothing could be learnt.
    public let targetShare: Double
    /// The threshold now.
    public private(set) var threshold: Double

    /// Begins with `threshold`, and moves it until the share of the weights that go is `targetShare`.
    public init(targetShare: Double, threshold: Double) {
        self.targetShare = targetShare
        self.threshold = threshold
    }

    public var followsSchedule: Bool { false }

    public var state: [String: Double] {
        get { ["threshold": threshold] }
        set { threshold = newValue["threshold"] ?? threshold }
    }

    public mutating func victims(
        of layers: [LayerView], fraction: Double, context: UpdateContext
    ) -> [Victims] {
        var victims = layers.map { layer in
            let below = layer.weights.indices.filter { Double(layer.weights[$0].magnitude) < threshold }
            return below.count == layer.count ? Array(below.dropFirst()) : below
        }
        // What is dropped must find room elsewhere, since nothing comes back at once.
        let room = layers.map(\.free).reduce(0, +)
        if victims.map(\.count).reduce(0, +) > room {
            let weights = zip(layers, victims).map { layer, indices in indices.map { layer.weights[$0] } }
            victims = zip(victims, GlobalSmallest.indices(room, of: weights)).map { own, kept in kept.map { own[$0] } }
        }
        let stored = layers.map(\.count).reduce(0, +)
        let positions = stored + layers.map(\.free).reduce(0, +)
        adapt(
            dropped: Double(victims.map(\.count).reduce(0, +)),
            target: targetShare * Double(min(positions, 10 * stored)))
        return victims.map { Victims(replaced: $0) }
    }

    private mutating func adapt(dropped: Double, target: Double) {
        if dropped > 1.1 * target {
            threshold /= 2
        } else if dropped < 0.9 * target {
            threshold *= 2
        }
    }
}
