internal import Foundation
internal import SparseTraining

/// Bytes as they are typed: 2000000000, 800M, 8G.
enum ByteCount {
    /// - Throws: `ConfigurationError` for what is no size.
    static func read(_ text: String, of option: CommandOption) throws(ConfigurationError) -> Double {
        let units: [Character: Double] = ["K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12]
        let unit = text.last.flatMap { units[$0] }
        guard let number = Double(optionText: String(unit == nil ? text[...] : text.dropLast())),
            case let bytes = number * (unit ?? 1), bytes >= 1, bytes < 1e18
        else { throw .invalidValue(option: option.name, value: text, expected: option.expected) }
        return bytes
    }

    static func text(_ bytes: Double) -> String {
        bytes < 1e9 ? String(format: "%.0f MB", bytes / 1e6) : String(format: "%.1f GB", bytes / 1e9)
    }
}
