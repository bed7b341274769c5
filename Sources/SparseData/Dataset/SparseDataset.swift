internal import SparseStore

/// Samples of which only the values that are not zero are in memory, until a batch is filled.
struct SparseDataset: Dataset {
    let name: String
    let records: SparseRecords
    let targets: TargetKind
    let classNames: [String]?
    let columns: TableColumns?
    private let labels: [Int32]
    private let numbers: [Float]

    /// As many labels as records, below the number of classes; or as many numbers; or neither.
    init(
        name: String, _ records: SparseRecords, labels: [Int32] = [], numbers: [Float] = [], targets: TargetKind,
        classNames: [String]? = nil, columns: TableColumns? = nil
    ) {
        (self.name, self.records, self.targets) = (name, records, targets)
        (self.labels, self.numbers, self.classNames, self.columns) = (labels, numbers, classNames, columns)
    }

    var count: Int { records.count }
    var shape: SampleShape { SampleShape(channels: records.features) }
    /// Means would fill what is empty.
    var preferredStandardization: Standardization { .none }
    func label(of sample: Int) -> Int { Int(labels[sample]) }
    func number(_ index: Int, of sample: Int) -> Float { numbers[sample] }

    func assemble(
        panel: Int, samples: AlignedBuffer<Int>, count: Int, into panels: Panels, scaling: FeatureScaling
    ) {
        panels.assemble(panel: panel, samples: samples, count: count, from: records, scaling: scaling)
    }
}
