import Foundation
import SparseData
import SparseModels
import SparseStore
import Testing

@testable import SparseTraining

/// Top-KAST on whole networks: beside a plain dense masked one, and what it says of itself.
@Suite struct TopKASTTests {
    /// A layer as masked implementations hold it, in double precision.
    private struct DenseLayer {
        let rows: Int
        let columns: Int
        let initial: [Double]
        /// Weights of all positions; those outside `stored` have their initial value.
        var weights: [Double]
        var bias: [Double]
        var momentum: [Double]
        var biasMomentum: [Double]
        /// B and A.
        var stored: Set<Int> = []
        var forward: Set<Int> = []

        init(rows: Int, columns: Int, layer: Int) {
            (self.rows, self.columns) = (rows, columns)
            let all = Array(0..<rows * columns)
            initial = InitialValues.denseFanIn.values(
                rows: rows, columns: columns, positions: all, seed: 0, layer: layer
            ).map { Double($0) }
            weights = initial
            momentum = all.map { _ in 0 }
            bias = [Double](repeating: 0, count: rows)
            biasMomentum = bias
        }

        /// B and A anew: the largest weights of all positions.
        mutating func choose(_ storedCount: Int, _ forwardCount: Int) {
            let order = weights.indices.sorted { abs(weights[$0]) > abs(weights[$1]) }
            let next = Set(order.prefix(storedCount))
            for position in weights.indices where !next.contains(position) { weights[position] = initial[position] }
            for position in weights.indices where !next.contains(position) || !stored.contains(position) {
                momentum[position] = 0
            }
            stored = next
            forward = Set(order.prefix(forwardCount))
        }

        func output(_ x: [Double]) -> [Double] {
            (0..<rows).map { row in
                (0..<columns).reduce(bias[row]) { sum, column in
                    let position = row * columns + column
                    return forward.contains(position) ? sum + weights[position] * x[column] : sum
                }
            }
        }

        func inputGradient(_ dy: [Double]) -> [Double] {
            (0..<columns).map { column in
                (0..<rows).reduce(0) { sum, row in
                    let position = row * columns + column
                    return forward.contains(position) ? sum + weights[position] * dy[row] : sum
                }
            }
        }

        /// SGD with momentum on B; the penalty's coefficient is divided by the density of A for weights outside A.
        mutating func train(_ x: [[Double]], _ dy: [[Double]], rate: Double, penalty: Double) {
            let density = Double(forward.count) / Double(rows * columns)
            for position in stored {
                var gradient = (forward.contains(position) ? penalty : penalty / density) * weights[position]
                for (x, dy) in zip(x, dy) { gradient += dy[position / columns] * x[position % columns] }
                momentum[position] = 0.9 * momentum[position] + gradient
                weights[position] -= rate * momentum[position]
            }
            for row in 0..<rows {
                biasMomentum[row] = 0.9 * biasMomentum[row] + dy.reduce(0) { $0 + $1[row] }
                bias[row] -= rate * biasMomentum[row]
            }
        }
    }

    /// Trains the dense network along with the sparse one and compares them at every topology update.
    private final class Comparison: TrainingObserver {
        var layers: [DenseLayer]
        let counts: [(stored: Int, forward: Int)]
        let samples: [[Double]]
        let labels: [Int]
        weak var trainer: Trainer?
        var updates = 0
        var exchanged = 0

        init(_ layers: [DenseLayer], counts: [(stored: Int, forward: Int)], samples: [[Double]], labels: [Int]) {
            (self.layers, self.counts, self.samples, self.labels) = (layers, counts, samples, labels)
            for index in layers.indices { self.layers[index].choose(counts[index].stored, counts[index].forward) }
        }

        func stepDidEnd(_ progress: TrainingProgress) {
            let hidden = samples.map { layers[0].output($0).map { max(0, $0) } }
            let gradients = zip(hidden, labels).map { hidden, label in
                let outputs = layers[1].output(hidden).map { exp($0) }
                let sum = outputs.reduce(0, +)
                return outputs.enumerated().map { ($1 / sum - ($0 == label ? 1 : 0)) / Double(samples.count) }
            }
            let hiddenGradients = zip(hidden, gradients).map { hidden, gradient in
                zip(hidden, layers[1].inputGradient(gradient)).map { $0 > 0 ? $1 : 0 }
            }
            layers[1].train(hidden, gradients, rate: 0.1, penalty: 0.02)
            layers[0].train(samples, hiddenGradients, rate: 0.1, penalty: 0.02)
            // The topology changes after the weights; the sparse network has done both when it tells of the change.
            if progress.step % 5 == 0 {
                for index in layers.indices { layers[index].choose(counts[index].stored, counts[index].forward) }
            }
        }

