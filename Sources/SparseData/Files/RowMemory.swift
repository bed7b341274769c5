internal import SparseStore

/// How much memory the numbers of a file may take, and where those go that are more.
struct RowLimit: Sendable {
    /// Bytes in memory.
    var bytes: Int
    /// The folder of a file that takes what is more; nil: more is an error.
    var folder: String?
}

extension DataOptions {
    /// What numbers that are read may take.
    var rowLimit: RowLimit { RowLimit(bytes: memoryLimit, folder: cacheFolder) }
}

/// Memory for the numbers of a file while they are read: the process's own up to a limit, and past it that of a file.
final class RowMemory {
    private let limit: RowLimit
    private var byteCount = 0
    private var scratch: ScratchFile?

    init(_ limit: RowLimit) { self.limit = limit }

    /// True when more was asked for than memory may hold.
    var isPastLimit: Bool { byteCount > limit.bytes }

    /// For messages.
    var limitText: String { "\(limit.bytes) bytes (--memory)" }

    /// Room for so many numbers, all zero.
    /// - Parameters:
    ///   - path: The file that is read, for messages.
    ///   - place: Where in it the numbers are.
    /// - Throws: `DataError` when there is no room.
    func buffer(_ count: Int, in path: String, at place: DataError.Place? = nil) throws(DataError) -> AlignedBuffer<
        Float
    > {
        let (bytes, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
        let (total, isTooMany) = byteCount.addingReportingOverflow(bytes)
        guard !overflow, !isTooMany, total <= limit.bytes || limit.folder != nil else {
            throw DataError(
                .tooLarge, in: path, at: place, "more than \(limit.bytes) bytes of numbers",
                expected:
                    "a table that fits the memory limit: --cache DIR keeps it in a file, --memory BYTES allows more")
        }
        byteCount = total
        guard total > limit.bytes, let folder = limit.folder else { return AlignedBuffer(count: count) }
        do throws(StoredBytes.Failure) {
            if scratch == nil { scratch = try ScratchFile(in: CacheFolder.made(folder)) }
            if let scratch { return try scratch.buffer(of: Float.self, count: count) }
            return AlignedBuffer(count: count)
        } catch {
            throw DataError(
                .tooLarge, in: path, at: place, "\(total) bytes of numbers, which \(folder) cannot take (\(error))",
                expected: "a folder with room for them (--cache)")
        }
    }
}
