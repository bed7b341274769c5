internal import Foundation
internal import SparseTraining

/// Bytes as they are typed: 2000000000, 800M, 8G.
enum ByteCount {
    /// - Throws: `ConfigurationError` for what is no size.
    static func read(_ text: String, of option: CommandOption) throws(ConfigurationError) -> Double {
        guard let size = ByteSize(optionText: text) else {
            throw .invalidValue(option: option.name, value: text, expected: option.expected)
        }
        return Double(size.count)
    }

    static func text(_ bytes: Double) -> String {
        bytes < 1e9 ? String(format: "%.0f MB", bytes / 1e6) : String(format: "%.1f GB", bytes / 1e9)
    }
}
