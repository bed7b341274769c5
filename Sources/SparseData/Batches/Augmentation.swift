public import SparseParts
internal import SparseStore

/// Random changes of training images that leave their class: crops of the image with a border of zeros around it, and
/// mirror images. What a sample becomes is a function of the run's seed, the epoch and the sample.
public struct Augmentation: Sendable, Equatable {
    /// Width of the border from which crops of the image's size are cut; 0: no crops.
    public var padding: Int
    /// Whether every other image, at random, is mirrored left to right.
    public var mirrors: Bool

    /// Shifts by up to `padding` pixels each way and mirrors every other image, as is usual for CIFAR-10; both at random.
    public init(padding: Int = 4, mirrors: Bool = true) {
        precondition(padding >= 0 && padding < 1 << 16, "a border of so many pixels")
        self.padding = padding
        self.mirrors = mirrors
    }

    /// The same with a border of at most a seventh of the image's shorter side, so that crops of small images keep what makes
    /// their class: 4 pixels from 28 pixels on, 1 for 8.
    package func fitted(to shape: SampleShape) -> Augmentation {
        Augmentation(padding: min(padding, max(1, min(shape.rows, shape.columns) / 7)), mirrors: mirrors)
    }

    /// Whether images of this shape have room for the changes: more than one row and column, and more than the border, so
    /// that no crop is empty.
    package func fits(_ shape: SampleShape) -> Bool { min(shape.rows, shape.columns) > max(padding, 1) }

    /// Applies to the real samples of one panel of a batch. The last batch of an epoch may leave whole panels empty.
    func apply(panel: Int, of batch: Batch, random: CounterRandom) {
        let first = panel * Panels.lanes
        batch.images?.shift(panel: panel, count: max(0, min(Panels.lanes, batch.count - first))) { lane in
            change(of: batch.samples[first + lane], random)
        }
    }

    /// What becomes of one sample, from one random word: 28 bits for each direction, and one for the mirror.
    func change(of sample: Int, _ random: CounterRandom) -> PixelShift {
        let word = random.word(UInt64(sample))
        func offset(_ bits: UInt64) -> Int { Int(((bits & 0xFFF_FFFF) * UInt64(2 * padding + 1)) >> 28) - padding }
        return PixelShift(
            down: offset(word), right: offset(word >> 28), mirrored: mirrors && word >> 63 == 1)
    }
}

extension Parts {
    /// How training images can be changed, by name; nil for not at all.
    public static let augmentations = Registry<Augmentation?>(
        "augmentation",
        [
            .init("none", "images as they are", nil),
            .init("flip", "mirror images", Augmentation(padding: 0)),
            .init("crop", "crops of the image with a border", Augmentation(mirrors: false)),
            .init("crop-flip", "both", Augmentation()),
        ])
}

extension Options {
    /// Random changes of training images: none, flip, crop, crop-flip (crops of a border of 4 pixels or a seventh of the
    /// side, mirror images).
    public var augmentation: Option<String> {
        Option(
            "augment", .data, "NAME", .oneOf(Parts.augmentations.names), default: "none",
            "random changes of training images; crops have a border of 4 pixels, or a seventh of the side")
    }
}
