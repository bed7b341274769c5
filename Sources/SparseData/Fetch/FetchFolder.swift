internal import SparseParts

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

extension DataOptions {
    /// The folder in which data sets that were fetched by name have their folders: `cacheFolder`, or else that of the user by the
    /// rules of freedesktop.org, `$XDG_CACHE_HOME/sparsetrain` or `~/.cache/sparsetrain`; nil for a user without a home.
    package var fetchFolder: String? {
        cacheFolder ?? Self.userCache(ProcessInfo.processInfo.environment)
    }

    static func userCache(_ environment: [String: String]) -> String? {
        // A path that is not from the root is to be ignored.
        if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") {
            return Paths.join(folder, "sparsetrain")
        }
        guard let home = environment["HOME"], !home.isEmpty else { return nil }
        return Paths.join(home, ".cache/sparsetrain")
    }

    /// There is no place for data that are fetched.
    package static var noFetchFolder: DataError {
        DataError(
            .notFound, in: "cache folder", "none is named, and there is no HOME",
            expected: "--cache DIR, or the environment variable SPARSETRAIN_CACHE")
    }
}
