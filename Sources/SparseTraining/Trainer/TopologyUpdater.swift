internal import SparseData
internal import SparseModels
internal import SparsePolicies
internal import SparseStore

/// Where network and method meet: asks the policy when its time has come, applies its answer to the stores, and keeps
/// account of what was stored.
struct TopologyUpdater {
    var policy: any TopologyPolicy
    let network: Network
    private let seed: UInt64
    private let budgets: [LayerBudget]
    /// Places in `network.weights` of the layers that may change.
    private let layers: [Int]
    /// Units that the layers that may change store in the end, for a method that begins with more; nil for others.
    private let unitsAskedFor: Int?
    /// What the optimiser keeps beside the weights.
    private let states: [OptimizerRole]
    var history: GradientHistory
    /// Of every layer, in the order of `network.weights`.
    var explored: [ExploredPositions]
    /// Weights stored in each layer.
    var stored: [Int]
    /// Places in `network.weights` of the layers known to have lost every path from input to output.
    private var pathless: Set<Int> = []
    /// Those of them that the forward pass uses; nil when it uses all.
    private(set) var forward: [Int]?
    /// The values that each layer that may change would begin with, were it dense; for methods that look at them.
    private let initialUnits: [InitialUnits?]
    /// Those that train together, where there are several.
    private let processes: Processes?
    /// The update that is decided and not made yet.
    var decided: DecidedUpdate?

    /// - Throws: `PolicyError` when the method cannot begin with these layers.
    init(
        _ setup: TrainingSetup, network: Network, seed: UInt64, processes: Processes? = nil
    ) throws(PolicyError) {
        policy = setup.policy
        self.processes = processes
        self.network = network
        budgets = setup.budgets
        self.seed = seed
        states = setup.optimizer.states
        layers = setup.changeableLayers
        let scope = try setup.method.settings(setup.configuration.methodOptions).scope
        unitsAskedFor = setup.fallsToDensity.map { density in
            let positions = setup.changeableLayers.map { network.weights[$0].positionCount }
            // Each layer by itself is rounded up.
            if scope == .layer { return positions.reduce(0) { $0 + StoredCount.of(density: density, positions: $1) } }
            return StoredCount.of(density: density, positions: positions.reduce(0, +))
        }
        initialUnits = layers.map { layer in
            setup.budgets[layer].forwardDensity.map { _ in
                let matrix = network.weights[layer]
                return InitialUnits(
                    setup.initialField(layer), rows: matrix.rows, columns: matrix.columns, side: matrix.unitRows)
            }
        }
        history = GradientHistory(
            network, layers: layers, batches: setup.policy.gradientBatches, shards: setup.shards)
        stored = network.weights.map(\.storedWeights)
        explored = network.weights.enumerated().map { layer, matrix in
            var positions = ExploredPositions(
                positions: matrix.positionCount, random: CounterRandom(seed: seed, purpose: .exploration, layer: layer))
            positions.note(matrix.storedPositions())
            return positions
        }
        let start = try policy.begin(context(step: 0, learningRate: 0, batches: []))
        if let file = setup.start, !file.drawsWeights, let place = start.firstIndex(where: { $0.values != nil }) {
            throw PolicyError.unfitStructure(
                method: setup.method.name, layer: budgets[layers[place]].name,
                structure: "with the weights of --init-from",
                reason: "it gives every weight a value of its own at the start; take another method")
        }
        setValues(start)
        for (layer, answer) in zip(layers, start) {
            if let forward = answer.forward { try useForward(forward, layer) }
        }
    }

    /// Batches whose gradients an update looks at now.
    var batchesLookedAt: Int { policy.gradientBatches > 0 ? history.count : 0 }

    /// What to do with the batch that comes next.
    func plan(_ state: RunState) -> BatchPlan { policy.plan(after: state.step, lastUpdate: state.lastTopologyStep) }

    /// Takes the batch of the last backward pass in, as one of several that a weight update follows.
    /// - Parameters:
    ///   - share: Of the batch among them.
    ///   - shard: Which of this process it belongs to, from 0.
    mutating func gatherGradients(share: Float, shard: Int) { history.gather(share: share, shard: shard) }

