internal import Foundation
internal import SparseStore

/// A safetensors file, open and checked: every tensor lies inside the file, has as many bytes as its shape says, and
/// none overlaps another. Tensors are read when asked for.
final class SafetensorsFile {
    /// What is wrong with a file.
    struct Damage: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    let metadata: [String: String]
    private let entries: [String: SafetensorsHeader.Entry]
    /// First byte after the header.
    private let start: Int
    private let file: StoredBytes

    /// - Throws: `Damage`.
    convenience init(path: String) throws {
        let file: StoredBytes
        do throws(StoredBytes.Failure) { file = try StoredBytes(path: path) } catch { throw Damage("\(error)") }
        try self.init(file)
    }

    /// - Throws: `Damage`.
    init(_ file: StoredBytes) throws {
        self.file = file
        guard file.count >= 8 else { throw Damage("\(file.count) bytes are too few; the file is cut short") }
        let length = try Self.array(of: UInt64.self, in: file, at: 0, count: 1)[0]
        guard length <= UInt64(SafetensorsHeader.sizeLimit) else {
            throw Damage("a header of \(length) bytes; at most \(SafetensorsHeader.sizeLimit) are read")
        }
        guard length <= UInt64(file.count - 8) else {
            throw Damage("a header of \(length) bytes in a file of \(file.count); the file is cut short")
        }
        start = 8 + Int(length)
        let text = try Self.array(of: UInt8.self, in: file, at: 8, count: Int(length))
        guard text.first == UInt8(ascii: "{") else { throw Damage("the header is not a JSON object") }
        let header: SafetensorsHeader
        do { header = try JSONDecoder().decode(SafetensorsHeader.self, from: Data(text)) } catch {
            throw Damage("the header is not that of a safetensors file")
        }
        metadata = header.metadata
        entries = header.entries
        try Self.check(header.entries, bytes: file.count - start)
    }

    /// Bytes of all tensors.
    var tensorBytes: Int { file.count - start }

    /// Tensors must fill the rest of the file, one after the other.
    private static func check(_ entries: [String: SafetensorsHeader.Entry], bytes: Int) throws {
        var end = 0
        // An empty tensor begins where the next one does, and comes first.
        let inOrder = entries.sorted { $0.value.offsets.lexicographicallyPrecedes($1.value.offsets) }
        for (name, entry) in inOrder {
            guard entry.offsets.count == 2, entry.offsets[0] == end, entry.offsets[1] >= end else {
                throw Damage("tensor '\(name)' at \(entry.offsets), where byte \(end) should follow")
            }
            guard entry.offsets[1] <= bytes else {
                throw Damage("tensor '\(name)' ends at byte \(entry.offsets[1]) of \(bytes); the file is cut short")
            }
            guard let type = TensorType(rawValue: entry.type) else {
                throw Damage("tensor '\(name)' has elements of type \(entry.type.prefix(20))")
            }
            var size = type.size
            for extent in entry.shape {
                let (product, overflow) = size.multipliedReportingOverflow(by: extent)
                guard extent >= 0, !overflow else { throw Damage("tensor '\(name)' has an impossible shape") }
                size = product
            }
            guard size == entry.offsets[1] - entry.offsets[0] else {
                throw Damage(
                    "tensor '\(name)' of shape \(entry.shape) has \(entry.offsets[1] - entry.offsets[0]) bytes")
            }
            end = entry.offsets[1]
        }
        guard end == bytes else { throw Damage("\(bytes - end) bytes follow the last tensor") }
    }

    /// Length in bytes.
    var byteCount: Int { file.count }

    var names: [String] { entries.keys.sorted() }

    /// Names in the order of the tensors in the file.
    var namesInOrder: [String] {
        entries.sorted {
            ($0.value.offsets[0], $0.value.offsets[1], $0.key) < ($1.value.offsets[0], $1.value.offsets[1], $1.key)
        }
        .map(\.key)
    }

    func has(_ name: String) -> Bool { entries[name] != nil }

    /// Extents of a tensor.
    /// - Throws: `Damage` when there is none of this name.
    func shape(of name: String) throws -> [Int] { try entry(name).shape }

