internal import SparseStore

/// Random changes of training images that leave their class: crops of the image with a border of zeros around it, and
/// mirror images. What a sample becomes is a function of the run's seed, the epoch and the sample.
public struct Augmentation: Sendable, Equatable {
    /// Width of the border from which crops of the image's size are cut; 0: no crops.
    public var padding: Int
    /// Whether every other image, at random, is mirrored left to right.
    public var mirrors: Bool

    public init(padding: Int = 4, mirrors: Bool = true) {
        precondition(padding >= 0 && padding < 1 << 16, "a border of so many pixels")
        self.padding = padding
        self.mirrors = mirrors
    }

    /// Applies to the real samples of one panel of a batch.
    func apply(panel: Int, of batch: Batch, random: CounterRandom) {
        for lane in 0..<min(Panels.lanes, batch.count - panel * Panels.lanes) {
            let word = random.word(UInt64(batch.samples[panel * Panels.lanes + lane]))
            let places = UInt64(2 * padding + 1)
            batch.input.shift(
                panel: panel, lane: lane, down: Int((word & 0xFFF_FFFF) * places >> 28) - padding,
                right: Int((word >> 28 & 0xFFF_FFFF) * places >> 28) - padding, mirrored: mirrors && word >> 63 == 1)
        }
    }
}
