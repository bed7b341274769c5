internal import Foundation

/// Holds a folder for one run. The system lets go of it when the process ends, however it ends. Nothing in the folder is
/// touched.
final class FolderLock {
    private let descriptor: Int32

    /// Locks the folder; nil when there is none.
    /// - Throws: `TrainingError.folderInUse` when another run holds it, `cannotWrite` when it cannot be opened.
    init?(_ url: URL) throws(TrainingError) {
        descriptor = open(url.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0 {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw .cannotWrite(path: url.relativePath, reason: String(cString: strerror(errno)))
        }
        // Where folders cannot be locked, as on some network drives, there is no lock.
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK {
            close(descriptor)
            throw .folderInUse(path: url.relativePath)
        }
    }

    deinit {
        // Not by closing alone: a process that the program is about to start has the descriptor, too, for a moment.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
