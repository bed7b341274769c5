internal import Foundation

/// The header of a safetensors file: which tensor lies where, and a few texts by name.
/// https://huggingface.co/docs/safetensors
struct SafetensorsHeader: Codable {
    struct Entry: Codable {
        var type: String
        var shape: [Int]
        /// First byte and the one after the last, counted from the end of the header.
        var offsets: [Int]

        enum CodingKeys: String, CodingKey {
            case type = "dtype"
            case shape
            case offsets = "data_offsets"
        }
    }

    static let metadataKey = "__metadata__"
    /// Longer headers are not read: a checkpoint's has some kilobytes.
    static let sizeLimit = 8 << 20

    var metadata: [String: String] = [:]
    var entries: [String: Entry] = [:]

    init(metadata: [String: String]) { self.metadata = metadata }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: OptionKey.self)
        for key in container.allKeys {
            if key.stringValue == Self.metadataKey {
                metadata = try container.decode([String: String].self, forKey: key)
            } else {
                entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
            }
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: OptionKey.self)
        try container.encode(metadata, forKey: OptionKey(Self.metadataKey))
        for (name, entry) in entries { try container.encode(entry, forKey: OptionKey(name)) }
    }

    /// What a file begins with: the length of the header, and its text.
    func bytes() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var text = try encoder.encode(self)
        // Spaces up to a multiple of eight, so that the numbers that follow are aligned.
        text.append(Data(repeating: UInt8(ascii: " "), count: -text.count & 7))
        var length = UInt64(text.count).littleEndian
        return Data(bytes: &length, count: 8) + text
    }
}
