import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// A small run on images of four classes, whose network is exported.
struct ExportCase: Sendable, CustomTestStringConvertible {
    var model: String
    var channels = 1
    var size = 8
    var options: [String: String] = [:]
    var steps = 12
    /// Whether all batch normalisations can be merged into layers before them.
    var folds = true
    var testDescription: String { model + options.sorted { $0.key < $1.key }.map { " \($0.key) \($0.value)" }.joined() }

    static let classes = 4
    static let samples = 256

    /// A pattern for each class, and noise.
    func dataset(samples: Int, seed: UInt64, classes: Int = classes) throws -> InMemoryDataset {
        let random = CounterRandom(seed: 7, purpose: .dropout)
        let noise = CounterRandom(seed: seed, purpose: .dropout)
        func share(_ random: CounterRandom, _ index: Int) -> Float { Float(random.word(UInt64(index)) >> 40) * 0x1p-24 }
        let features = channels * size * size
        let labels = (0..<samples).map { $0 % classes }
        let values = (0..<samples * features).map { index in
            let (sample, feature) = index.quotientAndRemainder(dividingBy: features)
            let pattern = share(random, labels[sample] * features + feature)
            return 100 * pattern + 80 * share(noise, index) + Float(feature % 5)
        }
        return try InMemoryDataset(
            features: values, labels: labels, shape: SampleShape(channels: channels, rows: size, columns: size),
            classes: classes, classNames: (0..<classes).map { "class \($0), \"quoted\"" })
    }

    /// Trains some steps and reads the checkpoint.
    func trained(in folder: TemporaryFolder, classes: Int = classes, steps: Int? = nil) throws -> TrainedModel {
        let source = DataSource(
            name: "patterns", train: Subset(try dataset(samples: 192, seed: 1, classes: classes)),
            test: Subset(try dataset(samples: steps == nil ? Self.samples : 32, seed: 2, classes: classes)))
        var configuration = TrainingConfiguration()
        (configuration.model, configuration.steps, configuration.batchSize) = (model, steps ?? self.steps, 32)
        (configuration.density, configuration.out) = (0.3, folder.path("run"))
        configuration.deltaT = .steps(4)
        for (name, value) in options { try configuration.set(name, to: value) }
        _ = try Trainer(configuration, data: source).run()
        return try TrainedModel(contentsOf: folder.path("run"))
    }

    /// Raw samples, sample after sample, and what the network gives for them: the panels are filled here, one number at a time.
    func outputs(of trained: TrainedModel) throws -> (raw: [Float], labels: [Int32], logits: [Float]) {
        let dataset = try dataset(samples: Self.samples, seed: 2)
        let shape = trained.model.input
        let features = shape.elements
        let (means, factors) = (trained.scaling.means, trained.scaling.factors)
        var (raw, logits): ([Float], [Float]) = ([], [])
        let whole = Panels(
            channels: shape.channels, rows: shape.rows, columns: shape.columns, halo: trained.pool.network.inputHalo,
            samples: Self.samples)
        let order = AlignedBuffer((0..<Self.samples).map { $0 })
        for panel in 0..<whole.panelCount {
            dataset.assemble(
                panel: panel, samples: order, count: Self.samples, into: whole, scaling: .identity(features))
        }
        func place(_ feature: Int) -> (channel: Int, row: Int, column: Int) {
            let pixels = shape.rows * shape.columns
            return (feature / pixels, feature % pixels / shape.columns, feature % shape.columns)
        }
        for sample in 0..<Self.samples {
            for feature in 0..<features {
                let (channel, row, column) = place(feature)
                let value = whole[sample, channel, row, column]
                raw.append(value)
                whole[sample, channel, row, column] = (value - means[feature]) * factors[feature]
            }
        }
        // As many samples at once as the network has room for.
        let most = trained.pool.network.batchSize
        for start in stride(from: 0, to: Self.samples, by: most) {
            let count = min(most, Self.samples - start)
            let part = Panels(
                channels: shape.channels, rows: shape.rows, columns: shape.columns,
                halo: trained.pool.network.inputHalo,
                samples: count)
            for sample in 0..<count {
                for feature in 0..<features {
                    let (channel, row, column) = place(feature)
                    part[sample, channel, row, column] = whole[start + sample, channel, row, column]
                }
            }
            let output = trained.pool.network.forward(part, samples: count)
            for sample in 0..<count { logits += (0..<Self.classes).map { output[sample, $0] } }
        }
        return (raw, (0..<Self.samples).map { Int32($0 % Self.classes) }, logits)
    }
}
