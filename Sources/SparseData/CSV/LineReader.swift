internal import SparseStore

/// Cuts content into lines, holding one piece of it at a time. A line break inside quotes is part of its line.
final class LineReader {
    typealias Line = Slice<UnsafeMutableBufferPointer<UInt8>>

    /// A longer line is no line of a table: it bounds the memory that a hostile file can take.
    static let longestLine = 1 << 28
    /// So many bytes after a quote was opened it must be closed, or its line must end.
    static let longestQuote = 1 << 20

    /// What separates fields, once that is known: a quote opens only where a field begins.
    var separator: UInt8? {
        didSet { quotes.separator = separator }
    }
    /// Number of the current line, from 1; of one with line breaks inside quotes, that of its beginning.
    private(set) var number = 0
    private let path: String
    private let reader: any ContentReader
    private var buffer: AlignedBuffer<UInt8>
    /// Bytes of the buffer not yet handed out.
    private var pending = 0..<0
    private var ended = false
    private var linesRead = 0
    /// "\n", or "\r" in a file that has no other.
    private var newline = UInt8(ascii: "\n")
    private var quotes = QuoteScanner()

    init(_ file: DataFile, encoding: TextEncoding? = nil, piece: Int = 1 << 20) throws(DataError) {
        path = file.path
        let content = try file.reader()
        reader = encoding == .latin1 ? Latin1Reader(content) : content
        buffer = AlignedBuffer(count: min(piece, max(file.largestContent, 2)))
    }

    /// - Parameter path: A file, a pipe or a device, or `-` for standard input.
    convenience init(stream path: String, encoding: TextEncoding? = nil) throws(DataError) {
        if FeatureTable.isStream(path) {
            try self.init(StreamReader(path), encoding)
        } else {
            try self.init(DataFile(path: path), encoding: encoding)
        }
    }

    /// Small pieces, so that the first lines of a stream are not waited for too long.
    private init(_ stream: StreamReader, _ encoding: TextEncoding?) {
        path = stream.name
        reader = encoding == .latin1 ? Latin1Reader(stream) : stream
        buffer = AlignedBuffer(count: 1 << 16)
    }

    /// The next line that is not blank, without the mark that some programs put at the beginning of a text in UTF-8.
    func nextSample() throws(DataError) -> Line? {
        while var line = try next() {
            if number == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
            if !line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) { return line }
        }
        return nil
    }

    /// The next line, without its end ("\n", "\r\n", or "\r" everywhere), valid until the next call; nil at the end of the
    /// content.
    func next() throws(DataError) -> Line? {
        number = linesRead + 1
        quotes.reset()
        // Offsets from the first pending byte: what was searched for the end of the line, and looked at for quotes.
        var (searched, scanned) = (0, 0)
        while true {
            let start = pending.lowerBound
            if let end = buffer.firstIndex(of: newline, in: (start + searched)..<pending.upperBound) {
                linesRead += 1
                quotes.scan(buffer, (start + scanned)..<end)
                (searched, scanned) = (end + 1 - start, end + 1 - start)
                if quotes.isOpen {
                    guard scanned - quotes.opened <= LineReader.longestQuote else { throw openQuote() }
                    continue
                }
                pending = (end + 1)..<pending.upperBound
                return line(start..<end)
            }
            if ended {
                guard !pending.isEmpty else { return nil }
                linesRead += 1
                pending = pending.upperBound..<pending.upperBound
                return line(start..<pending.upperBound)
            }
            searched = pending.count
            try fill()
        }
    }

    private func line(_ range: Range<Int>) -> Line {
        let bytes = buffer.elements[range]
        return bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes
    }

    private func openQuote() -> DataError {
        DataError(
            .malformed, in: path, at: .line(number), "a quote that is not closed",
            expected: "a second quote, within \(LineReader.longestQuote) bytes where there are line breaks between them"
        )
    }

    /// Moves what is pending to the front, of a larger buffer where it fills this one, and reads on.
    private func fill() throws(DataError) {
        let held = pending.count
        var target = buffer
        if held == buffer.count {
            guard held < LineReader.longestLine else {
                throw DataError(
                    .tooLarge, in: path, at: .line(number), "a line of more than \(held) bytes",
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
        let isFirst = linesRead == 0 && held == 0
        let read = try reader.read(into: buffer, at: held)
        ended = read < buffer.count - held
        pending = 0..<(held + read)
        if isFirst { newline = newline(of: pending) }
    }

    /// Files of old Macs end their lines with "\r" alone.
    private func newline(of piece: Range<Int>) -> UInt8 {
        let (feed, carriageReturn) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))
        guard buffer.firstIndex(of: feed, in: piece) == nil,
            let found = buffer.firstIndex(of: carriageReturn, in: piece), found + 1 < piece.upperBound || ended
        else { return feed }
        return carriageReturn
    }
}
