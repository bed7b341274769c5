import SparseParts
import SparsePolicies
import SparseStore
import TestSupport
import Testing

struct TopKASTTests {
    private let run = RunLength(steps: 40, stepsPerEpoch: 10)

    /// Weights at all positions: trained ones where stored, initial ones elsewhere.
    private func everywhere(_ layer: MaskedLayer) -> [Float] {
        layer.mask.indices.map { layer.mask[$0] ? layer.weights[$0] : Twins.initialValues.value(at: $0) }
    }

    /// B plainly: as long as a position outside has a larger value than the smallest stored one, they change places.
    private func update(_ layer: inout MaskedLayer) {
        let values = everywhere(layer)
        var active = layer.byMagnitude
        var outside = layer.mask.indices.filter { !layer.mask[$0] }
            .sorted { (-values[$0].magnitude, $0) < (-values[$1].magnitude, $1) }
        var kept = active
        while let weakest = active.first, let strongest = outside.first,
            values[strongest].magnitude > values[weakest].magnitude
        {
            active.removeFirst()
            outside.removeFirst()
            kept.removeAll { $0 == weakest }
            kept.append(strongest)
        }
        let entering = kept.filter { !layer.mask[$0] }
        layer.keep(kept)
        for position in entering { layer.weights[position] = values[position] }
    }

    @Test(arguments: Twins.Store.allCases) func equalsAMaskedImplementation(store: Twins.Store) throws {
        var exchanged = 0
        for trial in 0..<12 {
            var policy = try Parts.methods.named("topkast").policy(Settings { $0.deltaT = .steps(5) }, run: run)
            var twins = try Twins(shapes: Twins.randomShapes(trial), seed: UInt64(trial), store: store)
            let before = twins.masked.map(\.active.count)
            for index in twins.parameters.indices { twins.parameters[index].forwardBudget = (before[index] + 1) / 2 }
            var latest: [MaskedLayer] = []
            let reports = try twins.train(&policy, batches: 40) { layers, _, _ in
                for index in layers.indices { update(&layers[index]) }
                latest = layers
            }
            #expect(reports.count == 7)
            #expect(twins.parameters.map(\.matrix.storedCount) == before)
            exchanged += reports.joined().map(\.grown).reduce(0, +)
            // A holds the largest of B.
            for (layer, report) in zip(latest, reports.last ?? []) {
                let half = layer.byMagnitude.suffix((layer.active.count + 1) / 2)
                #expect(report.forward == half.sorted())
            }
        }
        #expect(exchanged > 100)
    }

    /// Many positions, so that the floor is guessed: the same sets as without a guess.
    @Test func theGuessChangesNothing() throws {
        for (trial, shrink) in [Float(0.01), 0.5, 0.9, 1].enumerated() {
            var twins = try Twins(shapes: [(90, 110, 2000)], seed: UInt64(trial), store: .csr)
            for position in twins.masked[0].active { twins.masked[0].weights[position] *= shrink }
            let matrix = try Twins.matrix(of: twins.masked[0], store: .csr)
            matrix.stored.reserveStates([.momentum])
            twins.replaceMatrix(of: 0, by: matrix)
            var policy = try Parts.methods.named("topkast").policy(Settings { $0.deltaT = .steps(5) }, run: run)
            let reports = try twins.train(&policy, batches: 16) { layers, _, _ in update(&layers[0]) }
            #expect(reports.joined().contains { $0.grown > 100 })
        }
    }

    /// Blocks, ranked by the sum of their absolute weights, and outputs with sets of their own: beside a plain ranking of all
    /// units, stored or not.
    @Test(arguments: [(4, false), (8, false), (1, true)]) func blocksAndRows(side: Int, byRow: Bool) throws {
        var random = CounterRandom(seed: 3, purpose: .test)
        let format: MatrixFormat = side == 1 ? .csr : .block(side)
        // Neither is a multiple of a side: blocks at the edge are padded.
        let (rows, columns) = (45, 70)
        let across = (columns + side - 1) / side
        let units = format.positionCount(rows: rows, columns: columns)
        let initial = InitialUnits(Twins.initialValues, rows: rows, columns: columns, side: side)
        for trial in 0..<10 {
            let perRow = 1 + random.next(below: 20)
            let positions =
                byRow
                ? (0..<rows).flatMap { row in
                    Sampling.distinct(perRow, below: columns, random: &random).map { row * columns + $0 }
                } : Sampling.distinct(1 + random.next(below: units), below: units, random: &random)
            let weights = format.weightPositions(ofUnits: positions, rows: rows, columns: columns)
            let matrix = try format.make(
                rows: rows, columns: columns, positions: positions,
                values: weights.map { _ in Float(random.nextUnit() - 0.5) / (trial < 5 ? 1 : 4) })
            let parts = byRow ? rows : 1
            let forward = max(1, positions.count / parts / 2) * parts
            let parameter = SparseParameter(
                name: "fc", shape: LayerShape(outputs: rows, inputs: columns), matrix: matrix, layer: 0,
                forwardBudget: forward, groupWidth: byRow ? columns : nil, initialUnits: initial)
            var scores = (0..<units).map { initial.score(at: $0) }
            for (position, score) in zip(positions, matrix.storedScores(of: .values)) {
                scores[position] = score.magnitude
            }

            let policy = ForwardAndBackwardSets(clock: UpdateClock(end: 10, period: 1), penalty: 0)
            let update = try policy.update(
                UpdateContext(step: 1, seed: 0, workers: Workers(threads: 3), parameters: [parameter]))[0]
            try matrix.apply(update.change, workers: Workers(threads: 1))

            func best(_ count: Int) -> [Int] {
                (0..<parts).flatMap { part in
                    (part * units / parts..<(part + 1) * units / parts).sorted { scores[$0] > scores[$1] }
                        .prefix(count / parts)
                }.sorted()
            }
            #expect(matrix.storedPositions() == best(positions.count))
            #expect(update.forward == best(forward))
            // What entered has the initial weights, to the last bit.
            let entered = matrix.storedScores(of: .values)
            for (position, score) in zip(matrix.storedPositions(), entered) {
                #expect(score.magnitude == scores[position])
            }
            for unit in update.change.grown {
                let (row, column) = (unit / across * side, unit % across * side)
                #expect(initial.values(at: unit)[0] == Twins.initialValues.value(at: row * columns + column))
            }
            #expect(trial < 5 || side > 1 || !update.change.grown.isEmpty)
        }
    }

    @Test func densities() throws {
        let method = try Parts.methods.named("topkast")
        #expect(try method.initialDensity(Settings { $0.density = 0.1 }) == 0.2)
        #expect(try method.initialDensity(Settings { $0.density = 0.7 }) == 1)
        #expect(
            try method.initialDensity(
                Settings {
                    $0.density = 0.1
                    $0.backwardDensity = 0.5
                }) == 0.5)
        #expect(try method.forwardDensity(Settings { $0.density = 0.1 }) == 0.1)
        #expect(throws: PolicyError.self) {
            try method.initialDensity(
                Settings {
                    $0.density = 0.3
                    $0.backwardDensity = 0.2
                })
        }
        #expect(try Parts.methods.named("rigl").forwardDensity(Settings { $0.density = 0.1 }) == nil)
    }
}
