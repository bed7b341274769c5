import SparseParts
import SparsePolicies
import SparseStore
import TestSupport
import Testing

struct SRigLTests {
    /// The update of one layer over masks, row by row.
    private func update(
        _ layer: inout MaskedLayer, budget: Int, fraction: Double, ablation: Double, batches: [WholeBatch]
    ) {
        let (rows, columns) = (layer.rows, layer.columns)
        let active = layer.active
        let dropCount = Int(fraction * Double(active.count))
        let keepCount = min(active.count - dropCount, active.count { layer.weights[$0] != 0 })
        let gradient = layer.gradient(of: batches).map(\.magnitude)
        let byGradient = layer.mask.indices.sorted { (-gradient[$0], $0) < (-gradient[$1], $1) }
        var rowIsActive = [Bool](repeating: true, count: rows)
        if ablation > 0 {
            let salient = Set(layer.byMagnitude.suffix(keepCount)).union(byGradient.prefix(dropCount))
            let counts = (0..<rows).map { row in salient.count { $0 / columns == row } }
            let least = counts.sorted(by: >)[min(rows - 1, budget / columns)]
            let bar = min(max(1, Int(ablation * Double(budget / rows))), least)
            rowIsActive = counts.map { $0 >= bar }
        }
        let fanIn = min(columns, budget / rowIsActive.count { $0 })
        let stay = layer.byMagnitude.filter { rowIsActive[$0 / columns] }.suffix(keepCount)
        var next: [Int] = []
        for row in 0..<rows where rowIsActive[row] {
            let kept = stay.filter { $0 / columns == row }.suffix(fanIn)
            let grown = byGradient.filter { $0 / columns == row && !kept.contains($0) }.prefix(fanIn - kept.count)
            next += kept + grown
        }
        layer.keep(next)
    }

    @Test(arguments: Twins.Store.allCases, [0, 0.9]) func equalsAMaskedImplementation(
        store: Twins.Store, ablation: Double
    ) throws {
        var ablated = 0
        for trial in 0..<12 {
            var random = CounterRandom(seed: 17, purpose: .test, step: trial)
            let (rows, columns) = (2 + random.next(below: 10), 4 + random.next(below: 12))
            let budget = rows * (1 + random.next(below: columns / 2)) + random.next(below: rows)
            var twins = try Twins(shapes: [(rows, columns, 0)], seed: UInt64(trial), store: store)
            var stream = CounterRandom(seed: UInt64(trial), purpose: .topology)
            let positions = try InitialTopology.constantFanIn.positions(
                count: budget, rows: rows, columns: columns, random: &stream)
            for position in positions {
                twins.masked[0].mask[position] = true
                twins.masked[0].weights[position] = Float(random.next(below: 65) - 32) / 64
            }
            let matrix = try Twins.matrix(of: twins.masked[0], store: store)
            matrix.stored.reserveStates([.momentum])
            twins.replaceMatrix(of: 0, by: matrix)
            twins.parameters[0] = SparseParameter(
                name: "fc", shape: LayerShape(outputs: rows, inputs: columns), matrix: matrix, layer: 0,
                budget: budget)
            var policy = try Parts.methods.named("srigl").policy(
                Settings {
                    $0.deltaT = .steps(5)
                    $0.dropFraction = 0.5
                    $0.ablation = ablation
                },
                run: RunLength(steps: 40, stepsPerEpoch: 20))
            let reports = try twins.train(&policy, batches: 40) { layers, step, batches in
                update(
                    &layers[0], budget: budget,
                    fraction: CosineFraction(initial: 0.5, end: 30).fraction(at: step), ablation: ablation,
                    batches: batches[0])
            }
            #expect(reports.count == 5)
            let counts = (0..<rows).map { row in matrix.storedPositions().count { $0 / columns == row } }
            let used = counts.filter { $0 > 0 }
            #expect(Set(used).count == 1)
            #expect(used.first == min(columns, budget / used.count))
            if used.count < rows { ablated += 1 }
        }
        #expect(ablation == 0 ? ablated == 0 : ablated > 2)
    }

    @Test func theOutputLayerIsNeverAblated() throws {
        let matrix = ReferenceMatrix(
            rows: 3, columns: 6, positions: [0, 1, 7, 8, 13, 14], values: [1, 2, 3, 4, 0.01, 0.02])
        let batch = GradientBatch(
            input: Panels(channels: 6, samples: 1), outputGradient: Panels(channels: 3, samples: 1), samples: 1)
        for channel in 0..<6 { batch.input[0, channel] = 1 }
        batch.outputGradient[0, 0] = 1
        for isOutput in [false, true] {
            let parameter = SparseParameter(
                name: "fc", shape: LayerShape(outputs: 3, inputs: 6), matrix: matrix, layer: 0, isOutput: isOutput,
                batches: [batch])
            var policy: any TopologyPolicy = ConstantFanIn(
                clock: .never, schedule: ConstantFraction(0.4), ablation: 0.9)
            let change = try policy.update(
                UpdateContext(step: 1, seed: 0, workers: Workers(threads: 1), parameters: [parameter]))[0].change
            #expect(
                change
                    == (isOutput
                        ? TopologyChange(dropped: [14], grown: [12])
                        : TopologyChange(dropped: [13, 14], grown: [2, 6])))
        }
    }

    @Test func constantFanInNeedsAnInputForEveryOutput() throws {
        var random = CounterRandom(seed: 1, purpose: .test)
        #expect(throws: PolicyError.self) {
            try InitialTopology.constantFanIn.positions(count: 9, rows: 10, columns: 30, random: &random)
        }
        let positions = try InitialTopology.constantFanIn.positions(count: 39, rows: 10, columns: 30, random: &random)
        #expect((0..<10).allSatisfy { row in positions.count { $0 / 30 == row } == 3 })
        #expect(zip(positions, positions.dropFirst()).allSatisfy { $0 < $1 })
    }
}
