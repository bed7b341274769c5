internal import Foundation

/// Files of weights, written as the formats' descriptions have them, without anything of the program that reads them.
public enum PlainWeightFile {
    /// An array about to be written.
    public struct Array {
        public var name: String
        /// By its name in safetensors.
        public var type: String
        public var shape: [Int]
        public var bytes: [UInt8]

        public init(_ name: String, _ type: String, _ shape: [Int], _ bytes: [UInt8]) {
            (self.name, self.type, self.shape, self.bytes) = (name, type, shape, bytes)
        }

        /// Numbers as elements of a type, to which they are exact.
        public init(_ name: String, _ type: String, _ shape: [Int], numbers: [Double]) {
            self.init(name, type, shape, numbers.flatMap { PlainWeightFile.bytes($0, as: type) })
        }

        /// The same of 32-bit numbers.
        public init(_ name: String, _ shape: [Int], numbers: [Double]) {
            self.init(name, "F32", shape, numbers: numbers)
        }
    }

    /// A number as an element, least significant byte first.
    static func bytes(_ number: Double, as type: String) -> [UInt8] {
        func little(_ bits: UInt64, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: bits >> UInt64(8 * $0)) }
        }
        return switch type {
        case "F64": little(number.bitPattern, 8)
        case "F32": little(UInt64(Float(number).bitPattern), 4)
        case "BF16": little(UInt64(Float(number).bitPattern >> 16), 2)
        case "F16": little(UInt64(half(number)), 2)
        case "I64": little(UInt64(bitPattern: Int64(number)), 8)
        case "I32": little(UInt64(UInt32(bitPattern: Int32(number))), 4)
        default: [UInt8(number)]
        }
    }

    /// binary16 of a number that is exact in it: 0, or normal.
    private static func half(_ number: Double) -> UInt16 {
        if number == 0 { return 0 }
        let fraction = UInt16((number.magnitude.significand - 1) * 1024)
        return (number < 0 ? 0x8000 : 0) | UInt16(number.exponent + 15) << 10 | fraction
    }

    /// A file of safetensors.
    public static func safetensors(_ arrays: [Array], texts: [String: String] = [:]) -> [UInt8] {
        var (entries, end) = ([String](), 0)
        for array in arrays {
            entries.append(
                "\"\(array.name)\":{\"dtype\":\"\(array.type)\",\"shape\":\(array.shape),"
                    + "\"data_offsets\":[\(end),\(end + array.bytes.count)]}")
            end += array.bytes.count
        }
        if !texts.isEmpty {
            let words = texts.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }
            entries.append("\"__metadata__\":{\(words.joined(separator: ","))}")
        }
        let header = Swift.Array("{\(entries.joined(separator: ","))}".utf8)
        return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header + arrays.flatMap(\.bytes)
    }

    /// A file of one array, as NumPy writes it.
    public static func npy(_ array: Array) -> [UInt8] {
        let types = [
            "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "U8": "|u1", "BOOL": "|b1",
        ]
        let shape =
            array.shape.count == 1
            ? "(\(array.shape[0]),)" : "(\(array.shape.map(String.init).joined(separator: ", ")))"
        let text = "{'descr': '\(types[array.type] ?? array.type)', 'fortran_order': False, 'shape': \(shape), }"
        let padding = (64 - (10 + text.utf8.count + 1) % 64) % 64
        let header = Swift.Array(text.utf8) + Swift.Array(repeating: 32, count: padding) + [10]
        return [0x93] + Swift.Array("NUMPY".utf8) + [1, 0, UInt8(header.count & 255), UInt8(header.count >> 8)] + header
            + array.bytes
    }

    /// A zip file of arrays, as NumPy writes it: `NAME.npy`.
    public static func npz(_ arrays: [Array], deflates: Bool = false) -> [UInt8] {
        zip(arrays.map { ($0.name + ".npy", npy($0)) }, deflates: deflates)
    }

    /// A zip file (PKWARE, APPNOTE): a header and the data of each member, then the directory.
    public static func zip(_ members: [(name: String, bytes: [UInt8])], deflates: Bool = false) -> [UInt8] {
        func little(_ number: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        var (file, directory) = ([UInt8](), [UInt8]())
        for (name, bytes) in members {
            // Gzip is a header of ten bytes, what deflate makes, the check sum and the length.
            let packed = gzip(bytes)
            let data = deflates ? Swift.Array(packed[10..<packed.count - 8]) : bytes
            let sum = Swift.Array(packed[(packed.count - 8)..<(packed.count - 4)])
            let common =
                little(20, 2) + little(0, 2) + little(deflates ? 8 : 0, 2) + little(0, 4) + sum + little(data.count, 4)
                + little(bytes.count, 4) + little(name.utf8.count, 2) + little(0, 2)
            directory +=
                [0x50, 0x4B, 1, 2] + little(20, 2) + common + little(0, 2) + little(0, 2) + little(0, 2) + little(0, 4)
                + little(file.count, 4) + Swift.Array(name.utf8)
            file += [0x50, 0x4B, 3, 4] + common + Swift.Array(name.utf8) + data
        }
        let end =
            [0x50, 0x4B, 5, 6] + little(0, 4) + little(members.count, 2) + little(members.count, 2)
            + little(directory.count, 4) + little(file.count, 4) + little(0, 2)
        return file + directory + end
    }
}
