import SparseParts
import SparsePolicies
import SparseStore
import TestSupport
import Testing

/// Layers of which every group of consecutive inputs keeps its number of weights (N:M, constant fan-in).
struct GroupTests {
    private let run = RunLength(steps: 40, stepsPerEpoch: 10)

    /// Stored positions of each group.
    private func split(_ positions: [Int], columns: Int, width: Int) -> [Int: [Int]] {
        let across = (columns + width - 1) / width
        return Dictionary(grouping: positions) { $0 / columns * across + $0 % columns / width }
    }

    private func members(of group: Int, columns: Int, width: Int) -> [Int] {
        let across = (columns + width - 1) / width
        let (row, first) = (group / across, group % across * width)
        return (first..<min(first + width, columns)).map { row * columns + $0 }
    }

    /// The groups draw in order as many inputs as they lost; what is drawn again keeps its value.
    private func replaceAtRandom(_ layer: inout MaskedLayer, _ victims: [Int], width: Int, random: CounterRandom) {
        var random = random
        let kept = layer.active.filter { !victims.contains($0) }
        var next = kept
        for (group, lost) in split(victims, columns: layer.columns, width: width).sorted(by: { $0.key < $1.key }) {
            let free = members(of: group, columns: layer.columns, width: width).filter { !kept.contains($0) }
            next += Sampling.distinct(lost.count, below: free.count, random: &random).map { free[$0] }
        }
        layer.keep(next)
    }

    /// The groups grow as many inputs as they lost, where the gradient is largest; without any gradient at random.
    private func replaceByGradient(
        _ layer: inout MaskedLayer, _ victims: [Int], width: Int, batches: [WholeBatch], random: CounterRandom
    ) {
        let gradient = layer.gradient(of: batches).map(\.magnitude)
        let kept = layer.active.filter { !victims.contains($0) }
        let grown = split(victims, columns: layer.columns, width: width).flatMap { group, lost in
            members(of: group, columns: layer.columns, width: width).filter { !kept.contains($0) }
                .sorted { (-gradient[$0], $0) < (-gradient[$1], $1) }.prefix(lost.count)
        }
        if grown.allSatisfy({ gradient[$0] == 0 }) {
            replaceAtRandom(&layer, victims, width: width, random: random)
        } else {
            layer.keep(kept + grown)
        }
    }

    @Test(arguments: Twins.Store.allCases, ["set", "rigl"])
    func equalsAMaskedImplementation(store: Twins.Store, name: String) throws {
        var exchanged = 0
        for trial in 0..<12 {
            var policy = try Parts.methods.named(name).policy(
                Settings {
                    $0.deltaT = .steps(5)
                    $0.dropRule = "magnitude"
                    $0.dropFraction = 0.4
                    $0.dropSchedule = "constant"
                }, run: run)
            let seed = UInt64(trial)
            var twins = try Twins(shapes: Twins.randomShapes(trial), seed: seed, store: store)
            let widths = twins.masked.map { [1, 3, 4, $0.columns][trial % 4] }
            for index in widths.indices { twins.parameters[index].groupWidth = widths[index] }
            let before = zip(twins.masked, widths).map { layer, width in
                split(layer.active, columns: layer.columns, width: width).mapValues(\.count)
            }
            let reports = try twins.train(&policy, batches: 40) { layers, step, batches in
                for index in layers.indices where !layers[index].isFull {
                    let count = Int(0.4 * Double(layers[index].active.count))
                    let random = CounterRandom(seed: seed, purpose: .growth, layer: index, step: step)
                    let victims = Array(layers[index].byMagnitude.prefix(count))
                    if name == "set" {
                        replaceAtRandom(&layers[index], victims, width: widths[index], random: random)
                    } else {
                        replaceByGradient(
                            &layers[index], victims, width: widths[index], batches: batches[index], random: random)
                    }
                }
            }
            exchanged += reports.joined().map(\.grown).reduce(0, +)
            let after = zip(twins.masked, widths).map { layer, width in
                split(layer.active, columns: layer.columns, width: width).mapValues(\.count)
            }
            #expect(before == after)
        }
        #expect(exchanged > 100)
    }

