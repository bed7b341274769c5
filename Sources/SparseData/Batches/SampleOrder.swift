internal import SparseStore

/// The order in which an epoch visits the samples. It depends on the samples, the seed and the epoch alone, so that a
/// resumed run finds any epoch's order again.
package struct SampleOrder: Sendable {
    /// Indices into the data set; of sequences where windows begin. None where these are drawn one by one.
    package let samples: [Int]
    /// Samples of the epoch.
    package let count: Int
    /// Where windows are drawn from, and how many places there are for one.
    private let starts: (random: CounterRandom, places: Int)?

    /// The stream of augmentation, if there is to be any.
    let augmentation: CounterRandom?
    /// The stream of noise, likewise.
    let noise: CounterRandom?

    /// The samples as they stand and as they are: for evaluation.
    package init(_ subset: Subset) {
        (samples, count, starts) = (subset.samples, subset.count, nil)
        (augmentation, noise) = (nil, nil)
    }

    /// The sample in a place of the order, from 0 to below `count`.
    package subscript(place: Int) -> Int {
        guard let starts else { return samples[place] }
        // Of 2^64 words no place has more than one more than another.
        return Int(starts.random.word(UInt64(place)).multipliedFullWidth(by: UInt64(starts.places)).high)
    }

    /// A permutation of the samples for one epoch; of sequences windows as they are to begin.
    package init(_ subset: Subset, seed: UInt64, epoch: Int) {
        count = subset.count
        switch subset.dataset.sequence {
        case let sequence? where sequence.windows == .random:
            // As many windows as the tokens make one after the other, anywhere. Not one is kept: there may be very many.
            samples = []
            starts = (
                CounterRandom(seed: seed, purpose: .windows, step: epoch), subset.dataset.count - sequence.length + 1
            )
        case .some: (samples, starts) = (subset.samples, nil)
        case nil:
            var random = CounterRandom(seed: seed, purpose: .shuffle, step: epoch)
            (samples, starts) = (Self.shuffled(subset, &random), nil)
        }
        augmentation = CounterRandom(seed: seed, purpose: .augmentation, step: epoch)
        noise = CounterRandom(seed: seed, purpose: .inputNoise, step: epoch)
    }

    /// Bytes of a block, and of the blocks that are shuffled among each other.
    private static let (blockBytes, windowBytes) = (1 << 20, 1 << 28)

    /// How many samples of so many bytes are read together: nil where all of them are few enough to be shuffled at once. The same whether
    /// they are in memory or in a file, so that the results are.
    static func blockSamples(bytes: Int, count: Int) -> Int? {
        count * bytes > windowBytes ? max(1, blockBytes / max(bytes, 1)) : nil
    }

    /// All samples in a random order; of very many first blocks of neighbours, and then those of some blocks at a time: what
    /// is read is in few places at any time.
    private static func shuffled(_ subset: Subset, _ random: inout CounterRandom) -> [Int] {
        guard let size = subset.dataset.blockSamples else { return SparseData.shuffled(subset.samples, &random) }
        let blocks = SparseData.shuffled(Array(stride(from: 0, to: subset.count, by: size)), &random)
        let atATime = max(1, windowBytes / blockBytes)
        var order: [Int] = []
        order.reserveCapacity(subset.count)
        for first in stride(from: 0, to: blocks.count, by: atATime) {
            let window = blocks[first..<min(first + atATime, blocks.count)].flatMap { start in
                subset.samples[start..<min(start + size, subset.count)]
            }
            order += SparseData.shuffled(window, &random)
        }
        return order
    }
}
