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
        try file.write(contentsOf: try header.bytes())
        for tensor in tensors { try file.write(contentsOf: tensor.content()) }
    }
}
