internal import SparseStore

/// Bytes of one array of NumPy, one after the other.
protocol NumPyContent {
    /// All that there are; nil where only reading tells.
    var count: Int? { get }
    /// No array has more.
    var most: Int { get }
    /// Fills the first `count` bytes of `buffer` with those that come next.
    func read(_ count: Int, into buffer: AlignedBuffer<UInt8>) throws(DataError)
    /// Whether all has been read.
    func isAtEnd() throws(DataError) -> Bool
}

/// An array of NumPy as numbers: the usual types in either order of bytes, row by row or column by column.
struct NumPyArray {
    let shape: [Int]
    /// In the order of rows, the last index fastest.
    let values: AlignedBuffer<Float>
    /// The same as whole numbers, where the type is one of those; then `values` may have lost the last digits.
    let integers: [Int]?
    /// Where the values are.
    let memory: RowMemory

    /// Bytes read at a time.
    private static let piece = 1 << 16

    /// - Parameters:
    ///   - name: For messages.
    ///   - limit: What the numbers may take.
    ///   - keepsIntegers: True for classes.
    init(
        _ content: some NumPyContent, name: String, limit: RowLimit, keepsIntegers: Bool = false
    ) throws(DataError) {
        let buffer = AlignedBuffer<UInt8>(count: Self.piece)
        func malformed(_ reason: String) -> DataError {
            DataError(.malformed, in: name, reason, expected: "an array of numbers as numpy.save writes it")
        }
        guard content.most >= 12 else { throw malformed("it does not begin as an array of NumPy") }
        try content.read(12, into: buffer)
        let first = (0..<12).map { buffer[$0] }
        let header: NumPyText
        let start: Int
        do throws(NumPyText.Fault) {
            let extent = try NumPyText.extent(first)
            start = extent.prefix + extent.text
            guard start >= 12, start <= content.most, start - 12 <= Self.piece else {
                throw NumPyText.Fault(reason: "its header is cut short")
            }
            do throws(DataError) { try content.read(start - 12, into: buffer) } catch {
                throw NumPyText.Fault(reason: error.problem)
            }
            let text = Array(first[extent.prefix...]) + (0..<(start - 12)).map { buffer[$0] }
            header = try NumPyText(String(decoding: text, as: UTF8.self))
        } catch { throw malformed(error.reason) }
        guard let type = NumPyType(header.type) else {
            throw malformed(
                "its elements are of the type \(header.type); read are integers, floats of 2, 4 or 8 bytes, and truth values"
            )
        }
        var count = 1
        for extent in header.shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow, extent > 0 else { throw malformed("its shape is \(header.shape)") }
            count = product
        }
        let (size, overflow) = count.multipliedReportingOverflow(by: type.size)
        let found = (content.count ?? content.most) - start
        guard !overflow, content.count == nil ? size <= found : size == found else {
            throw DataError(
                found < size || overflow ? .truncated : .malformed, in: name,
                "\(content.count == nil ? "at most " : "")\(found) bytes for the shape \(header.shape) of \(header.type)",
                expected: overflow ? "fewer numbers" : "\(size) bytes")
        }
        let memory = RowMemory(limit)
        let values = try memory.buffer(count, in: name)
        var integers: [Int]? = keepsIntegers && type.isInteger ? Array(repeating: 0, count: count) : nil
        let order = ColumnOrder(header.shape, isFortran: header.isFortran)
        var next = 0
        while next < count {
            let elements = min(count - next, Self.piece / type.size)
            try content.read(elements * type.size, into: buffer)
            for element in 0..<elements {
                let bits = type.bits(buffer, at: element * type.size)
                let place = order.place(of: next + element)
                values[place] = type.number(bits)
                integers?[place] = type.integer(bits)
            }
            next += elements
        }
        guard try content.isAtEnd() else { throw malformed("more bytes follow those of the shape \(header.shape)") }
        (shape, self.values, self.integers, self.memory) = (header.shape, values, integers, memory)
    }
}

/// Where the elements of an array that is stored column by column belong.
private struct ColumnOrder {
    private let shape: [Int]
    private let isFortran: Bool

