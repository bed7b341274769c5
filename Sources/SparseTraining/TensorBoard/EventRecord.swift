internal import Foundation

/// One event of a TensorBoard file: what is written at one step.
///
/// The file is one of TFRecords, each an `Event` of protocol buffers:
/// https://github.com/tensorflow/tensorboard/blob/master/tensorboard/compat/proto/event.proto
struct EventRecord {
    /// Weight updates done.
    var step: Int
    /// Seconds since 1970.
    var time: Double
    private var summary = ProtobufMessage()
    private(set) var isEmpty = true

    init(step: Int, time: Double) { (self.step, self.time) = (step, time) }

    /// Adds a number under a tag; none where there is none.
    mutating func add(_ tag: String, _ value: Double?) {
        guard let value else { return }
        var entry = ProtobufMessage()
        entry.add(1, tag)
        entry.add(2, Float(value))
        summary.add(1, entry)
        isEmpty = false
    }

    /// Adds a histogram under a tag.
    mutating func add(_ tag: String, _ histogram: EventHistogram) {
        var entry = ProtobufMessage()
        entry.add(1, tag)
        entry.add(5, histogram.message)
        summary.add(1, entry)
        isEmpty = false
    }

    /// The event as it stands in the file.
    var framed: Data {
        var event = ProtobufMessage()
        event.add(1, time)
        event.add(2, step)
        event.add(5, summary)
        return Self.frame(event)
    }

    /// The first event of a file.
    static func version(time: Double) -> Data {
        var event = ProtobufMessage()
        event.add(1, time)
        event.add(3, "brain.Event:2")
        return frame(event)
    }

    /// A TFRecord: the length, its checksum, the bytes, their checksum.
    private static func frame(_ event: ProtobufMessage) -> Data {
        let bytes = event.bytes
        let length = withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { Array($0) }
        return Data(length + checksum(length) + bytes + checksum(bytes))
    }

    /// CRC-32C, turned and moved, so that the checksum of bytes that hold checksums is one.
    private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        let crc = CRC32C.of(bytes)
        return withUnsafeBytes(of: (((crc >> 15) | (crc << 17)) &+ 0xA282_EAD8).littleEndian) { Array($0) }
    }
}

/// The checksum of Castagnoli's polynomial (RFC 3720, appendix B.4).
enum CRC32C {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0x82F6_3B78 : rest >> 1 }
    }

    static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~0 as UInt32) { crc, byte in table[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] ^ crc >> 8 }
    }
}
