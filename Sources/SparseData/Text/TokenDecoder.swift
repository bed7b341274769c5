/// Turns tokens into text as they come, one after the other: a character whose bytes are several tokens is held back until it is
/// whole.
public struct TokenDecoder: Sendable {
    private let vocabulary: Vocabulary
    private var pending: [UInt8] = []
    private var isBegun = false

    /// For tokens of this vocabulary.
    public init(_ vocabulary: Vocabulary) { self.vocabulary = vocabulary }

    /// What one more token, from 0 to below the vocabulary's count, completes; perhaps nothing. Bytes that are no UTF-8 become
    /// U+FFFD.
    public mutating func text(of token: Int) -> String {
        // Ids without texts are set apart.
        if vocabulary.kind == .ids, vocabulary.texts == nil, isBegun { pending.append(UInt8(ascii: " ")) }
        isBegun = true
        pending += vocabulary.bytes(of: token)
        let whole = pending.count - Self.unfinished(pending)
        defer { pending.removeFirst(whole) }
        return String(decoding: pending[..<whole], as: UTF8.self)
    }

    /// What is left when no token follows: U+FFFD for a character that was cut short.
    public mutating func rest() -> String {
        defer { pending = [] }
        return String(decoding: pending, as: UTF8.self)
    }

    /// Bytes at the end that begin a character of more bytes.
    private static func unfinished(_ bytes: [UInt8]) -> Int {
        for length in 1...3 where length <= bytes.count {
            let byte = bytes[bytes.count - length]
            if byte & 0xC0 == 0x80 { continue }
            let needed = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return byte <= 0xF4 && needed > length ? length : 0
        }
        return 0
    }
}
