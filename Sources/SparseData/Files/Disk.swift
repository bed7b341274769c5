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
