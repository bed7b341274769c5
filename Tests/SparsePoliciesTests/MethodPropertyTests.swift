import SparseParts
import SparsePolicies
import TestSupport
import Testing

@testable import SparseStore

/// What holds for every method, whatever its rules.
struct MethodPropertyTests {
    private static let dynamic = Parts.methods.entries.map(\.part).filter(\.movesConnections).map(\.name)
    private let run = RunLength(steps: 40, stepsPerEpoch: 10)

    private func policy(_ name: String, dropFraction: Double? = nil) throws -> any TopologyPolicy {
        let method = try Parts.methods.named(name)
        return try method.policy(
            Settings {
                $0.deltaT = .steps(name == "deepr" ? 1 : 5)
                $0.dropFraction = method.preset.dropFraction == nil ? nil : dropFraction
                $0.growWindow = method.preset.growWindow == nil ? nil : 3
                $0.density = 0.2
            },
            run: run)
    }

    /// Trains random layers on `threads` threads and returns what is stored after each update.
    private func history(
        _ name: String, trial: Int, store: Twins.Store, threads: Int
    ) throws -> (reports: [[LayerUpdate]], twins: Twins) {
        var twins = try Twins(shapes: Twins.randomShapes(trial), seed: UInt64(trial), store: store)
        var policy = try policy(name)
        let reports = try twins.train(
            &policy, batches: 40, workers: Workers(threads: threads, parts: threads), followsMasks: false
        ) { _, _, _ in }
        return (reports, twins)
    }

    /// The same changes on the plain store and on CSR, and with 1 and 7 threads.
    @Test(arguments: dynamic) func threadsAndStoreDoNotMatter(name: String) throws {
        for trial in 0..<4 {
            let (plain, _) = try history(name, trial: trial, store: .reference, threads: 1)
            let (fast, _) = try history(name, trial: trial, store: .csr, threads: 1)
            let (threaded, _) = try history(name, trial: trial, store: .csr, threads: 7)
            #expect(!plain.isEmpty)
            #expect(plain.map { $0.map(\.change) } == fast.map { $0.map(\.change) })
            #expect(fast.map { $0.map(\.change) } == threaded.map { $0.map(\.change) })
        }
    }

    /// Changes are ascending, grow only what is free, and keep the total where the method does.
    @Test(arguments: dynamic) func countsAreExact(name: String) throws {
        for trial in 0..<10 {
            let before = Twins.randomShapes(trial).map(\.stored).reduce(0, +)
            let (reports, twins) = try history(name, trial: trial, store: .csr, threads: 1)
            for update in reports.joined() {
                for list in [update.change.dropped, update.change.grown] {
                    #expect(zip(list, list.dropFirst()).allSatisfy { $0 < $1 })
                }
                #expect(update.regrown <= min(update.dropped, update.grown))
                #expect(update.seconds >= 0)
            }
            let after = twins.parameters.map(\.matrix.storedCount).reduce(0, +)
            switch name {
            case "granet":
                let positions = twins.parameters.map(\.matrix.positionCount).reduce(0, +)
                #expect(after == min(before, StoredCount.of(density: 0.2, positions: positions)))
            case "srigl": #expect(after <= before)
            case "gmp":
                let most = twins.parameters.map { StoredCount.of(density: 0.2, positions: $0.matrix.positionCount) }
                #expect(zip(twins.parameters, most).allSatisfy { $0.matrix.storedCount <= $1 } && after <= before)
            default: #expect(after == before)
            }
        }
    }

    /// Layers that are full, empty, of one weight, or of one position neither hang nor fail.
    @Test(arguments: dynamic) func oddLayersAreHarmless(name: String) throws {
        for stored in [[12, 0, 1, 1], [12, 9, 0, 0], [0, 0, 0, 0], [12, 9, 10, 1]] {
            let shapes = zip([(3, 4), (3, 3), (5, 2), (1, 1)], stored).map { (rows: $0.0, columns: $0.1, stored: $1) }
            var twins = try Twins(shapes: shapes, seed: 5, store: .csr)
            var policy = try policy(name)
            _ = try twins.train(&policy, batches: 40, followsMasks: false) { _, _, _ in }
            #expect(twins.parameters.map(\.matrix.storedCount).reduce(0, +) <= stored.reduce(0, +))
        }
    }