    /// Numbers of a tensor, all finite.
    /// - Parameter count: How many there must be, if that is known.
    func floats(_ name: String, count: Int? = nil) throws -> [Float] {
        let values: [Float] = try read(name, .float32, count: count)
        if let index = values.firstIndex(where: { !$0.isFinite }) {
            throw Damage("tensor '\(name)' is not finite at element \(index)")
        }
        return values
    }

    func integers(_ name: String, count: Int? = nil) throws -> [Int32] { try read(name, .int32, count: count) }

    /// Integers of which none should be negative: those that are come out as more than `Int32.max`.
    func indices(_ name: String) throws -> AlignedBuffer<UInt32> {
        let (offset, count) = try place(of: name, .int32, count: nil)
        do throws(StoredBytes.Failure) { return try file.buffer(of: UInt32.self, at: offset, count: count) } catch {
            throw Damage("\(error)")
        }
    }

    /// The bytes of a tensor of bytes, eight in a word.
    func words(_ name: String) throws -> [UInt64] {
        let entry = try entry(name)
        let bytes = entry.offsets[1] - entry.offsets[0]
        guard entry.type == TensorType.uint8.rawValue, bytes % 8 == 0 else {
            throw Damage("tensor '\(name)' has no words")
        }
        return try Self.array(of: UInt64.self, in: file, at: start + entry.offsets[0], count: bytes / 8)
    }

    /// Some elements of a tensor of any type as 32-bit numbers, which may not be finite.
    /// - Parameter range: Elements in row-major order, within the tensor.
    func numbers(_ name: String, _ range: Range<Int>) throws -> [Float] {
        let (type, offset) = try elements(name, range)
        do throws(StoredBytes.Failure) { return try type.floats(in: file, at: offset, count: range.count) } catch {
            throw Damage("\(error)")
        }
    }

    /// Some elements of a tensor of whole numbers.
    func wholeNumbers(_ name: String, _ range: Range<Int>) throws -> [Int] {
        let (type, offset) = try elements(name, range)
        do throws(StoredBytes.Failure) {
            if let numbers = try type.integers(in: file, at: offset, count: range.count) { return numbers }
        } catch { throw Damage("\(error)") }
        throw Damage("tensor '\(name)' has elements of type \(type.rawValue), where whole numbers belong")
    }

    private func elements(_ name: String, _ range: Range<Int>) throws -> (type: TensorType, offset: Int) {
        let entry = try entry(name)
        guard let type = TensorType(rawValue: entry.type), range.lowerBound >= 0,
            range.upperBound <= (entry.offsets[1] - entry.offsets[0]) / type.size
        else { throw Damage("tensor '\(name)' has not the elements \(range)") }
        return (type, start + entry.offsets[0] + range.lowerBound * type.size)
    }

    private static func array<Element: BitwiseCopyable>(
        of type: Element.Type, in file: StoredBytes, at offset: Int, count: Int
    ) throws -> [Element] {
        do throws(StoredBytes.Failure) { return try file.array(of: type, at: offset, count: count) } catch {
            throw Damage("\(error)")
        }
    }

    private func entry(_ name: String) throws -> SafetensorsHeader.Entry {
        guard let entry = entries[name] else { throw Damage("tensor '\(name)' is missing") }
        return entry
    }

    private func read<Element: BitwiseCopyable>(_ name: String, _ type: TensorType, count: Int?) throws -> [Element] {
        let (offset, count) = try place(of: name, type, count: count)
        return try Self.array(of: Element.self, in: file, at: offset, count: count)
    }

    /// Where a tensor begins in the file, and its number of elements.
    private func place(of name: String, _ type: TensorType, count: Int?) throws -> (offset: Int, count: Int) {
        let entry = try entry(name)
        let found = (entry.offsets[1] - entry.offsets[0]) / type.size
        guard entry.type == type.rawValue else {
            throw Damage("tensor '\(name)' has elements of type \(entry.type), not \(type.rawValue)")
        }
        guard count == nil || count == found else {
            throw Damage("tensor '\(name)' has \(found) elements where \(count ?? 0) belong")
        }
        return (start + entry.offsets[0], found)
    }
}
