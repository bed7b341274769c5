public import SparseStore

/// Samples of floats in memory: a table that was read, or numbers of the caller's own.
public struct InMemoryDataset: Dataset {
    public let name: String
    public let shape: SampleShape
    public let targets: TargetKind
    public let classNames: [String]?
    public let fullScale: Float
    public let preferredStandardization: Standardization
    let values: SampleRecords<Float>
    let labels: [Int32]
    /// Target numbers, sample after sample; none where there are labels.
    let numbers: [Float]
    public let columns: TableColumns?
    private let nameOfFeature: (@Sendable (Int) -> String)?

    /// Copies `features`, sample after sample, each in the order channel, row, column.
    /// - Parameters:
    ///   - features: For each sample its numbers, in the order channel, row, column.
    ///   - labels: For each sample its class, from 0.
    ///   - shape: Of a sample.
    ///   - classes: number of classes; by default the largest label + 1.
    ///   - classNames: What the classes are called.
    ///   - name: What messages and files call it.
    /// - Throws: `DataError` when counts do not fit, a value is not finite, or a label is outside 0 ..< classes.
    public init(
        features: [Float], labels: [Int], shape: SampleShape, classes: Int? = nil, classNames: [String]? = nil,
        name: String = "memory"
    ) throws(DataError) {
        let classes = try InMemoryDataset.checkedClasses(of: labels, classes: classes, names: classNames, in: name)
        let values = try InMemoryDataset.checked(features, samples: labels.count, shape: shape, in: name)
        self.init(
            name: name, shape: shape, values: values, labels: labels.map { Int32($0) }, classes: classes,
            classNames: classNames)
    }

    /// Copies `features`, sample after sample, each in the order channel, row, column, and target numbers, likewise.
    /// - Parameters:
    ///   - features: For each sample its numbers, in the order channel, row, column.
    ///   - numbers: `outputs` for each sample.
    ///   - outputs: Numbers of a sample's output.
    ///   - shape: Of a sample.
    ///   - names: What they are called.
    ///   - name: What messages and files call it.
    /// - Throws: `DataError` when counts do not fit, or a value is not finite.
    public init(
        features: [Float], numbers: [Float], outputs: Int = 1, shape: SampleShape, names: [String]? = nil,
        name: String = "memory"
    ) throws(DataError) {
        guard outputs > 0, !numbers.isEmpty, numbers.count % outputs == 0, names.map({ $0.count == outputs }) ?? true
        else {
            throw DataError(
                .inconsistent, in: name, "\(numbers.count) target numbers of \(outputs) outputs",
                expected: "at least one sample, with a number for each output")
        }
        if let bad = numbers.firstIndex(where: { !$0.isFinite }) {
            throw DataError(
                .nonFinite, in: name, at: .sample(bad / outputs), "target \(bad % outputs + 1) is \(numbers[bad])",
                expected: "finite numbers")
        }
        let count = numbers.count / outputs
        let values = try InMemoryDataset.checked(features, samples: count, shape: shape, in: name)
        self.init(
            name: name, shape: shape, values: values, labels: [], targets: .numbers(outputs), numbers: numbers,
            classNames: names)
    }

    /// Refuses values that are not those of so many samples.
    static func checked(
        _ features: [Float], samples: Int, shape: SampleShape, in name: String
    ) throws(DataError) -> SampleRecords<Float> {
        guard shape.channels > 0, shape.rows > 0, shape.columns > 0, shape.features <= features.count,
            shape.features * samples == features.count
        else {
            throw DataError(
                .inconsistent, in: name, "\(features.count) values for \(samples) samples of shape \(shape)",
                expected: "samples x \(shape.features) values")
        }
        if let bad = features.firstIndex(where: { !$0.isFinite }) {
            throw DataError(
                .nonFinite, in: name, at: .sample(bad / shape.features),
                "value \(bad % shape.features) is \(features[bad])", expected: "finite numbers")
        }
        var values = SampleRecords<Float>(features: shape.features)
        values.append(AlignedBuffer(features), samples: samples)
        return values
    }

