import Foundation
import Testing

/// The built command, run as a process of its own.
struct Executable {
    struct Result {
        var status: Int32
        var output: String
        var errors: String

        /// Standard output as one JSON object.
        func object() throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
        }
    }

    /// A folder of its own for each test, removed with the value.
    let folder: URL
    /// The product's name.
    let name: String

    init(_ name: String = "sparsetrain") throws {
        self.name = name
        folder = URL.temporaryDirectory.appending(path: "sparsetrain-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    /// The command beside the test bundle in the build folder.
    var url: URL {
        get throws {
            var candidates = [URL(filePath: CommandLine.arguments[0]), Bundle.main.bundleURL]
            candidates += Bundle.allBundles.map(\.bundleURL)
            for start in candidates {
                var place = start
                while place.path != "/" {
                    place = place.deletingLastPathComponent()
                    let file = place.appending(path: name)
                    var isFolder: ObjCBool = false
                    if FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder), !isFolder.boolValue {
                        return file
                    }
                }
            }
            throw CocoaError(.fileNoSuchFile)
        }
    }

    /// Starts the command in `folder`, without waiting for it.
    func start(_ arguments: [String], environment: [String: String] = [:]) throws -> Running {
        let process = Process()
        process.executableURL = try url
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        return try Running(process, folder: folder)
    }

    /// Runs the command to its end.
    func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Result {
        try start(arguments, environment: environment).finish()
    }

    /// Runs a script of bash in `folder`, in which `$S` is the command.
    func shell(_ script: String, environment: [String: String] = [:]) throws -> Result {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", script]
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            .merging(["S": try url.path]) { $1 }
        process.standardInput = FileHandle.nullDevice
        return try Running(process, folder: folder).finish()
    }

    /// A command that was started. Its output goes to files, which never fill up as pipes do.
    struct Running {
        let process: Process
        private let output: URL
        private let errors: URL

        init(_ process: Process, folder: URL) throws {
            self.process = process
            output = folder.appending(path: "\(UUID()).out")
            errors = folder.appending(path: "\(UUID()).err")
            for file in [output, errors] { try Data().write(to: file) }
            process.standardOutput = try FileHandle(forWritingTo: output)
            process.standardError = try FileHandle(forWritingTo: errors)
            try process.run()
        }

        func finish() throws -> Result {
            process.waitUntilExit()
            defer { for file in [output, errors] { try? FileManager.default.removeItem(at: file) } }
            return try Result(
                status: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
                output: String(contentsOf: output, encoding: .utf8), errors: String(contentsOf: errors, encoding: .utf8)
            )
        }
    }
}

/// Runs `body` with a command and a folder of its own.
func withExecutable(_ name: String = "sparsetrain", _ body: (Executable) throws -> Void) throws {
    let executable = try Executable(name)
    defer { executable.remove() }
    try body(executable)
}

/// The lines of a run's `metrics.jsonl`.
func metrics(of run: URL) throws -> [[String: Any]] {
    let text = try String(contentsOf: run.appending(path: "metrics.jsonl"), encoding: .utf8)
    return try text.split(separator: "\n").map { line in
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
}
