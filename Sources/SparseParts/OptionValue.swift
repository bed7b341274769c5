/// A type that an option can have: read from a word of the command line or from JSON, and written as either.
public protocol OptionValue: Codable, Sendable, Equatable {
    /// Reads one command-line word; nil when it is not such a value.
    init?(optionText text: String)
    /// The word that reads back as this value.
    var optionText: String { get }
    /// True for no value at all, which no file records.
    var isAbsent: Bool { get }
}

extension OptionValue {
    public var isAbsent: Bool { false }
}

extension String: OptionValue {
    public init?(optionText text: String) { self = text }
    public var optionText: String { self }
}

extension Int: OptionValue {
    public init?(optionText text: String) { self.init(text) }
    public var optionText: String { description }
}

extension UInt64: OptionValue {
    public init?(optionText text: String) { self.init(text) }
    public var optionText: String { description }
}

extension Double: OptionValue {
    /// Decimal numbers only: neither NaN nor infinity can be asked for.
    public init?(optionText text: String) {
        guard text.allSatisfy({ $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }) else { return nil }
        self.init(text)
        // What is too small to tell from 0 was not meant as 0.
        if !isFinite
            || self == 0 && text.prefix(while: { $0 != "e" && $0 != "E" }).contains(where: { "123456789".contains($0) })
        {
            return nil
        }
    }
    public var optionText: String { self == rounded() && magnitude < 1e15 ? String(Int(self)) : description }
}

extension Bool: OptionValue {
    public init?(optionText text: String) { self.init(text) }
    public var optionText: String { description }
}

extension Optional: OptionValue where Wrapped: OptionValue {
    public init?(optionText text: String) {
        guard let value = Wrapped(optionText: text) else { return nil }
        self = .some(value)
    }
    public var optionText: String { self?.optionText ?? "" }
    public var isAbsent: Bool { self == nil }
}

extension Array: OptionValue where Element: OptionValue {
    /// Elements separated by commas.
    public init?(optionText text: String) {
        self = []
        if text.isEmpty { return }
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard !word.isEmpty, let element = Element(optionText: String(word)) else { return nil }
            append(element)
        }
    }
    public var optionText: String { map(\.optionText).joined(separator: ",") }
}

/// A closed choice as an option: an enum whose raw values are the words of the command line. A conformance is all it takes:
///
///     public enum Season: String, OptionChoice { case summer, winter }
public protocol OptionChoice: OptionValue, CaseIterable, RawRepresentable where RawValue == String {}

extension OptionChoice {
    public init?(optionText text: String) { self.init(rawValue: text) }
    public var optionText: String { rawValue }
}

extension Decoder {
    /// A value that JSON holds as the text of the command line.
    public func optionText<Value: OptionValue>() throws -> Value {
        let container = try singleValueContainer()
        guard let value = try Value(optionText: container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not such a value")
        }
        return value
    }
}

extension Encoder {
    /// Writes a value as the text of the command line.
    public func encode(optionText: String) throws {
        var container = singleValueContainer()
        try container.encode(optionText)
    }
}
