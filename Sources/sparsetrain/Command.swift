internal import Foundation
internal import SparseTraining

/// The command line: parses, calls the library, prints.
enum Command {
    /// Carries out the command and returns its exit status.
    static func run(_ words: [String]) -> Int32 {
        do {
            let arguments = try Arguments(words)
            if arguments.wantsHelp {
                try StandardOutput.write(Help.text(for: arguments.verb))
            } else if arguments.wantsVersion {
                try StandardOutput.write("sparsetrain \(Release.version)")
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
    static func say(_ error: any Error) { say("\(error)") }

    /// One line on standard error.
    static func say(_ text: String) {
        let line = text.unicodeScalars.map {
            $0.properties.generalCategory == .control ? $0.escaped(asASCII: true) : String($0)
        }
        StandardError.say("sparsetrain: " + line.joined())
    }
}
