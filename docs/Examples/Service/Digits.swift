import SparseTraining

/// The built-in digits as a program has samples: in arrays.
struct Digits: Sendable {
    var samples: [[Float]] = []
    var labels: [Int] = []

    init(_ subset: Subset) throws {
        let reader = try SubsetReader(subset)
        var values: [Float] = []
        while try reader.read(100, into: &values) > 0 {}
        samples = stride(from: 0, to: values.count, by: reader.features).map { start in
            values[start..<start + reader.features].map { $0 / 16 }
        }
        labels = subset.samples.map { subset.dataset.label(of: $0) }
    }
}
