internal import Foundation

/// What a stream of random numbers is for. Streams of different purposes never meet, so each use has a purpose of its own,
/// which is named in one source file. The numbers are part of every run's result: none may change.
public enum RandomPurpose: UInt32, Sendable, CaseIterable {
    /// Where a layer's first weights are.
    case topology = 0
    /// What they begin with.
    case initialValues = 1
    /// Which positions grow.
    case growth = 2
    /// What weights grown there begin with.
    case newValues = 3
    /// The order of an epoch's samples.
    case shuffle = 4
    /// Which samples of data that has no test part are set apart for the test.
    case testPart = 5
    /// Which numbers dropout sets to 0.
    case dropout = 6
    /// How training images are changed.
    case augmentation = 7
    /// Deep R: the signs of a layer's positions (step 0), and how its weights walk after a step (from 1 on).
    case noise = 8
    /// Whatever tests and benchmarks need.
    case test = 9
    /// Which samples a run trains on that does not use all.
    case trainingSamples = 10
    /// How many weights a density stands for.
    case weightCount = 11
    /// DSR of 2019: the layer that gets what rounding leaves.
    case redistribution = 12
    /// Which positions of a large layer are followed.
    case exploration = 13
    /// Which samples of the training part are set apart for validation.
    case validation = 14
    /// Which values a sweep draws for its runs.
    case sweep = 15
    /// Which held-out samples change places, to see whether an input matters.
    case permutation = 16
    /// What is added to the inputs of a training sample.
    case inputNoise = 17
    /// Where the training windows of a text begin.
    case windows = 18
    /// Which token comes next in a generated text.
    case generation = 19
    /// Which connections of a dense random network are kept where chance decides.
    case pruning = 20
}

/// A counter-based generator: Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as
/// 1, 2, 3", SC 2011), keyed by (seed, purpose, layer, step). It has no hidden state, so any thread can draw any
/// number of a stream in any order, and a resumed run draws the same ones.
public struct CounterRandom: Sendable {
    package let key: (UInt32, UInt32)
    /// Upper half of the counter: purpose, layer and step.
    package let high: (UInt32, UInt32)
    private var position: UInt64 = 0

    /// The stream of `purpose` for one layer (below 2^16) and step (below 2^40) of the run with this seed.
    public init(seed: UInt64, purpose: RandomPurpose, layer: Int = 0, step: Int = 0) {
        key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        let tag =
            UInt64(purpose.rawValue) << 56 | UInt64(truncatingIfNeeded: layer & 0xFFFF) << 40
            | UInt64(truncatingIfNeeded: step & 0xFF_FFFF_FFFF)
        high = (UInt32(truncatingIfNeeded: tag), UInt32(truncatingIfNeeded: tag >> 32))
    }

    /// Philox4x32-10 of a 128-bit counter under a 64-bit key.
    package static func philox(
        counter: (UInt32, UInt32, UInt32, UInt32), key: (UInt32, UInt32)
    ) -> (UInt32, UInt32, UInt32, UInt32) {
        var (c, k) = (counter, key)
        for round in 0..<10 {
            if round > 0 { k = (k.0 &+ 0x9E37_79B9, k.1 &+ 0xBB67_AE85) }
            let a = c.0.multipliedFullWidth(by: 0xD251_1F53)
            let b = c.2.multipliedFullWidth(by: 0xCD9E_8D57)
            c = (b.high ^ c.1 ^ k.0, b.low, a.high ^ c.3 ^ k.1, a.low)
        }
        return c
    }

    /// The 64-bit word number `index` of this stream, whatever was drawn before.
    public func word(_ index: UInt64) -> UInt64 {
        let words = words(block: index >> 1)
        return index & 1 == 0 ? words.0 : words.1
    }

    /// Words 2 `block` and 2 `block` + 1, which are made together.
    private func words(block: UInt64) -> (UInt64, UInt64) {
        let r = CounterRandom.philox(
            counter: (UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32), high.0, high.1),
            key: key)
        return (UInt64(r.1) << 32 | UInt64(r.0), UInt64(r.3) << 32 | UInt64(r.2))
    }

    /// The next word in sequence.
    public mutating func next() -> UInt64 {
        defer { position &+= 1 }
        return word(position)
    }

    /// Uniform in 0 ..< bound, without bias (Lemire's method). `bound` must be positive.
    public mutating func next(below bound: Int) -> Int {
        precondition(bound > 0)
        let n = UInt64(bound)
        var product = next().multipliedFullWidth(by: n)
        if product.low < n {
            let threshold = (0 &- n) % n
            while product.low < threshold { product = next().multipliedFullWidth(by: n) }
        }
        return Int(product.high)
    }

    /// Uniform in [0, 1), from the upper 53 bits of a word.
    public static func unit(_ word: UInt64) -> Double { Double(word >> 11) * 0x1p-53 }

    /// Uniform in [0, 1).
    public mutating func nextUnit() -> Double { CounterRandom.unit(next()) }
}

extension CounterRandom {
    /// A standard normal number from one word, whose halves are the two uniform numbers (Box, Muller, 1958).
    public static func normal(_ word: UInt64) -> Double {
        let radius = (Double(word >> 32) + 1) * 0x1p-32
        let angle = Double(word & 0xFFFF_FFFF) * 0x1p-32
        return (-2 * log(radius)).squareRoot() * cos(2 * Double.pi * angle)
    }

    /// Four standard normal numbers from the two words of block `index` of this stream: both that Box and Muller's method has of each.
    func normals(block index: UInt64) -> (Double, Double, Double, Double) {
        let words = words(block: index)
        let (first, second) = (Self.normals(words.0), Self.normals(words.1))
        return (first.0, first.1, second.0, second.1)
    }

    private static func normals(_ word: UInt64) -> (Double, Double) {
        let radius = (-2 * log((Double(word >> 32) + 1) * 0x1p-32)).squareRoot()
        let angle = 2 * Double.pi * (Double(word & 0xFFFF_FFFF) * 0x1p-32)
        return (radius * cos(angle), radius * sin(angle))
    }
}
