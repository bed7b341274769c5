#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Writes a file beside its place, and gives it its name when all of it is on the disk. What is not finished is removed.
final class FileWriter {
    /// Ending of a file that is not whole yet.
    static let partial = ".partial"

    private let path: String
    private let descriptor: Int32
    private var isFinished = false

    /// - Parameter path: Where the file is to be; one that is there stays until the new one is whole.
    init(path: String) throws(DataError) {
        self.path = path
        descriptor = open(path + Self.partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Disk.failure(path) }
    }

    deinit {
        close(descriptor)
        if !isFinished { unlink(path + Self.partial) }
    }

    /// Appends bytes.
    /// - Throws: `DataError`, as for a full disk.
    func append(_ bytes: UnsafeRawBufferPointer) throws(DataError) {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            let count = write(descriptor, start, rest.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Disk.failure(path) }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
    }

    /// Brings the file to the disk and gives it its name.
    func finish() throws(DataError) {
        guard fsync(descriptor) == 0 else { throw Disk.failure(path) }
        try Disk.move(path + Self.partial, to: path)
        isFinished = true
    }
}
