import SparseParts
import SparsePolicies
import SparseStore
import TestSupport
import Testing

struct DSRTests {
    /// The rewiring of all layers over masks: global threshold, shares of the survivors, growth beside the victims.
    private func rewire(_ layers: inout [MaskedLayer], threshold: inout Double, target: Double, seed: UInt64, step: Int)
    {
        var victims: [[Int]] = []
        for layer in layers {
            var below = layer.active.filter { Double(layer.weights[$0].magnitude) < threshold }
            if below.count == layer.active.count { below.removeFirst() }
            victims.append(below)
        }
        let total = victims.map(\.count).reduce(0, +)
        if Double(total) > 1.1 * target { threshold /= 2 } else if Double(total) < 0.9 * target { threshold *= 2 }
        let survivors = zip(layers, victims).map { Double($0.active.count - $1.count) }
        let free = layers.map { layer in layer.mask.indices.filter { !layer.mask[$0] } }
        let counts = Apportionment.counts(total, shares: survivors, room: free.map(\.count))
        for index in layers.indices {
            var random = CounterRandom(seed: seed, purpose: .growth, layer: index, step: step)
            let grown = Sampling.distinct(counts[index], below: free[index].count, random: &random)
            let kept = layers[index].active.filter { !victims[index].contains($0) }
            layers[index].keep(kept + grown.map { free[index][$0] })
        }
    }

    @Test(arguments: Twins.Store.allCases) func equalsAMaskedImplementation(store: Twins.Store) throws {
        var moved = 0
        for trial in 0..<10 {
            let seed = UInt64(trial)
            var policy = try Parts.methods.named("dsr").policy(
                Settings {
                    $0.deltaT = .steps(4)
                    $0.dropTarget = 0.05
                    $0.dropThreshold = 0.05
                },
                run: RunLength(steps: 60, stepsPerEpoch: 10))
            var shapes = Twins.randomShapes(trial)
            for index in shapes.indices {
                shapes[index].stored = max(1, shapes[index].rows * shapes[index].columns / 4)
            }
            var twins = try Twins(shapes: shapes, seed: seed, store: store)
            let before = twins.masked.map(\.active.count)
            let positions = shapes.map { $0.rows * $0.columns }.reduce(0, +)
            var threshold = 0.05
            var steps: [Int] = []
            _ = try twins.train(&policy, batches: 60) { layers, step, _ in
                rewire(&layers, threshold: &threshold, target: 0.05 * Double(positions), seed: seed, step: step)
                steps.append(step)
            }
            // Periods 4, 8, 16 and 32, from steps 0, 7, 24 and 42 on; the last before 57.
            #expect(steps == [4, 8, 16, 32])
            #expect(policy.state == ["threshold": threshold])
            let after = twins.parameters.map(\.matrix.storedCount)
            #expect(after.reduce(0, +) == before.reduce(0, +))
            #expect(after.allSatisfy { $0 > 0 })
            if after != before { moved += 1 }
        }
        #expect(moved >= 8)
    }

    /// Nearly full layers: no more goes than finds room elsewhere, so the total stays.
    @Test func fullLayersKeepTheTotal() throws {
        for stored in [[12, 20], [11, 20], [12, 19], [9, 15]] {
            let shapes = [(rows: 3, columns: 4, stored: stored[0]), (rows: 4, columns: 5, stored: stored[1])]
            var twins = try Twins(shapes: shapes, seed: 3, store: .reference)
            var policy = try Parts.methods.named("dsr").policy(
                Settings { $0.dropThreshold = 10 }, run: RunLength(steps: 1000, stepsPerEpoch: 100))
            let workers = Workers(threads: 1)
            for step in 1...5 {
                let updates = try policy.update(
                    UpdateContext(step: step, seed: 3, workers: workers, parameters: twins.parameters))
                for (matrix, update) in zip(twins.matrices, updates) { try update.make(in: matrix, workers: workers) }
                #expect(twins.parameters.map(\.matrix.storedCount).reduce(0, +) == stored[0] + stored[1])
            }
            twins.parameters = []
        }
    }

