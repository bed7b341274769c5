import SparseParts
import SparsePolicies
import SparseStore
import TestSupport
import Testing

/// Methods on blocks, beside their rules written plainly over the blocks' pooled weights and gradients.
struct BlockMethodTests {
    private struct Shape {
        var rows: Int
        var columns: Int
        var blocks: [Int]
        /// What the columns belong to; nil in a linear layer.
        var convolution: ConvolutionGeometry?
    }

    /// What a rule sees of a layer: blocks stored, and for all blocks the sums of absolute weights, momenta, gradients.
    private struct Layer {
        var rows: Int
        var columns: Int
        var stored: [Int]
        var weights: [Float]
        var momenta: [Float]
        /// Of the batches kept, oldest first.
        var gradients: [[Float]]

        var bySize: [Int] { stored.sorted { (weights[$0], $0) < (weights[$1], $1) } }

        /// Blocks outside `kept`, the largest pooled |sum of weighted gradients| first.
        func candidates(outside kept: [Int], _ scores: [Float]) -> [Int] {
            let kept = Set(kept)
            return weights.indices.filter { !kept.contains($0) }
                .sorted { (-scores[$0], $0) < (-scores[$1], $1) }
        }
    }

    private typealias Rule = ([Layer], _ step: Int) -> [[Int]]
    private let side = 4

    /// Trains blocks of random layers; at every update the stored blocks must be those of the rule.
    private func compare(
        _ name: String, _ options: Settings, shapes: [Shape], seed: UInt64, mixing: [Float] = [1], _ rule: Rule
    ) throws -> [LayerUpdate] {
        var random = CounterRandom(seed: seed, purpose: .test)
        let format = MatrixFormat.block(side)
        var (parameters, matrices): ([SparseParameter], [any SparseMatrix]) = ([], [])
        for (index, shape) in shapes.enumerated() {
            let weights = format.weightPositions(ofUnits: shape.blocks, rows: shape.rows, columns: shape.columns)
            var matrix = try format.make(
                rows: shape.rows, columns: shape.columns, positions: shape.blocks,
                values: weights.map { _ in Float(random.nextUnit() - 0.5) })
            if let geometry = shape.convolution {
                matrix = try geometry.store(matrix, inputHalo: geometry.padding, gradientHalo: geometry.gradientHalo)
            }
            matrix.stored.reserveStates([.momentum])
            matrices.append(matrix)
            parameters.append(
                SparseParameter(name: "layer\(index)", shape: LayerShape(of: matrix), matrix: matrix, layer: index))
        }
        var policy = try Parts.methods.named(name).policy(options, run: RunLength(steps: 40, stepsPerEpoch: 10))
        let workers = Workers(threads: 2)
        var kept: [[WholeBatch]] = shapes.map { _ in [] }
        var (step, updatedAt) = (0, 0)
        var updates: [LayerUpdate] = []
        for _ in 0..<40 {
            let plan = policy.plan(after: step, lastUpdate: updatedAt)
            let batches = parameters.map { WholeBatch(for: $0.matrix, samples: 5, random: &random) }
            if plan.keepsGradients {
                for index in kept.indices {
                    kept[index] = (kept[index] + [batches[index]]).suffix(policy.gradientBatches)
                }
            }
            if plan.trainsWeights {
                for (matrix, batch) in zip(matrices, batches) { train(matrix, batch) }
                step += 1
            }
            guard plan.updatesTopology else { continue }
            updatedAt = step
            let layers = parameters.indices.map { index in
                layer(matrices[index], batches: kept[index], mixing: mixing)
            }
            for index in kept.indices { parameters[index].batches = kept[index].map(\.gradientBatch) }
            let answers = try policy.update(
                UpdateContext(step: step, seed: seed, workers: workers, parameters: parameters))
            for (matrix, answer) in zip(matrices, answers) { try answer.make(in: matrix, workers: workers) }
            #expect(parameters.map { $0.matrix.storedPositions() } == rule(layers, step))
            if mixing.count > 1 {
                for index in parameters.indices {
                    expectMomentum(
                        of: answers[index].change.grown, in: matrices[index], kept[index], mixing: mixing)
                }
            }
            updates += answers
        }
        return updates
    }

