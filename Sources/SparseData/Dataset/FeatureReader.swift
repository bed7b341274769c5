internal import SparseStore

/// Samples to predict, read one after the other: raw features as the data have them, without targets.
package protocol FeatureReader: AnyObject {
    /// Numbers of a sample.
    var features: Int { get }
    /// Appends up to `count` more samples, each its features in the order channel, row, column.
    /// - Returns: Samples read; fewer than asked for only at the end.
    func read(_ count: Int, into values: inout [Float]) throws(DataError) -> Int
}

/// The samples of a data set as they come: their raw features, as `TrainedModel` takes them.
public final class SubsetReader: FeatureReader {
    /// Numbers of a sample: channels x rows x columns.
    public let features: Int
    private let loader: BatchLoader
    private let order: SampleOrder
    private var batch: Batch
    /// The next sample, from 0, and the batch that is loaded.
    private var (next, loaded) = (0, -1)

    /// Begins at the first of the samples.
    ///
    /// - Parameter subset: The samples, in the order in which they are read.
    /// - Throws: `DataError` for data with inputs of other kinds than numbers, or with several.
    public init(_ subset: Subset) throws(DataError) {
        let dataset = subset.dataset
        guard dataset.inputs.count == 1, case .values = dataset.inputs[0] else {
            throw DataError(
                .inconsistent, in: dataset.name, "samples of several inputs, or of tokens",
                expected: "samples of one input of numbers")
        }
        features = dataset.shape.features
        loader = BatchLoader(subset, batchSize: 4 * Panels.lanes, scaling: .identity(features))
        order = SampleOrder(subset)
        batch = loader.makeBatch(shape: dataset.shape.flattened)
    }

    /// Appends up to `count` more samples to `values`, each its features in the order channel, row, column.
    ///
    /// - Parameters:
    ///   - count: The most that are read.
    ///   - values: Is made longer by their features.
    /// - Returns: Samples read; fewer than asked for only at the end. Samples in memory are always there: nothing is thrown.
    public func read(_ count: Int, into values: inout [Float]) throws(DataError) -> Int {
        let end = next + min(count, loader.sampleCount - next)
        defer { next = end }
        for sample in next..<end {
            let index = sample / loader.batchSize
            if index != loaded {
                loader.load(index, of: order, into: &batch)
                loaded = index
            }
            guard case .values(let panels) = batch.inputs[0] else { continue }
            for feature in 0..<features { values.append(panels[sample % loader.batchSize, feature]) }
        }
        return end - next
    }
}

/// Several readers, one after the other.
package final class FeatureReaders: FeatureReader {
    private let readers: [any FeatureReader]
    private var current = 0

    /// - Parameter readers: At least one, all of the same number of features.
    package init(_ readers: [any FeatureReader]) {
        precondition(
            !readers.isEmpty && readers.allSatisfy { $0.features == readers[0].features },
            "readers of one kind of sample")
        self.readers = readers
    }

    package var features: Int { readers[0].features }

    package func read(_ count: Int, into values: inout [Float]) throws(DataError) -> Int {
        var read = 0
        while read < count, current < readers.count {
            let more = try readers[current].read(count - read, into: &values)
            if more == 0 { current += 1 }
            read += more
        }
        return read
    }
}
