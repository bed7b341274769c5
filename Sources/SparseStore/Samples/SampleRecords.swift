/// Raw samples where they lie in memory: records of equal size in one or more buffers. Nothing is copied; what a record
/// holds beside the sample's values (a label, say) is stepped over.
public struct SampleRecords<Element: BitwiseCopyable & Sendable>: Sendable {
    /// Memory that nobody writes while it is read: hence the unchecked conformance.
    private struct Block: @unchecked Sendable {
        /// Keeps the memory alive.
        let owner: AlignedBuffer<Element>
        /// First value of the first record.
        let base: UnsafePointer<Element>
        /// Samples before this block.
        let start: Int
    }

    /// Values of a sample.
    public let features: Int
    /// Elements from one record to the next.
    public let stride: Int
    /// Samples in all blocks.
    public private(set) var count = 0
    private var blocks: [Block] = []

    /// No samples yet, of `features` values each, the records `stride` elements apart (by default without gaps).
    public init(features: Int, stride: Int? = nil) {
        precondition(features > 0 && stride ?? features >= features, "records are shorter than their values")
        self.features = features
        self.stride = stride ?? features
    }

    /// Adds `samples` records of `buffer`, the first sample's values beginning at element `first`.
    public mutating func append(_ buffer: AlignedBuffer<Element>, first: Int = 0, samples: Int) {
        let elements = buffer.count
        precondition(samples >= 0 && first >= 0 && first <= elements, "records outside the memory")
        guard samples > 0 else { return }
        let (distance, overflow) = (samples - 1).multipliedReportingOverflow(by: stride)
        precondition(
            !overflow && distance <= elements - first && features <= elements - first - distance,
            "records outside the memory")
        blocks.append(Block(owner: buffer, base: UnsafePointer(buffer.pointer) + first, start: count))
        count += samples
    }

    /// One raw value. Checked; for set-up and tests.
    public func value(sample: Int, feature: Int) -> Element {
        precondition(feature >= 0 && feature < features, "feature outside the sample")
        return pointer(to: sample)[feature]
    }

    /// Writes all values, sample after sample, to the beginning of `buffer`.
    public func copy(to buffer: AlignedBuffer<Element>) {
        precondition(buffer.count / features >= count, "no room for all samples")
        for block in blocks.indices {
            let end = block + 1 < blocks.count ? blocks[block + 1].start : count
            for sample in blocks[block].start..<end {
                let target = buffer.pointer + sample * features
                target.update(from: blocks[block].base + (sample - blocks[block].start) * stride, count: features)
            }
        }
    }

    /// First value of a sample, valid while these records live.
    func pointer(to sample: Int) -> UnsafePointer<Element> {
        precondition(sample >= 0 && sample < count, "sample outside the records")
        var (low, high) = (0, blocks.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if blocks[middle].start <= sample { low = middle } else { high = middle }
        }
        return blocks[low].base + (sample - blocks[low].start) * stride
    }
}