    /// Where few weights are stored the target is a share of those, and the threshold turns back when it is passed.
    @Test func theTargetNeverExceedsAShareOfTheStored() throws {
        let positions = Array(stride(from: 0, to: 1000, by: 50))
        let matrix = ReferenceMatrix(
            rows: 1, columns: 1000, positions: positions, values: positions.indices.map { Float($0 + 1) })
        let layer = try LayerView(
            SparseParameter(name: "fc", shape: LayerShape(outputs: 1, inputs: 1000), matrix: matrix, layer: 0),
            mayRegrow: false)
        let context = UpdateContext(step: 1, seed: 0, workers: Workers(threads: 1), parameters: [])
        // Twenty weights of a thousand: .01 of the positions are 10, ten times .01 of the stored 2.
        for (threshold, next) in [(2.0, 4.0), (3.5, 1.75), (3.0, 3.0)] {
            var drop = ThresholdDrop(targetShare: 0.01, threshold: threshold)
            _ = drop.victims(of: [layer], fraction: 0, context: context)
            #expect(drop.threshold == next)
        }
    }

    /// The code of 2019 rounds shares and puts the rest anywhere: at most a few weights too many, none too few.
    @Test func theVariantOf2019GrowsAtLeastAsMany() throws {
        var drifted = false
        for trial in 0..<40 {
            var shapes = Twins.randomShapes(trial)
            for index in shapes.indices {
                shapes[index].stored = max(1, shapes[index].rows * shapes[index].columns / 4)
            }
            let twins = try Twins(shapes: shapes, seed: UInt64(trial), store: .reference)
            let layers = try twins.parameters.map { try LayerView($0, mayRegrow: false) }
            let victims = layers.map { Victims(replaced: Array($0.positions.indices.prefix($0.count / 2))) }
            let counts = RoundedSurvivorBudget().counts(
                for: layers, victims: victims, room: layers.map(\.free),
                context: UpdateContext(
                    step: trial, seed: 1, workers: Workers(threads: 1), parameters: twins.parameters))
            let dropped = victims.map(\.count).reduce(0, +)
            let grown = counts.reduce(0, +)
            #expect(grown >= dropped && grown <= dropped + layers.count)
            #expect(zip(counts, layers).allSatisfy { $0 <= $1.free })
            let exact = SurvivorBudget().counts(
                for: layers, victims: victims, room: layers.map(\.free),
                context: UpdateContext(step: 0, seed: 1, workers: Workers(threads: 1), parameters: []))
            #expect(zip(counts, exact).allSatisfy { abs($0 - $1) <= layers.count })
            if counts != exact { drifted = true }
        }
        #expect(drifted)
        #expect(
            try Parts.methods.named("dsr").policy(
                Settings { $0.compat = "dsr2019" }, run: RunLength(steps: 100, stepsPerEpoch: 10)) is DropAndGrow)
    }

    /// A policy that is given the state of another goes on as that one.
    @Test func theThresholdIsPartOfTheState() throws {
        var drop = ThresholdDrop(targetShare: 0.1, threshold: 0.001)
        let matrix = ReferenceMatrix(rows: 1, columns: 8, positions: [0, 3, 5], values: [1, 2, 3])
        let layer = try LayerView(
            SparseParameter(name: "fc", shape: LayerShape(outputs: 1, inputs: 8), matrix: matrix, layer: 0),
            mayRegrow: false)
        let context = UpdateContext(step: 1, seed: 0, workers: Workers(threads: 1), parameters: [])
        for _ in 0..<10 { _ = drop.victims(of: [layer], fraction: 0, context: context) }
        #expect(drop.threshold == 0.001 * 1024)
        var resumed = ThresholdDrop(targetShare: 0.1, threshold: 0.001)
        resumed.state = drop.state
        #expect(
            resumed.victims(of: [layer], fraction: 0, context: context)
                == [Victims(replaced: [0])])
        #expect(resumed.threshold == 0.001 * 512)
    }
}
