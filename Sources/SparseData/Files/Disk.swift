internal import SparseStore

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The little that is done to files beside reading and writing them.
enum Disk {
    /// Bytes of a regular file; nil where there is none. Links are followed.
    static func size(of path: String) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// Gives a file another name, in place of whatever had it.
    static func move(_ path: String, to other: String) throws(DataError) {
        guard rename(path, other) == 0 else { throw failure(other) }
    }

    /// Removes a file; one that is not there is no error.
    static func remove(_ path: String) throws(DataError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure(path) }
    }

    /// Makes a folder with those above it.
    static func makeFolder(_ path: String) throws(DataError) {
        if StoredBytes.isFolder(path) { return }
        let above = Paths.folder(path)
        if above != path && above != "." { try makeFolder(above) }
        // Another process may have made it meanwhile.
        guard mkdir(path, 0o777) == 0 || StoredBytes.isFolder(path) else { throw failure(path) }
    }

    /// What the system said last about a path that cannot be written.
    static func failure(_ path: String) -> DataError {
        DataError(
            .unreadable, in: path, "cannot be written (\(String(cString: strerror(errno))))",
            expected: "a folder with room that may be written")
    }
}

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
