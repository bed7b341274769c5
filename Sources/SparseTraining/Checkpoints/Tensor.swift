internal import Foundation

/// The kinds of number that are read, by their names in safetensors. All are little endian, as every platform of Swift's is.
/// Checkpoints hold float32, int32 and uint8; the others are those of files that other programs wrote.
enum TensorType: String, Codable, CaseIterable {
    case float32 = "F32"
    case int32 = "I32"
    case uint8 = "U8"
    case float64 = "F64"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case int64 = "I64"
    case int8 = "I8"
    case bool = "BOOL"

    /// Bytes of an element.
    var size: Int {
        switch self {
        case .float64, .int64: 8
        case .float32, .int32: 4
        case .float16, .bfloat16: 2
        case .uint8, .int8, .bool: 1
        }
    }
}

/// A tensor about to be written.
struct Tensor {
    let name: String
    let type: TensorType
    let shape: [Int]
    /// Makes the bytes when they are needed, so that only one tensor is in memory twice.
    let content: () -> Data

    init(_ name: String, shape: [Int]? = nil, _ values: @escaping () -> [Float], count: Int) {
        self.init(name: name, type: .float32, shape: shape ?? [count]) { values().withUnsafeBytes { Data($0) } }
    }

    init(_ name: String, _ values: [Int32]) {
        self.init(name: name, type: .int32, shape: [values.count]) { values.withUnsafeBytes { Data($0) } }
    }

    init(_ name: String, words: [UInt64]) {
        self.init(name: name, type: .uint8, shape: [8 * words.count]) { words.withUnsafeBytes { Data($0) } }
    }

    private init(name: String, type: TensorType, shape: [Int], content: @escaping () -> Data) {
        self.name = name
        self.type = type
        self.shape = shape
        self.content = content
    }

    var byteCount: Int { shape.reduce(type.size, *) }
}
