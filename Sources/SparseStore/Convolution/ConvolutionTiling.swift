internal import SparseKernels

/// How many channels are read together.
enum ConvolutionTiling {
    /// For single weights: channels whose pixels, as a block of output pixels needs them, stay in the first-level cache while
    /// the channels computed pass; more when a channel would otherwise have too few weights among them to pay for reading
    /// and writing its output.
    /// - Parameters:
    ///   - pixels: Pixels of one channel that a block reads.
    ///   - area: Kernel elements.
    ///   - fewest: Weights that pay for an output.
    static func channelsPerTile(
        channels: Int, pixels: Int, area: Int, weightsPerChannel: Double, fewest: Double
    ) -> Int {
        let fitting = max(1, cacheBytes / (pixels * Panels.lanes * MemoryLayout<Float>.stride))
        let worthwhile = Int((fewest / max(weightsPerChannel, 1e-6)).rounded(.up))
        return even(channels, atMost: min(max(fitting, worthwhile), gathered / area))
    }

    /// For lines of several channels: what the kernels gather at once.
    static func channelsPerTile(channels: Int, area: Int) -> Int {
        even(channels, atMost: gathered / widestLine / area)
    }

    /// Kernel elements that the kernels can do with.
    static let largestKernel = gathered / widestLine

    /// Pixels of a block of single weights, in a row and in a column; smaller where both gradients are computed.
    static let (forwardRows, forwardColumns) = (3, 4)
    static let (backwardRows, backwardColumns) = (2, 3)

    /// Where an input serves two products, it may as well come from the second-level cache: twice as many weights pay.
    static let (fewestForward, fewestBackward) = (14.0, 28.0)

    private static let cacheBytes = 40 << 10
    private static let gathered = Int(ST_GATHERED)
    private static let widestLine = 8

    /// Channels of each of the fewest tiles of about equal size.
    private static func even(_ channels: Int, atMost wanted: Int) -> Int {
        let tiles = (channels + min(wanted, channels) - 1) / min(wanted, channels)
        return (channels + tiles - 1) / tiles
    }
}
