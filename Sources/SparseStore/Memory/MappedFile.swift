#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// A regular file's bytes, mapped into memory read-only: opening costs nothing, pages are read when first touched and
/// may be dropped again by the system. The file must not be cut short while it is mapped.
public final class MappedFile: Sendable {
    /// Why a file cannot be mapped.
    public enum Failure: Error, Equatable {
        /// The system refused; its own words.
        case system(String)
        /// A folder, pipe or device.
        case notRegularFile
    }

    /// Length in bytes.
    public let count: Int
    nonisolated(unsafe) let base: UnsafeRawPointer?

    /// Maps the file at `path`.
    public init(path: String) throws(Failure) {
        // O_NONBLOCK: opening a pipe that nobody writes to must not wait.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Failure.system(MappedFile.lastError()) }
        defer { _ = close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Failure.system(MappedFile.lastError()) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Failure.notRegularFile }
        count = Int(status.st_size)
        guard count > 0 else {
            base = nil
            return
        }
        let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let address, address != MAP_FAILED else { throw Failure.system(MappedFile.lastError()) }
        base = UnsafeRawPointer(address)
    }

    deinit {
        if let base { munmap(UnsafeMutableRawPointer(mutating: base), count) }
    }

    /// The bytes, for the length of the call.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(self) { try body(UnsafeRawBufferPointer(start: base, count: base == nil ? 0 : count)) }
    }

    /// One byte. Checked.
    public subscript(index: Int) -> UInt8 {
        guard let base, index >= 0, index < count else { preconditionFailure("index outside the file") }
        return base.load(fromByteOffset: index, as: UInt8.self)
    }

    /// A copy of `count` elements that begin at byte `offset`, at any alignment, in the machine's byte order (little
    /// endian on every platform of Swift's). Checked.
    public func array<Element: BitwiseCopyable>(of type: Element.Type, at offset: Int, count: Int) -> [Element] {
        let size = MemoryLayout<Element>.stride
        precondition(offset >= 0 && count >= 0 && offset <= self.count && count <= (self.count - offset) / size)
        return [Element](unsafeUninitializedCapacity: count) { target, filled in
            if let base, let start = target.baseAddress {
                UnsafeMutableRawPointer(start).copyMemory(from: base + offset, byteCount: count * size)
            }
            filled = count
        }
    }

    private static func lastError() -> String { String(cString: strerror(errno)) }
}
