internal import Foundation

extension CounterRandom {
    /// A standard normal number from one word, whose halves are the two uniform numbers (Box, Muller, 1958).
    public static func normal(_ word: UInt64) -> Double {
        let radius = (Double(word >> 32) + 1) * 0x1p-32
        let angle = Double(word & 0xFFFF_FFFF) * 0x1p-32
        return (-2 * log(radius)).squareRoot() * cos(2 * Double.pi * angle)
    }
}
