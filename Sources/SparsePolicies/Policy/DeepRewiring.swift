internal import SparseStore

/// Deep R (Bellec, Kappel, Maass, Legenstein, ICLR 2018, arXiv 1711.05136). Every position has a fixed sign s, and its
/// weight is s theta. After each step of the optimiser theta also walks at random and shrinks:
///
///     theta += rate (N(0, noise^2) - l1)
///
/// A weight whose theta is no longer positive is dropped, and as many grow at theta = 0 at random positions, those just
/// dropped included. The signs are drawn from the run's generator, so nothing is stored for them.
public struct DeepRewiring: TopologyPolicy {
    public let clock: UpdateClock
    /// Standard deviation of the walk, per unit of learning rate.
    public let noise: Double
    /// Pull towards 0, per unit of learning rate.
    public let l1: Double
    private let grow: any GrowRule

    /// Deep R's policy: noise and L1 of each step, and what grows in place of weights that change sign.
    public init(clock: UpdateClock, noise: Double, l1: Double, grow: any GrowRule = RandomGrow()) {
        self.clock = clock
        self.noise = noise
        self.l1 = l1
        self.grow = grow
    }

    /// Those that the grow rule looks at.
    public var gradientBatches: Int { grow.gradientBatches }

    /// 1 or -1: the sign of the weight at a position, for the whole run.
    static func sign(of position: Int, layer: Int, seed: UInt64) -> Float {
        CounterRandom(seed: seed, purpose: .noise, layer: layer).word(UInt64(position)) & 1 == 0 ? 1 : -1
    }

    /// The initial weights with the signs of their positions.
    public func begin(_ context: UpdateContext) -> [LayerUpdate] {
        context.parameters.map { parameter in
            let matrix = parameter.matrix
            return LayerUpdate(
                values: zip(matrix.storedPositions(), matrix.elements(of: .values)).map { position, weight in
                    DeepRewiring.sign(of: position, layer: parameter.layer, seed: context.seed) * weight.magnitude
                })
        }
    }

    public func update(_ context: UpdateContext) throws(PolicyError) -> [LayerUpdate] {
        try context.parameters.map { parameter throws(PolicyError) in
            guard parameter.matrix.unitRows * parameter.matrix.unitColumns == 1 else {
                throw .unfitStructure(
                    method: "deepr", layer: parameter.name, structure: parameter.matrix.format,
                    reason: "each weight has a sign of its own")
            }
            let clock = ContinuousClock()
            let began = clock.now
            let walked = walked(parameter, context)
            var update = try rewire(LayerView(parameter, weights: walked, mayRegrow: true), context)
            update.values = walked
            update.seconds = (clock.now - began) / .seconds(1)
            return update
        }
    }

    /// The layer's weights after their random step.
    private func walked(_ parameter: SparseParameter, _ context: UpdateContext) -> [Float] {
        let random = context.random(.noise, for: parameter)
        let matrix = parameter.matrix
        return zip(matrix.storedPositions(), matrix.elements(of: .values)).map { position, weight in
            let sign = DeepRewiring.sign(of: position, layer: parameter.layer, seed: context.seed)
            let walk = noise * CounterRandom.normal(random.word(UInt64(position))) - l1
            return weight + sign * Float(context.learningRate * walk)
        }
    }

    private func rewire(_ layer: LayerView, _ context: UpdateContext) throws(PolicyError) -> LayerUpdate {
        let parameter = layer.parameter
        let dropped = layer.positions.indices.filter { index in
            let sign = DeepRewiring.sign(of: layer.positions[index], layer: parameter.layer, seed: context.seed)
            return sign * layer.weights[index] <= 0
        }
        let growth: Growth
        if let width = parameter.groupWidth {
            let exchange = try grow.exchange(dropped, group: width, in: layer, mayRegrow: true, context: context)
            guard exchange.dropped == dropped else {
                throw .unfitStructure(
                    method: "deepr", layer: parameter.name, structure: "groups of \(width)",
                    reason: "the grow rule does not leave the choice of what goes to the signs")
            }
            growth = exchange.growth
        } else {
            growth = try grow.grow(
                dropped.count, in: layer, dropped: dropped.map { layer.positions[$0] }, mayRegrow: true,
                context: context)
        }
        return LayerUpdate(
            exchanging: dropped, mayKeep: [], for: growth, in: layer, regrowth: .fresh, newValues: .zero,
            context: context)
    }
}
