#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Holds a folder for one process. The system lets go of it when the process ends, however it ends.
final class FetchLock {
    private let descriptor: Int32

    /// - Throws: `DataError` when another process holds the folder.
    init(_ folder: String) throws(DataError) {
        descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Disk.failure(folder) }
        // Where folders cannot be locked, as on some network drives, there is no lock.
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK {
            close(descriptor)
            throw DataError(
                .unreadable, in: folder, "another process is fetching into it",
                expected: "to be the only one: wait until that has ended")
        }
    }

    deinit {
        // Not by closing alone: a process that is about to start has the descriptor, too, for a moment.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
