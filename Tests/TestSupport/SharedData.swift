internal import Foundation
public import Testing

/// The public data sets that lie beside the package, in `../shared/data` or where `SPARSETRAIN_DATA` says. Tests that
/// need one skip when it is not there:
///
///     @Test(.enabled(if: SharedData.has("digits"), SharedData.missing))
public enum SharedData {
    /// Folder of the data sets.
    public static let folder: String = {
        if let path = ProcessInfo.processInfo.environment["SPARSETRAIN_DATA"], !path.isEmpty { return path }
        return packageRoot + "/../shared/data"
    }()

    /// Folder of Package.swift.
    public static let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// Why a test was skipped.
    public static let missing: Comment = "data set not found: put it in ../shared/data, or set SPARSETRAIN_DATA"

    /// Path of a file or folder of the data sets.
    public static func path(_ name: String) -> String { folder + "/" + name }

    /// True when that is there.
    public static func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
}
