internal import Foundation

/// A checkpoint as the format's description has it, read without anything of the program that wrote it: eight bytes with
/// the length of a JSON header, the header, the numbers (https://huggingface.co/docs/safetensors).
public struct PlainSafetensors {
    public struct Fault: Error { public let message: String }

    /// Type, shape and place of each tensor.
    public let entries: [String: (type: String, shape: [Int], bytes: Range<Int>)]
    public let metadata: [String: String]
    private let content: Data

    public init(path: String) throws {
        let file = try Data(contentsOf: URL(fileURLWithPath: path))
        guard file.count >= 8 else { throw Fault(message: "no header") }
        let length = (0..<8).reduce(0) { $0 | Int(file[$1]) << (8 * $1) }
        guard length <= file.count - 8,
            let header = try JSONSerialization.jsonObject(with: file[8..<8 + length]) as? [String: [String: Any]]
        else { throw Fault(message: "no header") }
        content = file[(8 + length)...]
        var (entries, end): ([String: (String, [Int], Range<Int>)], Int) = ([:], 0)
        for (name, entry) in header where name != "__metadata__" {
            guard let type = entry["dtype"] as? String, let shape = entry["shape"] as? [Int],
                let offsets = entry["data_offsets"] as? [Int], offsets.count == 2, offsets[0] <= offsets[1],
                offsets[1] <= content.count, offsets[1] - offsets[0] == shape.reduce(type == "U8" ? 1 : 4, *)
            else { throw Fault(message: "tensor \(name) is out of place") }
            entries[name] = (type, shape, offsets[0]..<offsets[1])
            end = max(end, offsets[1])
        }
        guard end == content.count else { throw Fault(message: "bytes behind the last tensor") }
        self.entries = entries
        metadata = header["__metadata__"] as? [String: String] ?? [:]
    }

    /// The tensor's numbers; nil when there is no such tensor of that type.
    public func floats(_ name: String) -> [Float]? {
        words(name, type: "F32")?.map { Float(bitPattern: $0) }
    }

    public func integers(_ name: String) -> [Int]? { words(name, type: "I32")?.map { Int(Int32(bitPattern: $0)) } }

    private func words(_ name: String, type: String) -> [UInt32]? {
        guard let entry = entries[name], entry.type == type else { return nil }
        let bytes = [UInt8](content.dropFirst(entry.bytes.lowerBound).prefix(entry.bytes.count))
        return stride(from: 0, to: bytes.count, by: 4).map { i in
            (0..<4).reduce(0) { $0 | UInt32(bytes[i + $1]) << (8 * UInt32($1)) }
        }
    }
}
