/// Samples that are mostly zeros: of each only the values that are not, with their features.
public struct SparseRecords: Sendable {
    /// Values of a sample, zeros included.
    public let features: Int
    /// Where each sample's entries begin, and where the last one's end.
    private let offsets: [Int]
    /// The feature of each entry, ascending within a sample.
    private let columns: [Int32]
    private let values: [Float]

    /// - Parameters:
    ///   - features: Values of a sample.
    ///   - offsets: Where each sample's entries begin, from 0 on, and at the end the number of entries.
    ///   - columns: The feature of each entry, ascending within a sample, below `features`.
    ///   - values: The values of the entries.
    public init(features: Int, offsets: [Int], columns: [Int32], values: [Float]) {
        precondition(features > 0 && features <= Int(Int32.max), "an impossible number of features")
        precondition(
            columns.count == values.count && offsets.first == 0 && offsets.last == values.count,
            "entries that do not fit")
        for sample in 1..<offsets.count {
            precondition(offsets[sample - 1] <= offsets[sample], "samples end before they begin")
        }
        precondition(columns.allSatisfy { $0 >= 0 && Int($0) < features }, "a feature that there is none of")
        (self.features, self.offsets, self.columns, self.values) = (features, offsets, columns, values)
    }

    /// Samples.
    public var count: Int { offsets.count - 1 }
    /// Values that are stored, of all samples.
    public var entryCount: Int { values.count }

    /// Calls `body` with feature and value of each entry of a sample.
    func forEachEntry(of sample: Int, _ body: (Int, Float) -> Void) {
        for entry in offsets[sample]..<offsets[sample + 1] { body(Int(columns[entry]), values[entry]) }
    }
}

extension Panels {
    /// Fills one panel with scaled samples: lane l of `panel` takes sample `samples[32 panel + l]`, lanes past `count` become zero.
    /// Allocates nothing; calls for different panels may run at the same time.
    /// - Parameters:
    ///   - panel: Place of the panel.
    ///   - samples: Indices into `records`, of the whole batch.
    ///   - count: Samples in the batch.
    ///   - records: Where samples are.
    ///   - scaling: How raw numbers become what the network reads.
    public func assemble(
        panel: Int, samples: AlignedBuffer<Int>, count: Int, from records: SparseRecords, scaling: FeatureScaling
    ) {
        precondition(panel >= 0 && panel < panelCount, "panel outside the batch")
        precondition(count > 0 && count <= capacity && count <= samples.count, "more samples than the batch holds")
        precondition(records.features == channels * rows * columns, "samples of another shape than the panels")
        precondition(scaling.count == records.features, "scaling of another shape than the samples")
        let used = min(max(count - panel * Panels.lanes, 0), Panels.lanes)
        let target = buffer.pointer + panel * panelStride
        target.update(repeating: 0, count: panelSize)
        let (mean, factor) = (scaling.mean.pointer, scaling.inverseDeviation.pointer)
        let pixels = rows * columns
        func place(_ feature: Int) -> Int {
            halo == 0
                ? feature * Panels.lanes
                : offset(panel: 0, channel: feature / pixels, row: feature % pixels / columns)
                    + feature % columns * Panels.lanes
        }
        // What a zero becomes, where that is not zero.
        for feature in 0..<records.features where mean[feature] != 0 {
            let zero = (0 - mean[feature]) * factor[feature]
            for lane in 0..<used { target[place(feature) + lane] = zero }
        }
        for lane in 0..<used {
            records.forEachEntry(of: samples[panel * Panels.lanes + lane]) { feature, value in
                target[place(feature) + lane] = (value - mean[feature]) * factor[feature]
            }
        }
    }
}
