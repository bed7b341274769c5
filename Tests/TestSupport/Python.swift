internal import Foundation

/// The interpreter of tests that compare with packages of Python: what `SPARSETRAIN_PYTHON` names, else python3.
public enum Python {
    /// What a program came to.
    public struct Result: Sendable {
        /// Its exit status; -1 where there is no interpreter.
        public var status: Int32
        /// What it wrote, errors included if they were asked for.
        public var output: String
    }

    /// Runs the interpreter to its end.
    public static func run(
        _ arguments: [String], in folder: String? = nil, withErrors: Bool = false
    ) -> Result {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [ProcessInfo.processInfo.environment["SPARSETRAIN_PYTHON"] ?? "python3"] + arguments
        if let folder { process.currentDirectoryURL = URL(filePath: folder) }
        let output = Pipe()
        process.standardOutput = output
        if withErrors { process.standardError = output } else { process.standardError = FileHandle.nullDevice }
        guard (try? process.run()) != nil else { return Result(status: -1, output: "") }
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Result(status: process.terminationStatus, output: text)
    }

    /// What a program prints, or nil when it fails.
    public static func output(of arguments: [String], in folder: String? = nil) -> String? {
        let result = run(arguments, in: folder)
        return result.status == 0 ? result.output : nil
    }

    /// Whether the packages can be imported.
    public static func has(_ packages: String) -> Bool { run(["-c", "import " + packages]).status == 0 }
}