    /// Where nothing is to be replaced, nothing changes.
    @Test(arguments: ["set", "rigl", "itop-set", "itop-rigl", "snfs", "mest"]) func zeroUnitsChangeNothing(
        name: String
    ) throws {
        for trial in 0..<6 {
            var twins = try Twins(shapes: Twins.randomShapes(trial), seed: UInt64(trial), store: .csr)
            var policy = try Parts.methods.named(name).policy(
                Settings {
                    $0.deltaT = .steps(5)
                    $0.dropFraction = 0
                    $0.dropFloor = 0
                }, run: run)
            let before = twins.parameters.map { $0.matrix.storedPositions() }
            let reports = try twins.train(&policy, batches: 40, followsMasks: false) { _, _, _ in }
            #expect(!reports.isEmpty && reports.joined().allSatisfy { $0.change.isEmpty })
            #expect(twins.parameters.map { $0.matrix.storedPositions() } == before)
        }
    }

    /// How a matrix is cut into tiles does not matter.
    @Test(arguments: dynamic) func tilesDoNotMatter(name: String) throws {
        var changes: [[TopologyChange]] = []
        for side in [8, 24, 40, 512] {
            var twins = try Twins(shapes: [(70, 90, 2500), (40, 50, 700)], seed: 4, store: .csr)
            for (index, layer) in twins.masked.enumerated() {
                let positions = layer.active
                let matrix = CSRMatrix(
                    try PlainCSR(rows: layer.rows, columns: layer.columns, positions: positions),
                    values: positions.map { layer.weights[$0] },
                    tiling: CSRTiling(rows: layer.rows, columns: layer.columns, side: side))
                matrix.stored.reserveStates([.momentum])
                twins.replaceMatrix(of: index, by: matrix)
            }
            var policy = try policy(name)
            let reports = try twins.train(&policy, batches: 20, workers: Workers(threads: 3), followsMasks: false) {
                _, _, _ in
            }
            changes.append(reports.flatMap { $0.map(\.change) })
        }
        #expect(changes.allSatisfy { $0 == changes[0] } && changes[0].contains { !$0.isEmpty })
    }

    /// Blocks are units like single weights: as many stay stored, and the edge blocks take part.
    @Test(arguments: ["set", "rigl", "itop-set", "itop-rigl", "dsr", "mest"]) func blocksAreUnits(name: String) throws {
        let (rows, columns, side) = (10, 13, 4)
        var random = CounterRandom(seed: 2, purpose: .test)
        let format = MatrixFormat.block(side)
        let units = Sampling.distinct(5, below: format.positionCount(rows: rows, columns: columns), random: &random)
        let weights = format.weightPositions(ofUnits: units, rows: rows, columns: columns)
        let values = weights.map { _ in Float(random.nextUnit() - 0.5) }
        let batch = WholeBatch(outputs: rows, inputs: columns, samples: 5, random: &random)
        let fast = try format.make(rows: rows, columns: columns, positions: units, values: values)
        var dense = [Float](repeating: 0, count: rows * columns)
        for (position, value) in zip(weights, values) { dense[position] = value }
        let plain = ReferenceMatrix(
            rows: rows, columns: columns, unitRows: side, unitColumns: side, positions: units,
            values: units.flatMap { unit in
                (0..<side * side).map { k -> Float in
                    let (row, column) = (unit / 4 * side + k / side, unit % 4 * side + k % side)
                    return row < rows && column < columns ? dense[row * columns + column] : 0
                }
            })
        var changes: [TopologyChange] = []
        for matrix in [fast, plain] as [any SparseMatrix] {
            var policy = try policy(name, dropFraction: 0.5)
            let update = try policy.update(
                UpdateContext(
                    step: 5, seed: 1, workers: Workers(threads: 2),
                    parameters: [
                        SparseParameter(
                            name: "fc", shape: LayerShape(outputs: rows, inputs: columns), matrix: matrix, layer: 0,
                            batches: [batch.gradientBatch])
                    ]))[0]
            try matrix.apply(update.change, workers: Workers(threads: 1))
            #expect(matrix.storedCount == 5)
            changes.append(update.change)
        }
        #expect(changes[0] == changes[1])
    }
}