    init(_ shape: [Int], isFortran: Bool) { (self.shape, self.isFortran) = (shape, isFortran && shape.count > 1) }

    func place(of element: Int) -> Int {
        guard isFortran else { return element }
        var (rest, place) = (element, 0)
        var step = shape.reduce(1, *)
        for extent in shape {
            step /= extent
            place += rest % extent * step
            rest /= extent
        }
        return place
    }
}

/// A type of NumPy's elements.
private struct NumPyType {
    let size: Int
    private let kind: Character
    private let isBigEndian: Bool

    var isInteger: Bool { kind != "f" }

    /// Such as "<f4", "|u1", ">i8".
    init?(_ name: String) {
        let letters = Array(name)
        guard letters.count == 3, "<>|=".contains(letters[0]), let size = letters[2].wholeNumberValue else {
            return nil
        }
        let sizes: [Character: [Int]] = ["f": [2, 4, 8], "i": [1, 2, 4, 8], "u": [1, 2, 4, 8], "b": [1]]
        guard sizes[letters[1]]?.contains(size) == true, letters[0] != "|" || size == 1 else { return nil }
        (self.size, kind, isBigEndian) = (size, letters[1], letters[0] == ">")
    }

    func bits(_ bytes: AlignedBuffer<UInt8>, at place: Int) -> UInt64 {
        var bits: UInt64 = 0
        for byte in 0..<size {
            bits |= UInt64(bytes[place + byte]) << UInt64(8 * (isBigEndian ? size - 1 - byte : byte))
        }
        return bits
    }

    func integer(_ bits: UInt64) -> Int {
        guard kind == "i" else { return Int(clamping: bits) }
        let unused = UInt64(64 - 8 * size)
        return Int(Int64(bitPattern: bits << unused) >> Int64(unused))
    }

    func number(_ bits: UInt64) -> Float {
        guard kind == "f" else { return kind == "i" ? Float(integer(bits)) : Float(bits) }
        switch size {
        case 2: return half(UInt32(bits))
        case 4: return Float(bitPattern: UInt32(bits))
        default: return Float(Double(bitPattern: bits))
        }
    }

    /// A number of 16 bits: 1 for the sign, 5 for the exponent, 10 for the fraction.
    private func half(_ bits: UInt32) -> Float {
        let (exponent, fraction) = (bits >> 10 & 31, bits & 1023)
        let magnitude: Float =
            switch exponent {
            case 0: Float(fraction) * 0x1p-24
            case 31: fraction == 0 ? .infinity : .nan
            default: Float(bitPattern: (exponent + 112) << 23 | fraction << 13)
            }
        return bits >> 15 == 1 ? -magnitude : magnitude
    }
}

/// A .npy file, plain or gzipped.
struct NumPyFileContent: NumPyContent {
    private let reader: any ContentReader
    let count: Int?
    let most: Int
    private let path: String

    init(_ file: DataFile) throws(DataError) {
        (reader, count) = (try file.reader(), file.isCompressed ? nil : file.storedCount)
        (most, path) = (file.largestContent, file.path)
    }

    func read(_ count: Int, into buffer: AlignedBuffer<UInt8>) throws(DataError) {
        if count == 0 { return }
        let piece = AlignedBuffer<UInt8>(count: count)
        guard try reader.read(into: piece, at: 0) == count else {
            throw DataError(.truncated, in: path, "the data ends early", expected: "a complete array")
        }
        for index in 0..<count { buffer[index] = piece[index] }
    }

    func isAtEnd() throws(DataError) -> Bool { try reader.read(into: AlignedBuffer(count: 1), at: 0) == 0 }
}

/// A member of a .npz file.
struct NumPyMemberContent: NumPyContent {
    private let member: ZipMember

    init(_ member: ZipMember) { self.member = member }

    var count: Int? { member.count }
    var most: Int { member.count }

    func read(_ count: Int, into buffer: AlignedBuffer<UInt8>) throws(DataError) {
        if count > 0 { try member.read(count, into: buffer) }
    }

    func isAtEnd() -> Bool { member.produced == member.count }
}
