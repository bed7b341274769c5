#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// The folder of what is kept from one run to the next.
enum CacheFolder {
    /// The folder, which is made where there is none yet; that it cannot be made is told by who writes to it.
    static func made(_ path: String) -> String {
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }
}
