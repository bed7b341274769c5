internal import SparseStore

/// Top-KAST (Jayakumar, Pascanu, Rae, Osindero, Elsen, NeurIPS 2020, arXiv 2106.03517) without dense weights. In each layer
/// the largest weights form a set B, and the largest of these a smaller set A. The forward pass and the gradient of
/// activations use A only; gradients and weight updates go to all of B, so that a weight can grow before it is used. A
/// penalty c w^2 / 2, divided by the density of A for weights outside A, lets others take their places.
///
/// The published method ranks a dense array of weights. Here only B is stored, and a position outside it has its initial
/// value, which is a function of seed, layer and position: a weight that leaves B returns to that value, where the
/// published method would have kept the last one.
public struct ForwardAndBackwardSets: TopologyPolicy {
    public let clock: UpdateClock
    public let forwardPenalty: Double
    /// A layer whose B is full may still leave weights out of A.
    public let changesFullLayers = true

    /// - Parameter penalty: c, per unit of learning rate.
    public init(clock: UpdateClock, penalty: Double) {
        self.clock = clock
        forwardPenalty = penalty
    }

    /// Chooses the first A.
    public func begin(_ context: UpdateContext) {
        for parameter in context.parameters {
            let matrix = parameter.matrix
            let positions = forwardSet(
                of: parameter, positions: matrix.storedPositions(), weights: matrix.storedScores(of: .values))
            // A matrix that cannot have such a set says so at the first update.
            try? matrix.useForward(positions, penalty: Float(forwardPenalty))
        }
    }

    public func update(_ context: UpdateContext) throws(PolicyError) -> [LayerUpdate] {
        try context.parameters.map { parameter throws(PolicyError) in
            let clock = ContinuousClock()
            let began = clock.now
            var update = try update(LayerView(parameter, mayRegrow: false), context)
            update.seconds = (clock.now - began) / .seconds(1)
            return update
        }
    }

    private func update(_ layer: LayerView, _ context: UpdateContext) throws(PolicyError) -> LayerUpdate {
        let parameter = layer.parameter
        guard parameter.matrix.unitRows * parameter.matrix.unitColumns == 1 else {
            throw .unfitStructure(
                method: "topkast", layer: parameter.name, structure: parameter.matrix.format,
                reason: "it ranks single weights")
        }
        let (leaving, entering) = exchange(layer, context)
        let gone = leaving.map { layer.positions[$0] }
        let kept = SortedPositions.subtract(leaving, from: Array(layer.positions.indices))
        let values = entering.map { parameter.initialValues?.value(at: $0) ?? 0 }
        let all = (kept.map { (layer.positions[$0], layer.weights[$0]) } + zip(entering, values))
            .sorted { $0.0 < $1.0 }
        return LayerUpdate(
            change: TopologyChange(dropped: gone, grown: entering, grownValues: values),
            forward: forwardSet(of: parameter, positions: all.map(\.0), weights: all.map(\.1)), dropped: gone.count,
            grown: gone.count, dropThreshold: leaving.map { layer.weights[$0].magnitude }.max())
    }

    /// What the next B lacks of this one (indices of stored units), and what it has instead (positions), both ascending:
    /// as many as there are positions outside that are strictly larger than the stored weights they replace.
    private func exchange(_ layer: LayerView, _ context: UpdateContext) -> (leaving: [Int], entering: [Int]) {
        guard let values = layer.parameter.initialValues, layer.count > 0 else { return ([], []) }
        let stored = layer.weights.map(\.magnitude).sorted()
        // What is not above the floor cannot enter if as many are above it as stored weights are below it: a guess first,
        // which spares looking at most positions, then for certain.
        let guess = guess(values, stored: stored, free: layer.free)
        var outside = largest(values, outside: layer, notBelow: stored[guess], context)
        if outside.count < guess { outside = largest(values, outside: layer, notBelow: stored[0], context) }
        outside.sort { $0.score != $1.score ? $0.score > $1.score : $0.position < $1.position }
        let smallest = SmallestScores.indices(outside.count, of: layer.weights)
            .sorted { (layer.weights[$0].magnitude, $0) < (layer.weights[$1].magnitude, $1) }
        let count = zip(outside, smallest).prefix { $0.score > layer.weights[$1].magnitude }.count
        return (smallest.prefix(count).sorted(), outside.prefix(count).map(\.position).sorted())
    }

    /// Index of the largest stored weight that a few more positions outside should exceed than stored weights do not.
    private func guess(_ values: NormalField, stored: [Float], free: Int) -> Int {
        var (low, high) = (0, stored.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            let above = Double(free) * values.share(above: stored[middle])
            if above > 1.25 * Double(middle) + 16 { low = middle } else { high = middle - 1 }
        }
        return low
    }

    private func largest(
        _ values: NormalField, outside layer: LayerView, notBelow floor: Float, _ context: UpdateContext
    ) -> [ScoredPosition] {
        values.largest(
            layer.count, below: layer.parameter.matrix.positionCount, excluding: layer.positions, notBelow: floor,
            workers: context.workers)
    }

    /// A: the positions of the largest weights.
    private func forwardSet(of parameter: SparseParameter, positions: [Int], weights: [Float]) -> [Int] {
        LargestScores.indices(parameter.forwardBudget ?? positions.count, of: weights).map { positions[$0] }
    }
}
