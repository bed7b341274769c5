package import SparseStore

/// The members of a zip file, stored or deflated, to be read one piece at a time. The directory at the end of the file says
/// what there is; every place and size that it names is checked against the file before it is used. Archives in parts,
/// encrypted ones, and those of more than 4 GB are refused.
package final class ZipArchive {
    /// The first bytes of a file that has members.
    package static let magic: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
    /// Deflate codes at most 258 bytes in 2 bits.
    private static let largestRatio = 1032
    /// The end record without its comment, and the longest comment.
    private static let endSize = 22
    private static let longestComment = 65_535

    /// One file of the archive.
    struct Entry {
        var name: String
        var isDeflated: Bool
        var checksum: UInt32
        /// Bytes as stored, and of the content.
        var storedCount: Int
        var count: Int
        /// Where its own header begins.
        var offset: Int
    }

    /// For messages.
    let path: String
    let file: StoredBytes
    private let entries: [Entry]
    private let places: [String: Int]

    /// Names of the members, in the order of the directory.
    package var names: [String] { entries.map(\.name) }

    /// - Parameter path: For messages.
    /// - Throws: `DataError` for what is no such archive.
    package init(_ file: StoredBytes, path: String) throws(DataError) {
        self.file = file
        self.path = path
        entries = try Self.directory(of: file, path)
        var places: [String: Int] = [:]
        for (place, entry) in entries.enumerated() {
            guard places.updateValue(place, forKey: entry.name) == nil else {
                throw Self.malformed(path, "two members are named '\(entry.name)'")
            }
        }
        self.places = places
    }

    /// Bytes of a member's content; nil when there is none of this name.
    package func count(of name: String) -> Int? { places[name].map { entries[$0].count } }

    /// Reads a member from its beginning.
    /// - Throws: `DataError` when there is none, or its header is not what the directory says.
    package func member(_ name: String) throws(DataError) -> ZipMember {
        guard let place = places[name] else {
            throw DataError(.notFound, in: path, "no member '\(name)'", expected: "one of \(names.prefix(8))")
        }
        let entry = entries[place]
        let head = try Self.bytes(file, at: entry.offset, count: 30, path)
        guard head.starts(with: Self.magic) else { throw Self.malformed(path, "the header of '\(name)' is not there") }
        let start = entry.offset + 30 + Self.number(head, 26, 2) + Self.number(head, 28, 2)
        guard start <= file.count, entry.storedCount <= file.count - start else {
            throw DataError(
                .truncated, in: path, at: .offset(file.count), "the data of '\(name)' ends here",
                expected: "a complete zip file")
        }
        return try ZipMember(entry, of: self, start: start)
    }

    // MARK: The directory

    private static func directory(of file: StoredBytes, _ path: String) throws(DataError) -> [Entry] {
        let length = min(file.count, endSize + longestComment)
        let tail = try bytes(file, at: file.count - length, count: length, path)
        // The last place at which an end record with a comment up to the end of the file can be.
        let places = stride(from: length - endSize, through: 0, by: -1)
        guard
            let end = places.first(where: {
                tail[$0] == 0x50 && tail[$0 + 1] == 0x4B && tail[$0 + 2] == 5 && tail[$0 + 3] == 6
                    && $0 + endSize + number(tail, $0 + 20, 2) == length
            })
        else { throw malformed(path, "there is no directory at its end") }
        let (count, size, start) = (number(tail, end + 10, 2), number(tail, end + 12, 4), number(tail, end + 16, 4))
        guard number(tail, end + 4, 2) == 0, count == number(tail, end + 8, 2) else {
            throw malformed(path, "it is one part of several")
        }
        guard start != 0xFFFF_FFFF, count != 0xFFFF else {
            throw DataError(
                .tooLarge, in: path, "a zip file of more than 4 GB or 65,534 members",
                expected: "a smaller one, or another format such as safetensors")
        }
        guard start <= file.count - length + end, size <= file.count - length + end - start else {
            throw malformed(path, "its directory is said to lie outside of the file")
        }
        let directory = try bytes(file, at: start, count: size, path)
        var entries: [Entry] = []
        var place = 0
        for _ in 0..<count {
            guard place + 46 <= size, directory[place...].starts(with: [0x50, 0x4B, 1, 2]) else {
                throw malformed(path, "its directory has fewer members than it says")
            }
            let extents = [28, 30, 32].map { number(directory, place + $0, 2) }
            let next = place + 46 + extents.reduce(0, +)
            guard next <= size else { throw malformed(path, "its directory is cut short") }
            entries.append(try entry(directory, place, extents, file.count, path))
            place = next
        }
        return entries
    }

    private static func entry(
        _ directory: [UInt8], _ place: Int, _ extents: [Int], _ fileSize: Int, _ path: String
    ) throws(DataError) -> Entry {
        let nameEnd = place + 46 + extents[0]
        let name = String(decoding: directory[(place + 46)..<nameEnd], as: UTF8.self)
        let method = number(directory, place + 10, 2)
        guard number(directory, place + 8, 2) & 1 == 0, method == 0 || method == 8 else {
            throw malformed(path, "member '\(name)' is encrypted, or compressed by method \(method)")
        }
        // Sizes of 64 bits are in an extra field, in this order, where the one of 32 bits is full.
        var numbers = [
            number(directory, place + 24, 4), number(directory, place + 20, 4), number(directory, place + 42, 4),
        ]
        var wide = wideNumbers(directory, from: nameEnd, count: extents[1])[...]
        for index in numbers.indices where numbers[index] == 0xFFFF_FFFF {
            guard let number = wide.popFirst() else {
                throw malformed(path, "the sizes of member '\(name)' are missing")
            }
            numbers[index] = number
        }
        let (count, storedCount, offset) = (numbers[0], numbers[1], numbers[2])
        guard offset >= 0, storedCount >= 0, count >= 0, offset <= fileSize - 30, storedCount <= fileSize - 30 - offset
        else { throw malformed(path, "member '\(name)' is said to lie outside of the file") }
        guard method == 8 ? count <= storedCount * largestRatio + 64 : count == storedCount else {
            throw malformed(
                path, "the \(storedCount) bytes of member '\(name)' cannot hold the \(count) that are declared")
        }
        return Entry(
            name: name, isDeflated: method == 8, checksum: UInt32(number(directory, place + 16, 4)),
            storedCount: storedCount, count: count, offset: offset)
    }

    /// The numbers of the extra field 1.
    private static func wideNumbers(_ bytes: [UInt8], from start: Int, count: Int) -> [Int] {
        var place = start
        while place + 4 <= start + count {
            let (kind, size) = (number(bytes, place, 2), number(bytes, place + 2, 2))
            guard place + 4 + size <= start + count else { break }
            if kind == 1 { return stride(from: 0, to: size / 8 * 8, by: 8).map { number(bytes, place + 4 + $0, 8) } }
            place += 4 + size
        }
        return []
    }

    /// Little endian; what does not fit comes out negative.
    private static func number(_ bytes: [UInt8], _ place: Int, _ count: Int) -> Int {
        Int(truncatingIfNeeded: (0..<count).reduce(UInt64(0)) { $0 | UInt64(bytes[place + $1]) << (8 * UInt64($1)) })
    }

    private static func bytes(
        _ file: StoredBytes, at offset: Int, count: Int, _ path: String
    ) throws(DataError) -> [UInt8] {
        guard count <= file.count - offset else { throw malformed(path, "it is cut short") }
        do throws(StoredBytes.Failure) { return try file.array(of: UInt8.self, at: offset, count: count) } catch {
            throw DataError(.unreadable, in: path, "cannot be read (\(error))", expected: "a readable file")
        }
    }

    static func malformed(_ path: String, _ reason: String) -> DataError {
        DataError(.malformed, in: path, "no sound zip file: \(reason)", expected: "an undamaged zip file")
    }
}
