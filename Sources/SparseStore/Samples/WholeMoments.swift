/// Sums of one feature of the samples of a full panel whose values are small whole numbers, as bytes of images and counts are. All of
/// them are exact, in whatever order they are taken: whoever needs no order has them many lanes at a time.
package struct WholeMoments {
    /// Sum of the values, and of their squares.
    package var sum: Double
    package var squares: Double
    package var least: Float
    package var largest: Float
    /// Values that are 0.
    package var zeros: Int

    /// The squares of so large numbers in all lanes add up to less than 2^24: a float holds each sum.
    private static let bound: Float = 512

    /// Nil when a value is a fraction or too large.
    /// - Parameters:
    ///   - panels: One panel of whole samples, each lane one.
    ///   - channel: The feature.
    package init?(_ panels: Panels, channel: Int) {
        precondition(channel >= 0 && channel < panels.channels && panels.mapStride == Panels.lanes, "no such feature")
        let from = UnsafeRawPointer(panels.buffer.pointer + channel * Panels.lanes)
        typealias Lanes = SIMD8<Float>
        // Adding a number whose neighbours are 1 apart rounds to whole numbers.
        let rounder = Lanes(repeating: 12_582_912)
        var (sums, squares) = (Lanes.zero, Lanes.zero)
        var (low, high) = (Lanes(repeating: .infinity), Lanes(repeating: -.infinity))
        var (fractions, empty) = (SIMDMask<SIMD8<Int32>>(repeating: false), SIMD8<Int32>.zero)
        for first in stride(from: 0, to: Panels.lanes, by: Lanes.scalarCount) {
            let values = from.loadUnaligned(fromByteOffset: first * MemoryLayout<Float>.stride, as: Lanes.self)
            let rounded = values + rounder - rounder
            fractions .|= rounded .!= values
            sums += values
            squares += values * values
            low = low.replacing(with: values, where: values .< low)
            high = high.replacing(with: values, where: values .> high)
            empty = empty.replacing(with: empty &+ 1, where: values .== Lanes.zero)
        }
        (least, largest) = (low.min(), high.max())
        guard !any(fractions), least >= -Self.bound, largest <= Self.bound else { return nil }
        sum = Double(sums.sum())
        self.squares = Double(squares.sum())
        zeros = Int(empty.wrappedSum())
    }
}
