#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Part of a file as memory. The system reads its pages when they are touched and takes them back when memory is short, so that they are
/// none of the process's own.
///
/// For files that this program made, and those of a user's that are too large to be copied: one that is cut short by somebody while
/// it is mapped ends the process.
package final class MappedFile {
    fileprivate let start: UnsafeMutableRawPointer
    /// Bytes.
    package let count: Int

    /// Maps all of a regular file, to be read.
    package init(path: String) throws(StoredBytes.Failure) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system(lastError()) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(lastError()) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegularFile }
        count = Int(status.st_size)
        guard count > 0 else { throw .cutShort }
        start = try map(descriptor, at: 0, count: count, PROT_READ)
    }

    /// Makes a file of so many bytes, all zero, to be written to by way of its buffers. What was there is replaced.
    package init(making path: String, count: Int) throws(StoredBytes.Failure) {
        precondition(count > 0, "a file without bytes cannot be mapped")
        let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .system(lastError()) }
        defer { close(descriptor) }
        do throws(StoredBytes.Failure) {
            try reserve(descriptor, from: 0, count: count)
            start = try map(descriptor, at: 0, count: count, PROT_READ | PROT_WRITE)
        } catch {
            unlink(path)
            throw error
        }
        self.count = count
    }

    /// Waits until what was written is on the disk.
    package func synchronize() throws(StoredBytes.Failure) {
        guard msync(start, count, MS_SYNC) == 0 else { throw .system(lastError()) }
    }

    fileprivate init(_ start: UnsafeMutableRawPointer, count: Int) { (self.start, self.count) = (start, count) }

    deinit { munmap(start, count) }

    /// Elements that begin at byte `offset`, a multiple of 64, without a copy; of a file that is only read nobody may write to them.
    /// Checked.
    package func buffer<Element: BitwiseCopyable>(
        of type: Element.Type, at offset: Int, count: Int
    ) -> AlignedBuffer<Element> {
        precondition(offset >= 0 && offset % 64 == 0 && offset <= self.count, "not a place in the file")
        precondition(count >= 0 && count <= (self.count - offset) / MemoryLayout<Element>.stride, "outside the file")
        return AlignedBuffer(
            pointer: (start + offset).bindMemory(to: Element.self, capacity: count), count: count, of: self)
    }

}

/// A file without a name, for more than memory holds: its space is given back when the last of its buffers goes.
package final class ScratchFile {
    private let descriptor: Int32
    private var byteCount = 0

    /// - Parameter folder: Where the file is, in which its bytes must find room.
    package init(in folder: String) throws(StoredBytes.Failure) {
        var name = Array((folder + "/.sparsetrain-XXXXXX").utf8CString)
        let made = name.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkstemp($0) } ?? -1 }
        guard made >= 0 else { throw .system(lastError()) }
        descriptor = made
        name.withUnsafeBufferPointer { bytes in _ = bytes.baseAddress.map { unlink($0) } }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit { close(descriptor) }

    /// The next `count` elements, all of whose bytes are zero. Their space on the disk is taken now: a full disk is an error here, and not
    /// a signal when they are written.
    package func buffer<Element: BitwiseCopyable>(
        of type: Element.Type, count: Int
    ) throws(StoredBytes.Failure) -> AlignedBuffer<Element> {
        let page = Int(getpagesize())
        let (bytes, overflow) = max(count, 1).multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
        precondition(count >= 0 && !overflow && bytes < Int.max / 2, "\(count) elements are more than a file can hold")
        let whole = (bytes + page - 1) / page * page
        try reserve(descriptor, from: byteCount, count: whole)
        let start = try map(descriptor, at: byteCount, count: whole, PROT_READ | PROT_WRITE)
        byteCount += whole
        return AlignedBuffer(
            pointer: start.bindMemory(to: Element.self, capacity: count), count: count,
            of: MappedFile(start, count: whole))
    }

}

/// Takes space on the disk, from the end of the file on.
private func reserve(_ descriptor: Int32, from end: Int, count: Int) throws(StoredBytes.Failure) {
    #if canImport(Darwin)
    var wanted = fstore_t(
        fst_flags: UInt32(F_ALLOCATEALL), fst_posmode: F_PEOFPOSMODE, fst_offset: 0, fst_length: off_t(count),
        fst_bytesalloc: 0)
    guard fcntl(descriptor, F_PREALLOCATE, &wanted) != -1, ftruncate(descriptor, off_t(end + count)) == 0
    else { throw .system(lastError()) }
    #else
    let error = posix_fallocate(descriptor, off_t(end), off_t(count))
    guard error == 0 else { throw .system(String(cString: strerror(error))) }
    #endif
}

private func map(
    _ descriptor: Int32, at offset: Int, count: Int, _ protection: Int32
) throws(StoredBytes.Failure) -> UnsafeMutableRawPointer {
    guard let start = mmap(nil, count, protection, MAP_SHARED, descriptor, off_t(offset)), start != MAP_FAILED else {
        throw .system(lastError())
    }
    return start
}

private func lastError() -> String { String(cString: strerror(errno)) }