    /// As many labels as records, each in 0 ..< classes, all values finite: the readers have seen to it.
    init(
        name: String, shape: SampleShape, values: SampleRecords<Float>, labels: [Int32], classes: Int,
        classNames: [String]? = nil, fullScale: Float = 1, preferredStandardization: Standardization = .perFeature,
        columns: TableColumns? = nil, nameOfFeature: (@Sendable (Int) -> String)? = nil
    ) {
        precondition(values.count == labels.count)
        self.init(
            name: name, shape: shape, values: values, labels: labels, targets: .classes(classes), numbers: [],
            classNames: classNames, fullScale: fullScale, preferredStandardization: preferredStandardization,
            columns: columns, nameOfFeature: nameOfFeature)
    }

    /// As many lists of targets, numbers or labels, as records, and all values finite: the readers have seen to it.
    /// - Parameters:
    ///   - numbers: Target numbers, sample after sample.
    ///   - names: What the numbers are called.
    init(
        name: String, shape: SampleShape, values: SampleRecords<Float>, numbers: [Float], targets: TargetKind,
        names: [String]? = nil, preferredStandardization: Standardization = .perFeature,
        columns: TableColumns? = nil, nameOfFeature: (@Sendable (Int) -> String)? = nil
    ) {
        self.init(
            name: name, shape: shape, values: values, labels: [], targets: targets, numbers: numbers,
            classNames: names, preferredStandardization: preferredStandardization, columns: columns,
            nameOfFeature: nameOfFeature)
    }

    private init(
        name: String, shape: SampleShape, values: SampleRecords<Float>, labels: [Int32], targets: TargetKind,
        numbers: [Float], classNames: [String]?, fullScale: Float = 1,
        preferredStandardization: Standardization = .perFeature, columns: TableColumns? = nil,
        nameOfFeature: (@Sendable (Int) -> String)? = nil
    ) {
        precondition(values.features == shape.features)
        self.name = name
        self.shape = shape
        self.values = values
        self.labels = labels
        self.targets = targets
        self.numbers = numbers
        self.classNames = classNames
        self.fullScale = fullScale
        self.preferredStandardization = preferredStandardization
        self.columns = columns
        self.nameOfFeature = nameOfFeature
    }

    public var count: Int { values.count }
    public var blockSamples: Int? { SampleOrder.blockSamples(bytes: 4 * values.features, count: values.count) }
    public func label(of sample: Int) -> Int { Int(labels[sample]) }
    public func number(_ index: Int, of sample: Int) -> Float {
        switch targets {
        case .numbers(let outputs), .labels(let outputs): return numbers[sample * outputs + index]
        default: preconditionFailure("\(name) has classes")
        }
    }
    public func featureName(_ feature: Int) -> String { nameOfFeature?(feature) ?? "feature \(feature + 1)" }

    public func assemble(
        panel: Int, samples: AlignedBuffer<Int>, count: Int, into panels: Panels, scaling: FeatureScaling
    ) {
        panels.assemble(panel: panel, samples: samples, count: count, from: values, scaling: scaling)
    }

    /// Whether a feature is the same number in all of these samples.
    func isConstant(_ feature: Int, in samples: [Int]) -> Bool {
        guard let first = samples.first.map({ values.value(sample: $0, feature: feature) }) else { return true }
        return samples.allSatisfy { values.value(sample: $0, feature: feature).bitPattern == first.bitPattern }
    }

    private static func checkedClasses(
        of labels: [Int], classes: Int?, names: [String]?, in name: String
    ) throws(DataError) -> Int {
        guard let largest = labels.max() else {
            throw DataError(.empty, in: name, "no samples", expected: "at least one sample")
        }
        guard largest < Int(Int32.max) else {
            throw DataError(
                .labelOutOfRange, in: name, at: .sample(labels.firstIndex(of: largest) ?? 0), "label \(largest)",
                expected: "labels below \(Int32.max)")
        }
        let classes = classes ?? names?.count ?? max(largest + 1, 1)
        guard classes > 0, classes <= Int(Int32.max), names == nil || names?.count == classes else {
            throw DataError(
                .inconsistent, in: name,
                "\(classes) classes" + (names.map { " and names of \($0.count)" } ?? ""),
                expected: "at least one class, and a name for each when names are given")
        }
        if let bad = labels.firstIndex(where: { $0 < 0 || $0 >= classes }) {
            throw DataError(
                .labelOutOfRange, in: name, at: .sample(bad), "label \(labels[bad])",
                expected: "labels from 0 to \(classes - 1)")
        }
        return classes
    }
}