    /// Blocks that have just grown have the momentum of the batches kept.
    private func expectMomentum(
        of grown: [Int], in matrix: any SparseMatrix, _ batches: [WholeBatch], mixing: [Float]
    ) {
        let (momenta, across) = (matrix.elements(of: .state(.momentum)), (matrix.columns + side - 1) / side)
        for (index, unit) in matrix.storedPositions().enumerated() where grown.contains(unit) {
            for weight in 0..<side * side {
                let row = unit / across * side + weight / side
                let column = unit % across * side + weight % side
                guard row < matrix.rows, column < matrix.columns else { continue }
                let expected = zip(mixing, batches.reversed()).reduce(0) {
                    $0 + Double($1.0) * $1.1.gradient(row: row, column: column)
                }
                #expect(momenta[index * side * side + weight] == Float(expected))
            }
        }
    }

    private func train(_ matrix: any SparseMatrix, _ batch: WholeBatch) {
        matrix.weightGradient(input: batch.input, outputGradient: batch.outputGradient, panels: 0..<1, part: .whole)
        for k in 0..<matrix.values.count {
            matrix.stored[.state(.momentum)][k] = 0.5 * matrix.stored[.state(.momentum)][k] + matrix.gradient[k]
            matrix.values[k] -= matrix.stored[.state(.momentum)][k] / 256
        }
    }

    private func layer(_ matrix: any SparseMatrix, batches: [WholeBatch], mixing: [Float]) -> Layer {
        let stored = matrix.storedPositions()
        func spread(_ scores: [Float]) -> [Float] {
            var all = [Float](repeating: 0, count: matrix.positionCount)
            for (position, score) in zip(stored, scores) { all[position] = score }
            return all
        }
        var sum = [Float](repeating: 0, count: matrix.rows * matrix.columns)
        for (age, batch) in batches.reversed().enumerated() {
            for index in sum.indices {
                let (row, column) = index.quotientAndRemainder(dividingBy: matrix.columns)
                sum[index] += mixing[age] * Float(batch.gradient(row: row, column: column))
            }
        }
        let across = (matrix.columns + side - 1) / side
        var pooled = [Float](repeating: 0, count: matrix.positionCount)
        for (index, value) in sum.enumerated() {
            pooled[index / matrix.columns / side * across + index % matrix.columns / side] += value.magnitude
        }
        return Layer(
            rows: (matrix.rows + side - 1) / side, columns: across, stored: stored,
            weights: spread(matrix.storedScores(of: .values)),
            momenta: spread(matrix.storedScores(of: .state(.momentum))),
            gradients: [pooled])
    }

    /// Three random layers, every second time convolutions.
    private func shapes(_ trial: Int) -> [Shape] {
        var random = CounterRandom(seed: 31, purpose: .test, step: trial)
        return (0..<3).map { _ in
            let rows = 9 + random.next(below: 30)
            let convolution = trial.isMultiple(of: 2) ? nil : convolution(outputs: rows, random: &random)
            let columns = convolution?.columns ?? 9 + random.next(below: 30)
            let units = MatrixFormat.block(side).positionCount(rows: rows, columns: columns)
            return Shape(
                rows: rows, columns: columns, blocks: Sampling.distinct(units * 6 / 10, below: units, random: &random),
                convolution: convolution)
        }
    }

    private func convolution(outputs: Int, random: inout CounterRandom) -> ConvolutionGeometry {
        ConvolutionGeometry(
            inputChannels: side * (1 + random.next(below: 2)), inputRows: 4, inputColumns: 5, outputChannels: outputs,
            kernelRows: 1 + random.next(below: 3), kernelColumns: 3, stride: 1 + random.next(below: 2), padding: 1)
    }

    @Test func granet() throws {
        for trial in 0..<6 {
            let shapes = shapes(trial)
            let positions = shapes.map {
                MatrixFormat.block(side).positionCount(rows: $0.rows, columns: $0.columns)
            }.reduce(0, +)
            let options = Settings {
                $0.deltaT = .steps(4)
                $0.density = 0.2
                $0.initialDensity = 0.6
            }
            let updates = try compare("granet", options, shapes: shapes, seed: UInt64(trial)) {
                layers, step in
                let left = 1 - Double(step) / 20
                let density = step == 20 ? 0.2 : 0.2 + 0.4 * left * left * left
                let all = layers.enumerated().flatMap { index, layer in
                    layer.stored.map { (layer.weights[$0], index, $0) }
                }.sorted { $0 < $1 }
                let surplus = all.count - StoredCount.of(density: density, positions: positions)
                let survivors = step <= 20 ? Array(all.dropFirst(max(0, surplus))) : all
                let fraction = CosineFraction(initial: 0.5, floor: 0.005, end: 40).fraction(at: step)
                return layers.enumerated().map { index, layer in
                    let left = survivors.filter { $0.1 == index }.map(\.2)
                    let count = Int((fraction * Double(left.count)).rounded(.up))
                    let kept = Array(left.dropFirst(count))
                    return (kept + layer.candidates(outside: kept, layer.gradients[0]).prefix(count)).sorted()
                }
            }
            #expect(updates.count == 27)
        }
    }

