internal import SparseStore

/// Damages bytes in ways that parsers trip over. What number `n` of a seed becomes follows from both alone.
public struct Mutator: Sendable {
    private let seed: UInt64

    public init(seed: UInt64) { self.seed = seed }

    /// Bytes at which parsers branch.
    private static let telling: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF] + Array("\"',-.0:;[]{}\n\r\t eE\\".utf8)
    /// Numbers and words that do not fit where they are put.
    private static let texts = [
        "-1", "0", "1e999", "-1e999", "nan", "inf", "null", "true", "{}", "[]", "[[[[[[[[", "{\"a\":", "\\u0000",
        "\\ud800",
        "4294967296", "9223372036854775807", "-9223372036854775808", "18446744073709551616", "0.1e-999", "1e18", "\"\"",
        String(repeating: "9", count: 400),
    ].map { Array($0.utf8) }
    /// Sizes and offsets at the edges of integers.
    private static let words: [UInt64] = [
        0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x7FFF_FFFF_FFFF_FFFF, .max,
    ]

    /// One of the originals with one piece of damage or up to five.
    public func mutant(_ number: Int, of originals: [[UInt8]]) -> [UInt8] {
        var random = CounterRandom(seed: seed, purpose: .test, step: number)
        var bytes = originals[random.next(below: originals.count)]
        for _ in 0...random.next(below: random.next(below: 2) == 0 ? 1 : 5) {
            if bytes.isEmpty { break }
            // Headers are at the beginning: half of the damage goes there.
            let place = random.next(below: random.next(below: 2) == 0 ? min(bytes.count, 64) : bytes.count)
            damage(&bytes, at: place, other: originals[random.next(below: originals.count)], &random)
        }
        return bytes
    }

    private func damage(_ bytes: inout [UInt8], at place: Int, other: [UInt8], _ random: inout CounterRandom) {
        let end = min(bytes.count, place + 1 + random.next(below: 16))
        switch random.next(below: 10) {
        case 0: bytes[place] ^= 1 << UInt8(random.next(below: 8))
        case 1: bytes[place] = Self.telling[random.next(below: Self.telling.count)]
        case 2: bytes.removeSubrange(place..<end)
        case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 4: bytes.removeSubrange(place...)
        case 5: for i in place..<end { bytes[i] = UInt8(truncatingIfNeeded: random.next()) }
        case 6: bytes.replaceSubrange(place..<end, with: Self.texts[random.next(below: Self.texts.count)])
        case 7:
            let word = Self.words[random.next(below: Self.words.count)]
            let (size, bigEndian) = (1 << random.next(below: 4), random.next(below: 2) == 0)
            for i in 0..<min(size, bytes.count - place) {
                bytes[place + i] = UInt8(truncatingIfNeeded: word >> UInt64(8 * (bigEndian ? size - 1 - i : i)))
            }
        case 8: bytes += other.dropFirst(min(other.count, place))
        default: bytes[place] = bytes[place] &+ (random.next(below: 2) == 0 ? 1 : 255)
        }
    }
}
