public import SparseData
internal import SparseModels
internal import SparseStore

/// Which inputs of a trained network matter, in three ways.
public struct InputImportance: Encodable, Sendable {
    /// One feature of the first input.
    public struct Input: Encodable, Sendable {
        /// Its place among the features, from 0.
        public var index: Int
        /// What it is called: the column of a table, with the category where that has several.
        public var name: String
        /// Share of all paths from inputs to outputs that begin here, each counted with the product of its absolute weights.
        public var paths: Double
        /// Sum of the absolute weights that read it: the strength of an input neuron of QuickSelection (Z. Atashgahi, G. Sokar,
        /// T. van der Lee, E. Mocanu, D. C. Mocanu, R. Veldhuis, M. Pechenizkiy, "Quick and robust feature selection: the strength of
        /// energy-efficient sparse training for autoencoders", Machine Learning, 2021).
        public var strength: Double
        /// How much the mean loss of held-out samples grows when its values change places among them; nil where it was not measured.
        public var lossIncrease: Double?

        enum CodingKeys: String, CodingKey {
            case index, name, paths, strength
            case lossIncrease = "loss_increase"
        }
    }

    /// What the ranking goes by.
    public enum Order: String, Sendable, CaseIterable {
        /// The weight of the paths from an input to the outputs.
        case paths
        /// The weights that read an input.
        case strength
        /// What the loss grows by when an input's values change places.
        case permutation
    }

    /// The features, those that matter most first.
    public private(set) var inputs: [Input]
    /// Held-out samples whose values changed places; nil when none did.
    public private(set) var samples: Int?

    /// Ranks the inputs.
    /// - Parameters:
    ///   - model: A network whose first input is a vector.
    ///   - order: What the ranking goes by; of equal inputs the one that comes first is first.
    ///   - heldOut: Samples that were not trained on, for `permutation`.
    ///   - repeats: How often each input's values change places; the mean is taken.
    /// - Throws: `DataError` for samples that are none of the network's, and a network that does not read vectors.
    public init(
        _ model: TrainedModel, by order: Order = .paths, heldOut: Subset? = nil, repeats: Int = 1
    ) throws {
        guard model.model.input.vocabulary == nil else {
            throw DataError(
                .inconsistent, in: model.model.name, "a network that reads tokens",
                expected: "one that reads numbers, whose features can be ranked")
        }
        guard let ranked = Self.inputs(model.pool.network, model.sampleShape, model.columns) else {
            throw DataError(
                .inconsistent, in: model.model.name, "a network that reads maps of \(model.sampleShape)",
                expected: "one that reads vectors, whose features can be ranked")
        }
        inputs = ranked
        if let heldOut {
            let increases = try Self.increases(model, heldOut, repeats: repeats, reads: ranked.map { $0.paths > 0 })
            for index in inputs.indices { inputs[index].lossIncrease = increases[index] }
            samples = heldOut.count
        }
        func value(_ input: Input) -> Double {
            switch order {
            case .paths: input.paths
            case .strength: input.strength
            case .permutation: input.lossIncrease ?? 0
            }
        }
        inputs.sort { (-value($0), $0.index) < (-value($1), $1.index) }
    }

    /// The inputs in their order, without what held-out samples say; nil for a network that does not read vectors.
    static func inputs(_ network: Network, _ shape: SampleShape, _ columns: TableColumns?) -> [Input]? {
        let paths = network.inputImportance
        guard network.model.input.vocabulary == nil, paths.count == shape.features, let first = network.weights.first
        else { return nil }
        var strength = [Double](repeating: 0, count: paths.count)
        if first.columns == paths.count {
            first.forEachStoredWeight { _, column, value in strength[column] += Double(abs(value)) }
        }
        let names = columns?.featureNames
        return paths.indices.map { index in
            Input(
                index: index, name: names?[index] ?? "feature \(index + 1)", paths: paths[index],
                strength: strength[index])
        }
    }

    /// What the loss grows by for each input; 0 for one from which no path leads anywhere.
    private static func increases(
        _ model: TrainedModel, _ samples: Subset, repeats: Int, reads: [Bool]
    ) throws -> [Double] {
        let features = model.sampleShape.features
        var numbers: [Float] = []
        let reader = try SubsetReader(samples)
        guard reader.features == features else {
            throw DataError(
                .inconsistent, in: samples.dataset.name, "samples of \(reader.features) features",
                expected: "\(features), as the network was trained on")
        }
        while try reader.read(1024, into: &numbers) > 0 {}
        let values = AlignedBuffer(numbers)
        // What an autoencoder is to give are the values in their own places.
        let own = model.targets.areInputs ? (numbers, model.scaling) : nil
        let shuffled = Subset(ShuffledValues(samples, values, features: features, own: own))
        let before = try model.evaluate(shuffled, against: shuffled.dataset.targets).loss
        var increases = [Double](repeating: 0, count: features)
        for feature in 0..<features where reads[feature] {
            let column = (0..<samples.count).map { values[$0 * features + feature] }
            for turn in 0..<repeats {
                var random = CounterRandom(
                    seed: UInt64(turn), purpose: .permutation, step: feature)
                var places = Array(0..<samples.count)
                for i in stride(from: places.count - 1, to: 0, by: -1) { places.swapAt(i, random.next(below: i + 1)) }
                for (sample, other) in places.enumerated() { values[sample * features + feature] = column[other] }
                increases[feature] +=
                    (try model.evaluate(shuffled, against: shuffled.dataset.targets).loss - before) / Double(repeats)
            }
            for (sample, value) in column.enumerated() { values[sample * features + feature] = value }
        }
        return increases
    }
}

/// Samples with their own targets, and values that may be changed between two passes over them.
private struct ShuffledValues: Dataset {
    private let base: Subset
    private let records: SampleRecords<Float>
    /// Of samples whose targets are their inputs: what these were, and how they are scaled.
    private let own: (values: [Float], means: [Float], factors: [Float])?

    init(
        _ base: Subset, _ values: AlignedBuffer<Float>, features: Int, own: (values: [Float], scaling: FeatureScaling)?
    ) {
        self.base = base
        self.own = own.map { ($0.values, $0.scaling.means, $0.scaling.factors) }
        var records = SampleRecords<Float>(features: features)
        records.append(values, samples: base.count)
        self.records = records
    }

    var name: String { base.dataset.name }
    var count: Int { base.count }
    var shape: SampleShape { base.dataset.shape }
    var targets: TargetKind { own == nil ? base.dataset.targets : .numbers(records.features) }
    var classNames: [String]? { base.dataset.classNames }
    var preferredStandardization: Standardization { base.dataset.preferredStandardization }
    func label(of sample: Int) -> Int { base.dataset.label(of: base.samples[sample]) }
    func number(_ index: Int, of sample: Int) -> Float {
        guard let own else { return base.dataset.number(index, of: base.samples[sample]) }
        return (own.values[sample * records.features + index] - own.means[index]) * own.factors[index]
    }
    func assemble(
        panel: Int, samples: AlignedBuffer<Int>, count: Int, into panels: Panels, scaling: FeatureScaling
    ) {
        panels.assemble(panel: panel, samples: samples, count: count, from: records, scaling: scaling)
    }
}
