#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Bytes that can be read once, from their beginning to their end: standard input, a pipe, a device.
package final class ByteStream {
    private let descriptor: Int32
    private let isOwn: Bool

    /// Standard input.
    package init() { (descriptor, isOwn) = (0, false) }

    /// Opens what is at `path`; a pipe that nobody writes to yet is waited for.
    package init(path: String) throws(StoredBytes.Failure) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        isOwn = true
        guard descriptor >= 0 else { throw .system(String(cString: strerror(errno))) }
    }

    deinit { if isOwn && descriptor >= 0 { close(descriptor) } }

    /// Fills `buffer` from index `start` to its end.
    /// - Returns: Bytes read; fewer than there is room for only at the end.
    package func read(into buffer: AlignedBuffer<UInt8>, from start: Int) throws(StoredBytes.Failure) -> Int {
        precondition(start >= 0 && start <= buffer.count)
        var done = start
        while done < buffer.count {
            #if canImport(Glibc)
            let count = Glibc.read(descriptor, buffer.pointer + done, buffer.count - done)
            #else
            let count = Darwin.read(descriptor, buffer.pointer + done, buffer.count - done)
            #endif
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .system(String(cString: strerror(errno))) }
            if count == 0 { break }
            done += count
        }
        return done - start
    }
}