        func topologyDidChange(_ record: TopologyRecord) throws {
            updates += 1
            exchanged += record.layers.map(\.grown).reduce(0, +)
        }

        func expectEqual() throws {
            for (index, dense) in layers.enumerated() {
                let matrix = try #require(trainer?.network.weights[index])
                #expect(matrix.storedPositions() == dense.stored.sorted())
                #expect(matrix.forwardSet?.positions == dense.forward.sorted())
                for (position, value) in zip(matrix.storedPositions(), matrix.storedScores(of: .values)) {
                    #expect(abs(Double(value) - dense.weights[position]) < 2e-4)
                }
            }
        }
    }

    @Test func equalsADenseMaskedNetwork() throws {
        var random = CounterRandom(seed: 5, purpose: .test)
        let labels = (0..<48).map { $0 % 3 }
        let features = labels.flatMap { label in
            (0..<12).map { Float(random.nextUnit() - 0.5 + ($0 % 3 == label ? 0.4 : 0)) }
        }
        let dataset = try InMemoryDataset(
            features: features, labels: labels, shape: SampleShape(channels: 12, rows: 1, columns: 1))
        let source = DataSource(name: "memory", train: Subset(dataset), test: Subset(dataset))
        let samples = stride(from: 0, to: features.count, by: 12).map { features[$0..<$0 + 12].map { Double($0) } }

        for steps in [4, 6, 21, 43, 64] {
            var configuration = TrainingConfiguration()
            (configuration.method, configuration.distribution) = ("topkast", "uniform")
            configuration.model = "mlp:16"
            (configuration.density, configuration.backwardDensity) = (0.25, 0.5)
            configuration.deltaT = .steps(5)
            configuration.explorationPenalty = 0.02
            (configuration.batchSize, configuration.steps, configuration.standardization) = (48, steps, "none")
            (configuration.learningRate, configuration.learningRateSchedule) = (0.1, "constant")
            configuration.weightDecay = 0
            let comparison = Comparison(
                [DenseLayer(rows: 16, columns: 12, layer: 0), DenseLayer(rows: 3, columns: 16, layer: 1)],
                counts: [(96, 48), (24, 12)], samples: samples, labels: labels)
            let trainer = try Trainer(configuration, data: source, observers: [comparison])
            comparison.trainer = trainer
            _ = try trainer.run()
            try comparison.expectEqual()
            #expect(comparison.updates == steps / 5)
            #expect(steps < 40 || comparison.exchanged > 10)
        }
    }

    @Test func learnsAndSaysWhatItStores() throws {
        var configuration = TrainingConfiguration()
        (configuration.method, configuration.distribution) = ("topkast", "uniform")
        (configuration.density, configuration.epochs) = (0.1, 30)
        let trainer = try Trainer(configuration)
        let summary = try trainer.run()
        #expect((summary.testAccuracy ?? 0) >= 0.95)
        #expect(summary.nonzeros == 5020 && summary.backwardNonzeros == 10_040)
        #expect(abs(summary.trainFLOPsRatio - (2 * 0.1 + 0.2) / 3) < 1e-3)
        #expect(trainer.network.weights.map { $0.forwardSet?.count } == [1920, 3000, 100])
    }

    @Test func onConvolutions() throws {
        var configuration = TrainingConfiguration()
        (configuration.method, configuration.distribution) = ("topkast", "uniform")
        (configuration.model, configuration.steps, configuration.deltaT) = ("resnet20", 12, .steps(4))
        configuration.threads = 1
        let one = try Trainer(configuration)
        let summary = try one.run()
        configuration.threads = 7
        let seven = try Trainer(configuration)
        #expect(try seven.run().testLoss == summary.testLoss)
        #expect(
            one.network.weights.map { $0.forwardSet?.positions }
                == seven.network.weights.map { $0.forwardSet?.positions })
    }

    @Test func refusals() throws {
        for (density, backward) in [(0.3, 0.2), (0.9, 0.5)] {
            var configuration = TrainingConfiguration()
            (configuration.method, configuration.distribution) = ("topkast", "uniform")
            (configuration.density, configuration.backwardDensity) = (density, backward)
            #expect(throws: ConfigurationError.self) { try Trainer(configuration) }
        }
    }
}
