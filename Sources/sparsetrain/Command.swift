internal import Foundation
internal import SparseTraining

/// The command line: parses, calls the library, prints.
enum Command {
    /// Carries out the command and returns its exit status.
    static func run(_ words: [String]) -> Int32 {
        do {
            let arguments = try Arguments(words)
            if arguments.has(.help) {
                try StandardOutput.write(arguments.verb.helpText())
            } else if arguments.has(.version) {
                try StandardOutput.write("sparsetrain \(Release.version)")
            } else if let launch = Launch(ProcessInfo.processInfo.environment) {
                return Ranks(launch: launch).run(arguments)
            } else {
                return try arguments.verb.run(arguments)
            }
            return ExitStatus.done
        } catch {
            say(error)
            return ExitStatus.of(error)
        }
    }

    /// An error on standard error. It quotes names and values, which may hold anything: one line of it.
    static func say(_ error: any Error) { say("\(error)", prefix: Screen.standardError.ink("sparsetrain:", .wrong)) }

    /// One line on standard error.
    static func say(_ text: String, prefix: String = "sparsetrain:") {
        let line = text.unicodeScalars.map {
            $0.properties.generalCategory == .control ? $0.escaped(asASCII: true) : String($0)
        }
        StandardError.say(prefix + " " + line.joined())
    }
}

/// What the process returns to its caller.
enum ExitStatus {
    static let done: Int32 = 0
    static let failed: Int32 = 1
    static let wrongUsage: Int32 = 2
    /// Ended by a signal: 128 and its number, 130 for SIGINT.
    static func signalled(_ number: Int32) -> Int32 { 128 + number }

    static func of(_ error: any Error) -> Int32 {
        error is ConfigurationError || error is UsageError || error is RanksError ? wrongUsage : failed
    }
}
