internal import SparseStore

/// Text of a byte a letter, turned into UTF-8: ISO-8859-1, with the letters of Windows-1252 where that has controls.
final class Latin1Reader: ContentReader {
    private let content: any ContentReader
    /// A piece of the content, and the part of it that is not handed out yet.
    private let piece = AlignedBuffer<UInt8>(count: 1 << 16)
    private var pending = 0..<0
    private var ended = false
    /// Bytes of a letter that the last buffer had no room for.
    private var rest: [UInt8] = []

    /// Letters of the bytes from 0x80 to 0x9F; five stand for themselves.
    private static let windows: [UInt32] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
        0x017D, 0x8F,
        0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,
        0x017E, 0x0178,
    ]

    /// The bytes of each letter from 0x80 on.
    private static let letters: [[UInt8]] = (0x80..<0x100).map { byte in
        let code = byte < 0xA0 ? windows[byte - 0x80] : UInt32(byte)
        return Unicode.Scalar(code).map { Array(String($0).utf8) } ?? []
    }

    init(_ content: any ContentReader) { self.content = content }

    func read(into buffer: AlignedBuffer<UInt8>, at start: Int) throws(DataError) -> Int {
        var end = start
        while end < buffer.count {
            if let byte = rest.first {
                buffer[end] = byte
                rest.removeFirst()
            } else {
                if pending.isEmpty {
                    if ended { break }
                    let count = try content.read(into: piece, at: 0)
                    (pending, ended) = (0..<count, count < piece.count)
                    continue
                }
                let byte = piece[pending.lowerBound]
                pending = (pending.lowerBound + 1)..<pending.upperBound
                guard byte >= 0x80 else {
                    buffer[end] = byte
                    end += 1
                    continue
                }
                rest = Latin1Reader.letters[Int(byte) - 0x80]
                continue
            }
            end += 1
        }
        return end - start
    }
}