    /// Whatever the method, shapes and group, every group holds as many weights after every update as at the start.
    @Test(arguments: ["set", "rigl", "itop-set", "itop-rigl", "mest", "deepr"], [1, 7])
    func everyGroupKeepsItsCount(name: String, threads: Int) throws {
        for (stored, of) in [(2, 4), (1, 4), (3, 4), (4, 8), (1, 1), (3, 100)] {
            var random = CounterRandom(seed: 6, purpose: .test, step: of)
            let (rows, columns) = (3 + random.next(below: 20), 5 + random.next(below: 30))
            let positions = try InitialTopology.groups(stored: stored, of: of).positions(
                count: 0, rows: rows, columns: columns, random: &random)
            #expect(
                positions.count
                    == LayerStructure.groups(stored: stored, of: of).storedCount(rows: rows, columns: columns))
            var twins = try Twins(shapes: [(rows, columns, 0)], seed: 3, store: .csr)
            let matrix = try CSRMatrix(
                rows: rows, columns: columns, positions: positions,
                values: positions.map { _ in Float(random.nextUnit() - 0.5) })
            twins.replaceMatrix(of: 0, by: matrix)
            matrix.stored.reserveStates([.momentum])
            twins.parameters[0].groupWidth = LayerStructure.groups(stored: stored, of: of).groupWidth(columns: columns)
            var policy = try Parts.methods.named(name).policy(
                Settings {
                    $0.deltaT = .steps(name == "deepr" ? 1 : 5)
                    $0.density = 0.5
                }, run: run)
            let reports = try twins.train(
                &policy, batches: 40, workers: Workers(threads: threads, parts: threads), followsMasks: false
            ) { _, _, _ in
                let counts = split(matrix.storedPositions(), columns: columns, width: of)
                for row in 0..<rows {
                    for first in stride(from: 0, to: columns, by: of) {
                        let group = row * ((columns + of - 1) / of) + first / of
                        #expect(counts[group]?.count ?? 0 == min(stored, columns - first))
                    }
                }
            }
            #expect(!reports.isEmpty)
        }
    }

    @Test func notANumberIsFound() throws {
        let matrix = try CSRMatrix(rows: 2, columns: 8, positions: [0, 9])
        let batch = GradientBatch(
            input: Panels(channels: 8, samples: 1), outputGradient: Panels(channels: 2, samples: 1), samples: 1)
        batch.outputGradient[0, 0] = 1
        batch.input[0, 3] = .nan
        #expect(throws: StoreError.self) {
            try matrix.largestGradients(
                of: [batch], replacing: [0], groupWidth: 4, closed: [9], workers: Workers(threads: 1))
        }
    }

    @Test func methodsThatDoNotFitSaySo() throws {
        func layers(_ structures: LayerStructure...) -> [LayerBudget] {
            structures.enumerated().map { index, structure in
                var budget = LayerBudget(
                    name: "fc\(index)", shape: LayerShape(outputs: 8, inputs: 8), density: 0.5)
                budget.structure = structure
                return budget
            }
        }
        for (method, structure) in [
            ("dsr", LayerStructure.groups(stored: 2, of: 4)), ("snfs", .constantFanIn),
            ("granet", .groups(stored: 1, of: 2)), ("srigl", .groups(stored: 2, of: 4)), ("deepr", .blocks(4)),
            ("topkast", .groups(stored: 2, of: 4)),
        ] {
            let error = #expect(throws: PolicyError.self) {
                try Parts.methods.named(method).check(layers(structure))
            }
            #expect(error?.description.hasPrefix("\(method) cannot train layer 'fc0' (\(structure)): ") == true)
            #expect(error?.description.contains("\n") == false)
        }
        for method in ["dsr", "snfs", "granet", "gmp"] {
            #expect(throws: PolicyError.self) {
                try Parts.methods.named(method).check(layers(.blocks(4), .unstructured))
            }
            try Parts.methods.named(method).check(layers(.blocks(4), .blocks(4)))
        }
        for method in ["static", "set", "rigl", "itop-set", "itop-rigl", "mest"] {
            try Parts.methods.named(method).check(
                layers(.blocks(4), .groups(stored: 2, of: 4), .constantFanIn, .unstructured))
        }
        try Parts.methods.named("deepr").check(layers(.groups(stored: 2, of: 4), .constantFanIn))
        try Parts.methods.named("srigl").check(layers(.blocks(4), .constantFanIn, .unstructured))
    }
}
