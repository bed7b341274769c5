internal import Foundation

/// Replaces a file as a whole: whoever looks, at any moment and after any crash, finds the old content or the new.
enum DurableFile {
    /// Ending of a file that is not complete yet.
    static let partial = ".partial"

    /// Writes to a new file beside `url`, flushes it to the disk, and gives it the name of the old one.
    /// - Throws: `TrainingError.cannotWrite`; the old file is then as it was, and nothing else is left.
    static func replace(_ url: URL, _ body: (FileHandle) throws -> Void) throws {
        let temporary = url.appendingPathExtension(String(partial.dropFirst()))
        do {
            try Data().write(to: temporary)
            let file = try FileHandle(forWritingTo: temporary)
            defer { try? file.close() }
            try body(file)
            try file.synchronize()
            guard rename(temporary.path, url.path) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
            flushFolder(of: url)
        } catch {
            try? FileManager.default.removeItem(at: temporary)
            throw TrainingError.cannotWrite(path: url.relativePath, reason: reason(of: error))
        }
    }

    /// Gives a file another name as well, in place of whatever had it.
    static func link(_ url: URL, as other: URL) throws {
        let temporary = other.appendingPathExtension(String(partial.dropFirst()))
        do {
            try? FileManager.default.removeItem(at: temporary)
            do { try FileManager.default.linkItem(at: url, to: temporary) } catch {
                // Not every file system has links.
                try FileManager.default.copyItem(at: url, to: temporary)
            }
            // Between two names of one file, rename does nothing.
            try? FileManager.default.removeItem(at: other)
            guard rename(temporary.path, other.path) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        } catch {
            try? FileManager.default.removeItem(at: temporary)
            throw TrainingError.cannotWrite(path: other.relativePath, reason: reason(of: error))
        }
    }

    /// The new name is in the folder, and the folder is to be on the disk, too.
    static func flushFolder(of url: URL) {
        let descriptor = open(url.deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
        if descriptor >= 0 {
            fsync(descriptor)
            close(descriptor)
        }
    }
}
