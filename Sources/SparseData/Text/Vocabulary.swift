/// What the tokens of a text stand for: with it a network that was trained on a text reads and writes others, without the data.
public struct Vocabulary: Sendable, Equatable {
    /// What a token is.
    public enum Kind: String, Sendable, Codable {
        /// A Unicode scalar, in ascending order.
        case characters
        /// A byte of UTF-8.
        case bytes
        /// Whatever another program numbered.
        case ids
    }

    /// What a token is.
    public let kind: Kind
    /// Number of tokens: ids are from 0 to below.
    public let count: Int
    /// The characters in the order of their ids, where tokens are characters.
    let characters: [Unicode.Scalar]
    /// The text of each token of another program's, in the order of the ids, if that is known.
    public let texts: [String]?

    /// All 256 bytes.
    public static let bytes = Vocabulary(kind: .bytes, count: 256, characters: [], texts: nil)

    /// These characters, none of them twice, numbered as they come.
    public init(characters: [Unicode.Scalar]) {
        self.init(kind: .characters, count: characters.count, characters: characters, texts: nil)
    }

    /// Tokens that another program numbered.
    /// - Parameters:
    ///   - count: How many different ones there are.
    ///   - texts: One for each, if they are known.
    public init(ids count: Int, texts: [String]? = nil) {
        precondition(texts == nil || texts?.count == count, "a text for each token")
        self.init(kind: .ids, count: count, characters: [], texts: texts)
    }

    private init(kind: Kind, count: Int, characters: [Unicode.Scalar], texts: [String]?) {
        (self.kind, self.count, self.characters, self.texts) = (kind, count, characters, texts)
    }

    /// Characters by their ids; nil where tokens are none.
    private var scalars: [Unicode.Scalar]? {
        switch kind {
        case .characters: return characters
        case .bytes: return nil
        case .ids:
            guard let texts else { return nil }
            let scalars = texts.compactMap { $0.unicodeScalars.count == 1 ? $0.unicodeScalars.first : nil }
            return scalars.count == count ? scalars : nil
        }
    }

    /// The ids of a text's characters, by the scalar's number; nil where tokens are no characters.
    var ids: [UInt32: Int]? {
        scalars.map { scalars in
            // Of a text that has two ids the lower counts.
            Dictionary(zip(scalars.map(\.value), scalars.indices), uniquingKeysWith: min)
        }
    }

    /// The tokens of a text.
    /// - Parameters:
    ///   - text: Of characters that are tokens.
    ///   - source: What messages call it.
    /// - Throws: `DataError` for a character that is none of the tokens, and for tokens that are no characters.
    public func encode(_ text: String, in source: String = "text") throws(DataError) -> [Int] {
        if kind == .bytes { return text.utf8.map { Int($0) } }
        guard let ids else {
            throw DataError(
                .inconsistent, in: source, "tokens that another program made of texts",
                expected: "ids in place of a text")
        }
        var (tokens, offset) = ([Int](), 0)
        for scalar in text.unicodeScalars {
            guard let id = ids[scalar.value] else { throw unknown(scalar, at: offset, in: source) }
            tokens.append(id)
            offset += scalar.utf8.count
        }
        return tokens
    }

    func unknown(_ scalar: Unicode.Scalar, at offset: Int, in source: String) -> DataError {
        DataError(
            .labelOutOfRange, in: source, at: .offset(offset),
            "the character \(scalar.escaped(asASCII: false).debugDescription) (U+\(hexadecimal(scalar.value, digits: 4)))",
            expected: "one of the \(count) characters that the network was trained on")
    }

    /// The text of tokens, each from 0 to below `count`; ids with blanks between them where no text is known. Bytes that are no
    /// UTF-8 become U+FFFD.
    public func decode(_ tokens: some Sequence<Int>) -> String {
        var decoder = TokenDecoder(self)
        var text = ""
        for token in tokens { text += decoder.text(of: token) }
        return text + decoder.rest()
    }

    /// The bytes that a token stands for.
    func bytes(of token: Int) -> [UInt8] {
        precondition(token >= 0 && token < count, "a token of the vocabulary")
        switch kind {
        case .characters: return Array(String(Character(characters[token])).utf8)
        case .bytes: return [UInt8(truncatingIfNeeded: token)]
        case .ids: return Array((texts?[token] ?? "\(token)").utf8)
        }
    }

    /// "65 characters", "256 bytes", "50257 tokens".
    package var description: String { "\(count) \(kind == .ids ? "tokens" : kind.rawValue)" }
}

/// A number in hexadecimal digits.
func hexadecimal(_ number: UInt32, digits: Int) -> String {
    let text = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(digits - text.count, 0)) + text
}

/// As files have it: `{"kind": "characters", "characters": "\n !'..."}`, `{"kind": "bytes"}`, or
/// `{"kind": "ids", "size": 50257, "texts": [...]}`.
extension Vocabulary: Codable {
    private enum CodingKeys: String, CodingKey { case kind, characters, size, texts }

    /// More tokens are none of a file.
    static let mostTokens = Int(Int32.max)

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        switch kind {
        case .characters:
            var text = String.UnicodeScalarView()
            text.append(contentsOf: characters)
            try container.encode(String(text), forKey: .characters)
        case .bytes: break
        case .ids:
            try container.encode(count, forKey: .size)
            try container.encodeIfPresent(texts, forKey: .texts)
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Kind.self, forKey: .kind) {
        case .characters:
            let characters = Array(try container.decode(String.self, forKey: .characters).unicodeScalars)
            guard !characters.isEmpty, Set(characters).count == characters.count else {
                throw DecodingError.dataCorruptedError(
                    forKey: .characters, in: container, debugDescription: "characters that are not each there once")
            }
            self.init(characters: characters)
        case .bytes: self = .bytes
        case .ids:
            let texts = try container.decodeIfPresent([String].self, forKey: .texts)
            let count = try container.decode(Int.self, forKey: .size)
            guard (1...Self.mostTokens).contains(count), texts.map({ $0.count == count }) ?? true else {
                throw DecodingError.dataCorruptedError(
                    forKey: .size, in: container, debugDescription: "an impossible number of tokens")
            }
            self.init(ids: count, texts: texts)
        }
    }
}
