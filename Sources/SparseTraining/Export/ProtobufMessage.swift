/// A message of protocol buffers while it is put together: its fields in order, long ones as what writes them. No schema: the
/// caller knows the numbers of the fields.
/// https://protobuf.dev/programming-guides/encoding/
struct ProtobufMessage {
    private enum Piece {
        case bytes([UInt8])
        case written(by: (ByteSink) throws -> Void)
    }

    private var pieces: [Piece] = []
    /// Bytes of the message.
    private(set) var byteCount = 0

    /// A whole number.
    mutating func add(_ field: Int, _ value: Int) {
        append(key(field, wire: 0) + varint(UInt64(bitPattern: Int64(value))))
    }

    /// A number of 32 bits.
    mutating func add(_ field: Int, _ value: Float) {
        append(key(field, wire: 5) + withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) })
    }

    /// A number of 64 bits.
    mutating func add(_ field: Int, _ value: Double) {
        append(key(field, wire: 1) + withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) })
    }

    /// Numbers of 64 bits, one after the other.
    mutating func add(_ field: Int, packed values: [Double]) {
        append(key(field, wire: 2) + varint(UInt64(8 * values.count)))
        for value in values { append(withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }) }
    }

    mutating func add(_ field: Int, _ text: String) {
        append(key(field, wire: 2) + varint(UInt64(text.utf8.count)) + Array(text.utf8))
    }

    /// A message within this one.
    mutating func add(_ field: Int, _ message: ProtobufMessage) {
        append(key(field, wire: 2) + varint(UInt64(message.byteCount)))
        pieces += message.pieces
        byteCount += message.byteCount
    }

    /// Bytes that are made while they are written.
    mutating func add(_ field: Int, byteCount count: Int, _ write: @escaping (ByteSink) throws -> Void) {
        append(key(field, wire: 2) + varint(UInt64(count)))
        pieces.append(.written(by: write))
        byteCount += count
    }

    /// The message, where nothing of it is made while it is written.
    var bytes: [UInt8] {
        pieces.flatMap { piece in
            guard case .bytes(let bytes) = piece else { preconditionFailure("a piece that is yet to be written") }
            return bytes
        }
    }

    func write(to sink: ByteSink) throws {
        for piece in pieces {
            switch piece {
            case .bytes(let bytes): try sink.write(bytes)
            case .written(let write): try write(sink)
            }
        }
    }

    private mutating func append(_ bytes: [UInt8]) {
        byteCount += bytes.count
        if case .bytes(let last) = pieces.last {
            pieces[pieces.count - 1] = .bytes([])
            pieces[pieces.count - 1] = .bytes(last + bytes)
        } else {
            pieces.append(.bytes(bytes))
        }
    }

    private func key(_ field: Int, wire: UInt64) -> [UInt8] { varint(UInt64(field) << 3 | wire) }

    /// Seven bits a byte, the lowest first.
    private func varint(_ value: UInt64) -> [UInt8] {
        var (bytes, rest): ([UInt8], UInt64) = ([], value)
        while rest >= 128 {
            bytes.append(UInt8(rest & 127) | 128)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
