internal import SparseStore

/// Cuts content into lines, holding one piece of it at a time.
final class LineReader {
    /// A longer line is no line of a table: it bounds the memory that a hostile file can take.
    static let longestLine = 1 << 28

    /// Number of the current line, from 1.
    private(set) var number = 0
    private let path: String
    private let reader: any ContentReader
    private var buffer: AlignedBuffer<UInt8>
    /// Bytes of the buffer not yet handed out.
    private var pending = 0..<0
    private var ended = false

    init(_ file: DataFile, piece: Int = 1 << 20) throws(DataError) {
        path = file.path
        reader = try file.reader()
        buffer = AlignedBuffer(count: min(piece, max(file.largestContent, 1)))
    }

    /// The next line, without its end ("\n" or "\r\n"), valid until the next call; nil at the end of the content.
    func next() throws(DataError) -> Slice<UnsafeMutableBufferPointer<UInt8>>? {
        var searched = pending.lowerBound
        while true {
            let bytes = buffer.elements
            if let end = bytes[searched..<pending.upperBound].firstIndex(of: UInt8(ascii: "\n")) {
                let line = pending.lowerBound..<end
                pending = (end + 1)..<pending.upperBound
                return handOut(line)
            }
            if ended {
                guard !pending.isEmpty else { return nil }
                let line = pending
                pending = line.upperBound..<line.upperBound
                return handOut(line)
            }
            let held = pending.count
            try fill()
            searched = held
        }
    }

    private func handOut(_ line: Range<Int>) -> Slice<UnsafeMutableBufferPointer<UInt8>> {
        number += 1
        let bytes = buffer.elements[line]
        return bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
    }

    /// Moves what is pending to the front, of a larger buffer where it fills this one, and reads on.
    private func fill() throws(DataError) {
        let held = pending.count
        var target = buffer
        if held == buffer.count {
            guard held < LineReader.longestLine else {
                throw DataError(
                    .tooLarge, in: path, at: .line(number + 1), "a line of more than \(held) bytes",
                    expected: "lines of text, one sample each")
            }
            target = AlignedBuffer(count: 2 * held)
        }
        let source = buffer.elements
        var next = 0
        for i in pending {
            target.elements[next] = source[i]
            next += 1
        }
        buffer = target
        let read = try reader.read(into: buffer, at: held)
        ended = read < buffer.count - held
        pending = 0..<(held + read)
    }
}
