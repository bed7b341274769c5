internal import Foundation

/// Writes tensors one after the other, in the order given, with what readers need to find them.
enum SafetensorsWriter {
    static func write(_ tensors: [Tensor], metadata: [String: String], to file: FileHandle) throws {
        var header = SafetensorsHeader(metadata: metadata)
        var end = 0
        for tensor in tensors {
            header.entries[tensor.name] = SafetensorsHeader.Entry(
                type: tensor.type.rawValue, shape: tensor.shape, offsets: [end, end + tensor.byteCount])
            end += tensor.byteCount
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var text = try encoder.encode(header)
        // Spaces up to a multiple of eight, so that the numbers that follow are aligned.
        text.append(Data(repeating: UInt8(ascii: " "), count: -text.count & 7))
        var length = UInt64(text.count).littleEndian
        try file.write(contentsOf: Data(bytes: &length, count: 8))
        try file.write(contentsOf: text)
        for tensor in tensors { try file.write(contentsOf: tensor.content()) }
    }
}
