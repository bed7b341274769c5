public import SparseParts

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// Bytes as they are typed: 2000000000, 800M, 8G.
public struct ByteSize: Sendable, Equatable {
    /// Bytes, from 1 to 10^18.
    public let count: Int

    /// - Parameter count: Bytes, from 1 to 10^18; nil for others.
    public init?(_ count: Int) {
        guard (1...1_000_000_000_000_000_000).contains(count) else { return nil }
        self.count = count
    }
}

extension ByteSize: OptionValue {
    private static let units: KeyValuePairs<Character, Int> = [
        "T": 1_000_000_000_000, "G": 1_000_000_000, "M": 1_000_000, "K": 1000,
    ]

    public init?(optionText text: String) {
        let unit = ByteSize.units.first { $0.key == text.last }
        guard let number = Double(optionText: String(unit == nil ? text[...] : text.dropLast())),
            case let bytes = number * Double(unit?.value ?? 1), bytes >= 1, bytes <= 1e18
        else { return nil }
        self.init(Int(bytes))
    }

    public var optionText: String {
        let unit = ByteSize.units.first { count % $0.value == 0 }
        return unit.map { "\(count / $0.value)\($0.key)" } ?? "\(count)"
    }

    public init(from decoder: any Decoder) throws { self = try decoder.optionText() }
    public func encode(to encoder: any Encoder) throws { try encoder.encode(optionText: optionText) }
}

extension DataOptions {
    /// The folder of `--cache`, or else of the environment variable SPARSETRAIN_CACHE; nil without either.
    package var cacheFolder: String? {
        if let cache = settings.cache { return cache }
        let named = ProcessInfo.processInfo.environment["SPARSETRAIN_CACHE"] ?? ""
        return named.isEmpty ? nil : named
    }
}

extension Options {
    /// The folder of what is kept from one run to the next: data that were fetched by name, and tables larger than `memory` as they
    /// were read. Nil: that of the environment variable SPARSETRAIN_CACHE.
    public var cache: Option<String?> {
        Option(
            "cache", .data, "DIR", .text("a folder"), inWords: "$SPARSETRAIN_CACHE", carryOver: .free,
            "folder of fetched data, and of tables larger than --memory as they were read")
    }

    /// Bytes that data may take in memory. What takes more is kept in a file of the cache folder, or refused where there is none.
    public var memory: Option<ByteSize?> {
        Option(
            "memory", .data, "BYTES", OptionRule(text: "a number of bytes, such as 800M or 8G") { _ in true },
            inWords: "half of what the process may use", carryOver: .free,
            "what data may take in memory, such as 8G; a larger table needs --cache")
    }
}
