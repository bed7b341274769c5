internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The bytes of a regular file, or bytes in memory, to be read at any place. A file is read, not mapped: when another
/// program cuts it short while it is open that is an error, where touching a mapping would end the process.
package final class StoredBytes: Sendable {
    /// Why bytes cannot be read.
    package enum Failure: Error, Equatable, CustomStringConvertible {
        /// The system refused; its own words.
        case system(String)
        /// A folder, pipe or device.
        case notRegularFile
        /// Shorter than it was when it was opened.
        case cutShort

        package var description: String {
            switch self {
            case .system(let reason): reason
            case .notRegularFile: "not a regular file"
            case .cutShort: "the file was cut short while it was being read"
            }
        }
    }

    /// Bytes that this process has read from files so far: how far a long reading is.
    package static var bytesRead: Int { total.load(ordering: .relaxed) }
    private static let total = Atomic(0)

    private enum Storage {
        case file(descriptor: Int32)
        case memory(AlignedBuffer<UInt8>)
    }

    /// Length in bytes; a file's when it was opened.
    package let count: Int
    /// When a file was last written, in nanoseconds since 1970; 0 for bytes in memory.
    package let modified: Int
    private let storage: Storage

    /// Whether there is a folder, or a regular file, at `path`; links are followed.
    package static func isFolder(_ path: String) -> Bool { kind(of: path) == S_IFDIR }
    /// Whether there is a regular file at `path`; links are followed.
    package static func isFile(_ path: String) -> Bool { kind(of: path) == S_IFREG }
    /// Whether there is anything at `path`; links are followed.
    package static func exists(_ path: String) -> Bool { kind(of: path) != nil }

    /// Gives a file another name in the same folder; what had that name is gone.
    package static func rename(_ path: String, to other: String) throws(Failure) {
        #if canImport(Glibc)
        let failed = Glibc.rename(path, other) != 0
        #else
        let failed = Darwin.rename(path, other) != 0
        #endif
        if failed { throw .system(lastError()) }
    }

    /// Removes a file, if it is there.
    package static func remove(_ path: String) { unlink(path) }

    private static func kind(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    /// Opens the file at `path`.
    package init(path: String) throws(Failure) {
        // O_NONBLOCK: opening a pipe that nobody writes to must not wait.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system(Self.lastError()) }
        storage = .file(descriptor: descriptor)
        var status = stat()
        let found = fstat(descriptor, &status)
        count = Int(status.st_size)
        #if canImport(Darwin)
        let time = status.st_mtimespec
        #else
        let time = status.st_mtim
        #endif
        modified = Int(time.tv_sec) &* 1_000_000_000 &+ Int(time.tv_nsec)
        guard found == 0 else { throw .system(Self.lastError()) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegularFile }
    }

    /// Takes bytes in memory as if they were a file's.
    package init(_ bytes: AlignedBuffer<UInt8>) {
        (count, modified) = (bytes.count, 0)
        storage = .memory(bytes)
    }

    deinit {
        if case .file(let descriptor) = storage { close(descriptor) }
    }

    /// Copies `count` bytes that begin at byte `offset` into `buffer`, from index `start` on. Checked.
    package func read(
        _ count: Int, at offset: Int, into buffer: AlignedBuffer<UInt8>, from start: Int = 0
    ) throws(Failure) {
        precondition(start >= 0 && count >= 0 && start <= buffer.count && count <= buffer.count - start)
        try copy(count, at: offset, to: UnsafeMutableRawPointer(buffer.pointer + start))
    }

    /// A copy of `count` elements that begin at byte `offset`, at any alignment, in the machine's byte order (little
    /// endian on every platform of Swift's). Checked.
    package func array<Element: BitwiseCopyable>(
        of type: Element.Type, at offset: Int, count: Int
    ) throws(Failure) -> [Element] {
        precondition(count >= 0 && count <= self.count / MemoryLayout<Element>.stride)
        var failure: Failure?
        let elements = [Element](unsafeUninitializedCapacity: count) { target, filled in
            guard let base = target.baseAddress else { return }
            do throws(Failure) {
                try copy(count * MemoryLayout<Element>.stride, at: offset, to: UnsafeMutableRawPointer(base))
                filled = count
            } catch { failure = error }
        }
        if let failure { throw failure }
        return elements
    }

    /// The same as a buffer: elements that a store is to keep are in memory once.
    package func buffer<Element: BitwiseCopyable>(
        of type: Element.Type, at offset: Int, count: Int
    ) throws(Failure) -> AlignedBuffer<Element> {
        precondition(count >= 0 && count <= self.count / MemoryLayout<Element>.stride)
        let elements = AlignedBuffer<Element>(count: count)
        try copy(count * MemoryLayout<Element>.stride, at: offset, to: UnsafeMutableRawPointer(elements.pointer))
        return elements
    }

    /// `target` must have room for `count` bytes.
    private func copy(_ count: Int, at offset: Int, to target: UnsafeMutableRawPointer) throws(Failure) {
        precondition(offset >= 0 && offset <= self.count && count <= self.count - offset)
        switch storage {
        case .memory(let bytes):
            target.copyMemory(from: bytes.pointer + offset, byteCount: count)
        case .file(let descriptor):
            var done = 0
            while done < count {
                let read = pread(descriptor, target + done, count - done, off_t(offset + done))
                if read < 0 && errno == EINTR { continue }
                guard read >= 0 else { throw .system(Self.lastError()) }
                guard read > 0 else { throw .cutShort }
                done += read
                Self.total.add(read, ordering: .relaxed)
            }
        }
    }

    private static func lastError() -> String { String(cString: strerror(errno)) }
}
