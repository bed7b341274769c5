import SparseData
import SparseStore

/// IDX bytes, written from the format's description.
func idx(_ sizes: [Int], _ body: [UInt8], type: UInt8 = 8) -> [UInt8] {
    [0, 0, type, UInt8(sizes.count)] + sizes.flatMap { n in [24, 16, 8, 0].map { UInt8(n >> $0 & 255) } } + body
}

/// All raw values of the samples of a subset, in order, through the same way that training takes.
func rawValues(_ subset: Subset) -> [[Float]] {
    let shape = subset.dataset.shape.flattened
    let loader = BatchLoader(subset, batchSize: 40, scaling: .identity(shape.features))
    var batch = loader.makeBatch(shape: shape)
    let order = SampleOrder(subset)
    var values: [[Float]] = []
    for index in 0..<loader.batchCount {
        loader.load(index, of: order, into: &batch)
        for sample in 0..<batch.count { values.append((0..<shape.features).map { batch.input[sample, $0] }) }
    }
    return values
}

/// Labels of the samples of a subset, in order.
func labels(_ subset: Subset) -> [Int] { subset.samples.map { subset.dataset.label(of: $0) } }

/// Samples of each class.
func histogram(_ subset: Subset) -> [Int] {
    labels(subset).reduce(into: Array(repeating: 0, count: subset.dataset.classes)) { $0[$1] += 1 }
}

/// Repeatable bytes.
func randomBytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var random = CounterRandom(seed: seed, purpose: .test)
    return (0..<count).map { _ in UInt8(random.next(below: 256)) }
}
