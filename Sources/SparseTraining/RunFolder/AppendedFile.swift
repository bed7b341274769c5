internal import Foundation

/// A file that grows by whole records. One that cannot be written is kept until that works again.
final class AppendedFile {
    let url: URL
    private let file: FileHandle
    /// Records that could not be written yet, and whether that was said.
    private var pending: [Data] = []
    private var failed = false
    /// Records written since the file was opened or cut, and where the last of them ends.
    private(set) var written = 0
    private(set) var end: UInt64 = 0

    /// Opens the file, or makes it; nothing in it changes yet.
    init(_ url: URL) throws {
        self.url = url
        file = try writing(to: url) {
            let descriptor = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
            guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
            return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        }
    }

    /// Cuts the file off, and goes on from there.
    func cut(at end: UInt64) throws {
        try writing(to: url) {
            try file.truncate(atOffset: end)
            try file.seek(toOffset: end)
        }
        (self.end, written) = (end, 0)
    }

    func append(_ record: Data) throws {
        pending.append(record)
        do {
            try writing(to: url) { try writePending() }
            failed = false
        } catch {
            // Once is enough, as long as it does not work.
            if failed { return }
            failed = true
            throw error
        }
    }

    /// Brings the records to the disk, as many of them as there is room for.
    func flush() throws {
        try? writePending()
        try writing(to: url) { try file.synchronize() }
    }

    /// Writes each record as a whole: half a record is taken back.
    private func writePending() throws {
        while let record = pending.first {
            do { try file.write(contentsOf: record) } catch {
                try? file.truncate(atOffset: end)
                try? file.seek(toOffset: end)
                throw error
            }
            end += UInt64(record.count)
            written += 1
            pending.removeFirst()
        }
    }
}
