internal import SparseStore

/// Elements of files as the numbers that the program computes with.
extension TensorType {
    /// - Parameter offset: Byte of the first of them; they lie within `bytes`.
    func floats(in bytes: StoredBytes, at offset: Int, count: Int) throws(StoredBytes.Failure) -> [Float] {
        switch self {
        case .float32: try bytes.array(of: Float.self, at: offset, count: count)
        case .float64: try bytes.array(of: Double.self, at: offset, count: count).map { Float($0) }
        case .float16: try bytes.array(of: UInt16.self, at: offset, count: count).map(Self.half)
        case .bfloat16:
            try bytes.array(of: UInt16.self, at: offset, count: count).map { Float(bitPattern: UInt32($0) << 16) }
        case .int64: try bytes.array(of: Int64.self, at: offset, count: count).map { Float($0) }
        case .int32: try bytes.array(of: Int32.self, at: offset, count: count).map { Float($0) }
        case .int8: try bytes.array(of: Int8.self, at: offset, count: count).map { Float($0) }
        case .uint8, .bool: try bytes.array(of: UInt8.self, at: offset, count: count).map { Float($0) }
        }
    }

    /// Nil for numbers that are not whole by their type.
    func integers(in bytes: StoredBytes, at offset: Int, count: Int) throws(StoredBytes.Failure) -> [Int]? {
        switch self {
        case .int64: try bytes.array(of: Int64.self, at: offset, count: count).map { Int($0) }
        case .int32: try bytes.array(of: Int32.self, at: offset, count: count).map { Int($0) }
        case .int8: try bytes.array(of: Int8.self, at: offset, count: count).map { Int($0) }
        case .uint8, .bool: try bytes.array(of: UInt8.self, at: offset, count: count).map { Int($0) }
        case .float64, .float32, .float16, .bfloat16: nil
        }
    }

    /// A number of IEEE 754's binary16. (The type `Float16` is not on every platform.)
    static func half(_ bits: UInt16) -> Float {
        let (sign, exponent, fraction) = (UInt32(bits >> 15) << 31, UInt32(bits >> 10) & 31, UInt32(bits & 1023))
        switch exponent {
        case 0: return Float(bitPattern: sign | (Float(fraction) * 0x1p-24).bitPattern)
        case 31: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
