internal import SparseModels
internal import SparsePolicies
internal import SparseStore

/// The weights at the start of a run: format, random positions and values of each layer.
struct InitialWeights {
    let configuration: TrainingConfiguration
    let topology: InitialTopology
    /// Whether the method may take connections from layers that are full at the start.
    let changesFullLayers: Bool
    let workers: Workers
    /// For each layer the positions that it is to have; nil where they are drawn.
    var connections: [[Int]?]?
    /// Whether what is at these positions has the weights of the dense layer, of which a pruning has kept it.
    var keepsDenseValues = false

    /// One matrix for each of the budgets.
    /// - Parameter shapes: Those of the model, in the same order.
    func matrices(
        _ budgets: [LayerBudget], _ shapes: [WeightShape]
    ) throws(ConfigurationError) -> [any SparseMatrix] {
        var matrices: [any SparseMatrix] = []
        for (layer, budget) in budgets.enumerated() {
            do throws(PolicyError) {
                matrices.append(try matrix(budget, layer: layer, shape: shapes[layer]))
            } catch {
                throw ConfigurationError(error)
            }
        }
        return matrices
    }

    /// A layer that stays full is stored dense, because the dense kernels do its work faster than any sparse one; others in
    /// blocks where that is asked for, else as single weights. A layer that lacks a single weight is never dense: a dense
    /// store would train that weight.
    func format(_ budget: LayerBudget) -> MatrixFormat {
        let staysFull = budget.isFull && (budget.isKeptDense || !changesFullLayers)
        if staysFull && configuration.denseSwitch { return .dense }
        if case .blocks(let side) = budget.structure { return .block(side) }
        return .csr
    }

    /// How positions are drawn: as the layer's structure has it, else as the method.
    private func topology(of budget: LayerBudget) -> InitialTopology {
        switch budget.structure {
        case .groups(let stored, let of): .groups(stored: stored, of: of)
        case .constantFanIn: topology == .largestValues ? .largestValuesOfRows : .constantFanIn
        case .unstructured, .blocks: topology
        }
    }

    private func matrix(
        _ budget: LayerBudget, layer: Int, shape: WeightShape
    ) throws(PolicyError) -> any SparseMatrix {
        let format = format(budget)
        let (rows, columns) = (budget.shape.outputs, budget.shape.fanIn)
        let (seed, side) = (configuration.seed, format.unitSide)
        let units = format.positionCount(rows: rows, columns: columns)
        var random = CounterRandom(seed: seed, purpose: .topology, layer: layer)
        let field = configuration.initialField(shape, layer: layer)
        let kept = connections?[layer]
        let positions: [Int]
        if let kept {
            positions = kept
        } else if budget.isFull {
            positions = Array(0..<units)
        } else {
            positions = try self.topology(of: budget).positions(
                count: budget.storedUnits(of: units), rows: (rows + side - 1) / side,
                columns: (columns + side - 1) / side, random: &random,
                initial: InitialUnits(field, rows: rows, columns: columns, side: side), workers: workers)
        }
        let initial = configuration.initialization
        let weights = format.weightPositions(ofUnits: positions, rows: rows, columns: columns)
        // What is kept of a dense layer has the values of the dense layer.
        let values =
            topology == .largestValues || keepsDenseValues && kept != nil
            ? weights.map(field.value)
            : initial.values(
                rows: rows, columns: columns,
                kernelElements: shape.kernelElements, deviation: shape.deviation, positions: weights, seed: seed,
                layer: layer)
        do throws(StoreError) {
            return try format.make(
                rows: rows, columns: columns, positions: positions, values: values, convolution: shape.convolution)
        } catch {
            throw .store(layer: budget.name, error)
        }
    }
}

extension LayerBudget {
    /// True when every weight is stored at the start.
    var isFull: Bool { storedCount == shape.count }
}
