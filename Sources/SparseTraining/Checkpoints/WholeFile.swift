package import Foundation

/// A file that is there as a whole or not at all.
package enum WholeFile {
    /// Writes to a new file beside `path`, and gives it that name when all is written.
    /// - Throws: What `body` throws, or `TrainingError.cannotWrite`; what was at `path` is then as it was.
    package static func replace(_ path: String, _ body: (FileHandle) throws -> Void) throws {
        try DurableFile.replace(URL(filePath: path), body)
    }
}