    /// Keeps the batch of the last backward pass for an update to come.
    mutating func keepGradients() { history.record() }

    /// Decides how the connections change, with the batch of the last backward pass as the newest. They stay as they are
    /// until `makeDecidedUpdate`.
    /// - Parameter learningRate: of the latest weight update.
    mutating func decide(step: Int, epoch: Int, learningRate: Double) throws(PolicyError) {
        let stopwatch = Stopwatch()
        let batches = policy.gradientBatches > 0 ? history.batches() : []
        let fraction = policy.dropFraction(at: step)
        if !batches.isEmpty {
            processes?.denseGradientBytes += layers.reduce(0) {
                $0 + 4 * network.weights[$1].rows * network.weights[$1].columns
            }
        }
        var answers = try policy.update(context(step: step, learningRate: learningRate, batches: batches))
        setValues(answers)
        for index in answers.indices { answers[index].values = nil }
        let idle = idleOutputs()
        decided = DecidedUpdate(
            step: step, epoch: epoch, dropFraction: fraction ?? droppedShare(answers), states: states, answers: answers,
            idleOutputs: idle, seconds: stopwatch.seconds)
    }

    /// How many outputs of each layer have no gradient from any sample of the newest batch, whichever process has it.
    private func idleOutputs() -> [Int] {
        let own = history.idleOutputs
        guard let processes else { return own.map { $0.count { $0 } } }
        let count = own.reduce(0) { $0 + $1.count }
        let all = processes.gather(count: count) { numbers in
            for (place, isIdle) in own.joined().enumerated() { numbers[place] = isIdle ? 1 : 0 }
        }
        let flags = (0..<count).map { place in stride(from: place, to: all.count, by: count).allSatisfy { all[$0] == 1 }
        }
        var first = 0
        return own.map { layer in
            defer { first += layer.count }
            return flags[first..<first + layer.count].count { $0 }
        }
    }

    /// Changes the connections as decided.
    /// - Returns: What is worth telling; nil when no update is due.
    mutating func makeDecidedUpdate() throws(PolicyError) -> TopologyRecord? {
        guard var update = decided else { return nil }
        decided = nil
        let stopwatch = Stopwatch()
        for (index, layer) in layers.enumerated() {
            let answer = update.answers[index]
            // Of a change that is applied only the numbers are told.
            update.answers[index].change = TopologyChange()
            do throws(StoreError) {
                try network.weights[layer].apply(answer.change, workers: network.workers)
            } catch {
                throw PolicyError.store(layer: budgets[layer].name, error)
            }
            if let forward = answer.forward { try useForward(forward, layer) }
            explored[layer].note(answer.change.grown)
            stored[layer] = network.weights[layer].storedWeights
        }
        return TopologyRecord(
            step: update.step, epoch: update.epoch, dropFraction: update.dropFraction, nonzeros: nonzeros,
            exploredFraction: exploredFraction, seconds: update.seconds + stopwatch.seconds,
            layers: layers.indices.map { record(layers[$0], update.answers[$0], idleOutputs: update.idleOutputs[$0]) })
    }

    /// A number that tells these connections from others.
    var hash: UInt64 {
        var hash = ByteHash()
        for layer in layers {
            for position in network.weights[layer].storedPositions() { hash.add(UInt64(position)) }
            hash.add(.max)
        }
        return hash.hash
    }

    /// Gives the weights the values that a method wants.
    private func setValues(_ answers: [LayerUpdate]) {
        for (layer, answer) in zip(layers, answers) {
            guard let values = answer.values else { continue }
            network.weights[layer].setElements(of: .values, to: values)
            network.weights[layer].valuesHaveChanged()
        }
    }

    /// Share of the stored units that goes, for a method without a schedule.
    private func droppedShare(_ answers: [LayerUpdate]) -> Double {
        let units = layers.map { network.weights[$0].storedCount }.reduce(0, +)
        return units == 0 ? 0 : Double(answers.map(\.dropped).reduce(0, +)) / Double(units)
    }