    @Test func snfs() throws {
        for trial in 0..<6 {
            let shapes = shapes(trial)
            let options = Settings {
                $0.deltaT = .steps(6)
                $0.growMomentum = 0.5
                $0.growWindow = 3
            }
            let mixing: [Float] = [1, 0.5, 0.25]
            _ = try compare("snfs", options, shapes: shapes, seed: UInt64(trial), mixing: mixing) { layers, step in
                let fraction = CosineFraction(initial: 0.5, floor: 0.005, end: 40).fraction(at: step)
                let means = layers.map { layer in
                    layer.stored.reduce(0) { $0 + Double(layer.momenta[$1]) } / Double(layer.stored.count)
                }
                let sum = means.reduce(0, +)
                let kept = zip(layers, means).map { layer, mean in
                    let sparsity = 1 - Double(layer.stored.count) / Double(layer.weights.count)
                    let isUseful = mean / sum > 1 / Double(layers.count)
                    let rate = sparsity < 0.2 && isUseful ? min(sparsity, fraction) : fraction
                    return Array(layer.bySize.dropFirst(Int((rate * Double(layer.stored.count)).rounded(.up))))
                }
                let dropped = zip(layers, kept).map { $0.stored.count - $1.count }.reduce(0, +)
                let counts = Apportionment.counts(
                    dropped, shares: means, room: zip(layers, kept).map { $0.weights.count - $1.count })
                return layers.indices.map { index in
                    let best = layers[index].candidates(outside: kept[index], layers[index].gradients[0])
                    return (kept[index] + best.prefix(counts[index])).sorted()
                }
            }
        }
    }

    @Test(arguments: [0, 0.9]) func srigl(ablation: Double) throws {
        for trial in 0..<6 {
            var random = CounterRandom(seed: 41, purpose: .test, step: trial)
            let rows = 9 + random.next(below: 30)
            let convolution = trial.isMultiple(of: 2) ? nil : convolution(outputs: rows, random: &random)
            let columns = convolution?.columns ?? 17 + random.next(below: 30)
            let (down, across) = ((rows + 3) / 4, (columns + 3) / 4)
            let blocks = try InitialTopology.constantFanIn.positions(
                count: down * across / 2, rows: down, columns: across, random: &random)
            let options = Settings {
                $0.deltaT = .steps(5)
                $0.dropFraction = 0.5
                $0.ablation = ablation
            }
            _ = try compare(
                "srigl", options,
                shapes: [Shape(rows: rows, columns: columns, blocks: blocks, convolution: convolution)],
                seed: UInt64(trial)
            ) { layers, step in
                let (layer, budget) = (layers[0], blocks.count)
                let fraction = CosineFraction(initial: 0.5, end: 30).fraction(at: step)
                let dropCount = Int(fraction * Double(layer.stored.count))
                let keep = min(layer.stored.count - dropCount, layer.stored.count { layer.weights[$0] != 0 })
                let byGradient = layer.candidates(outside: [], layer.gradients[0])
                var isActive = [Bool](repeating: true, count: down)
                if ablation > 0 {
                    let salient = Set(layer.bySize.suffix(keep)).union(byGradient.prefix(dropCount))
                    let counts = (0..<down).map { row in salient.count { $0 / across == row } }
                    let least = counts.sorted(by: >)[min(down - 1, budget / across)]
                    isActive = counts.map { $0 >= min(max(1, Int(ablation * Double(budget / down))), least) }
                }
                let fanIn = min(across, budget / isActive.count { $0 })
                let stay = layer.bySize.filter { isActive[$0 / across] }.suffix(keep)
                var next: [Int] = []
                for row in 0..<down where isActive[row] {
                    let kept = stay.filter { $0 / across == row }.suffix(fanIn)
                    next += kept
                    next += byGradient.filter { $0 / across == row && !kept.contains($0) }.prefix(fanIn - kept.count)
                }
                return [next.sorted()]
            }
        }
    }
}
