package import SparseStore

/// The share of a layer's positions that were ever stored (R_s of Liu, Yin, Mocanu, Pechenizkiy, ICML 2021, arXiv
/// 2102.02887). Exact with one bit a position up to a bound; beyond it, estimated from a fixed random sample, so that
/// nothing of the size of the dense layer is held.
package struct ExploredPositions: Sendable {
    /// Positions up to which every one is followed: 2 MB of bits.
    package static let exactBound = 1 << 24
    /// Positions followed in larger layers.
    package static let sampleSize = 1 << 17

    /// Positions followed, or nil when all are.
    private let sample: [Int]?
    private var seen: [UInt64]
    private var seenCount = 0
    /// Positions followed.
    package let followed: Int

    /// - Parameters:
    ///   - positions: positions of the layer.
    ///   - random: draws the sample, if one is needed.
    package init(
        positions: Int, exactBound: Int = ExploredPositions.exactBound,
        sampleSize: Int = ExploredPositions.sampleSize, random: CounterRandom
    ) {
        if positions <= exactBound {
            sample = nil
            followed = positions
        } else {
            var random = random
            sample = Sampling.distinct(min(sampleSize, positions), below: positions, random: &random)
            followed = min(sampleSize, positions)
        }
        seen = [UInt64](repeating: 0, count: (followed + 63) / 64)
    }

    /// What was seen so far, one bit for each position followed, for a checkpoint.
    package var bits: [UInt64] { seen }

    /// Goes on from the bits of a checkpoint.
    /// - Throws: `PolicyError.invalidOption` when their number is not that of this layer, or bits past its end are set.
    package mutating func restore(_ bits: [UInt64]) throws(PolicyError) {
        let past = followed % 64 == 0 ? 0 : (bits.last ?? 0) >> UInt64(followed % 64)
        guard bits.count == seen.count && past == 0 else {
            throw .invalidOption(
                name: "explored positions", value: "\(bits.count) words", expected: "\(followed) bits")
        }
        seen = bits
        seenCount = bits.reduce(0) { $0 + $1.nonzeroBitCount }
    }

    /// True when every position is followed.
    package var isExact: Bool { sample == nil }

    /// The share of the positions followed that were ever stored.
    package var fraction: Double { followed == 0 ? 0 : Double(seenCount) / Double(followed) }

    /// Notes positions that are stored: all at the start, the grown ones after each update.
    package mutating func note(_ positions: [Int]) {
        guard let sample else {
            for position in positions { mark(position) }
            return
        }
        for position in positions {
            let index = Selection.firstIndex(in: sample, notBelow: position)
            if index < sample.count && sample[index] == position { mark(index) }
        }
    }

    private mutating func mark(_ index: Int) {
        let bit = UInt64(1) << UInt64(index & 63)
        if seen[index >> 6] & bit == 0 {
            seen[index >> 6] |= bit
            seenCount += 1
        }
    }
}