    /// True unless the layers that may change store more units than the run's density asks for, as some methods do at first.
    var isAtDensity: Bool {
        guard let unitsAskedFor else { return true }
        return layers.map { network.weights[$0].storedCount }.reduce(0, +) <= unitsAskedFor
    }

    /// Lets the forward pass of a layer use some of its weights only.
    mutating func useForward(_ positions: [Int], _ layer: Int) throws(PolicyError) {
        do throws(StoreError) {
            try network.weights[layer].useForward(positions, penalty: Float(policy.forwardPenalty))
        } catch {
            throw .store(layer: budgets[layer].name, error)
        }
        noteForward()
    }

    private mutating func noteForward() {
        guard network.weights.contains(where: { $0.forwardSet != nil }) else { return }
        forward = zip(network.weights, stored).map { $0.forwardSet?.matrix.storedWeights ?? $1 }
    }

    private func context(step: Int, learningRate: Double, batches: [[GradientBatch]]) -> UpdateContext {
        let parameters = layers.indices.map { index in
            SparseParameter(
                name: budgets[layers[index]].name, shape: budgets[layers[index]].shape,
                matrix: network.weights[layers[index]], layer: layers[index],
                budget: budgets[layers[index]].storedUnits(
                    of: network.weights[layers[index]].positionCount),
                forwardBudget: budgets[layers[index]].forwardUnits(
                    of: network.weights[layers[index]].positionCount),
                groupWidth: budgets[layers[index]].structure.groupWidth(columns: budgets[layers[index]].shape.fanIn),
                initialUnits: initialUnits[index], isOutput: layers[index] == budgets.count - 1,
                batches: batches.isEmpty ? [] : batches[index])
        }
        return UpdateContext(
            step: step, learningRate: learningRate, seed: seed, workers: network.workers, reducer: processes?.growth,
            parameters: parameters)
    }

    /// Layers that have lost every path from input to output since this was asked for last.
    mutating func layersThatLostTheirPaths() -> [String] {
        let before = pathless
        pathless = Set(network.layersWithoutPath)
        return pathless.subtracting(before).sorted().map { budgets[$0].name }
    }

    /// Takes the connections as they are: those of a checkpoint.
    mutating func adoptConnections() {
        decided = nil
        stored = network.weights.map(\.storedWeights)
        pathless = Set(network.layersWithoutPath)
    }

    /// The matrices that may change.
    var changeable: [any SparseMatrix] { layers.map { network.weights[$0] } }

    /// Weights of each layer that the network uses: all that are stored, or those of the forward pass.
    var used: [Int] { forward ?? stored }

    /// Weights that the network uses.
    var nonzeros: Int { used.reduce(0, +) }

    /// Part of the positions of all layers that were stored at any time.
    var exploredFraction: Double {
        let positions = budgets.map { Double($0.shape.count) }
        // A sample, and blocks that hang over the edge, may count a little less than what is stored now.
        let seen = budgets.indices.map { max(explored[$0].fraction * positions[$0], Double(used[$0])) }
        return seen.reduce(0, +) / positions.reduce(0, +)
    }

    private func record(_ layer: Int, _ answer: LayerUpdate, idleOutputs: Int) -> TopologyRecord.Layer {
        let dead = DeadUnits(network.weights[layer])
        return TopologyRecord.Layer(
            name: budgets[layer].name, nonzeros: used[layer],
            backwardNonzeros: network.weights[layer].forwardSet.map { _ in stored[layer] },
            density: Double(used[layer]) / Double(budgets[layer].shape.count),
            dropped: answer.dropped, grown: answer.grown, regrown: answer.regrown,
            dropThreshold: answer.dropThreshold, growThreshold: answer.growThreshold,
            grownWithoutGradient: answer.grownWithoutGradient, exploredFraction: explored[layer].fraction,
            deadInputs: dead.inputs, deadOutputs: dead.outputs,
            idleOutputs: idleOutputs,
            seconds: answer.seconds)
    }
}
