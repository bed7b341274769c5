internal import Foundation
internal import SparseTraining

/// The command line: parses, calls the library, prints.
enum Command {
    /// Carries out the command and returns its exit status.
    static func run(_ words: [String]) -> Int32 {
        do {
            let arguments = try Arguments(words)
            if arguments.wantsHelp {
                print(Help.text(for: arguments.verb))
            } else if arguments.wantsVersion {
                print("sparsetrain \(Release.version)")
            } else {
                return try arguments.verb.run(arguments)
            }
            return ExitStatus.done
        } catch {
            StandardError.write("sparsetrain: \(line("\(error)"))\n")
            return ExitStatus.of(error)
        }
    }

    /// An error quotes names and values, which may hold anything: one line of it.
    private static func line(_ text: String) -> String {
        text.unicodeScalars.map { $0.properties.generalCategory == .control ? $0.escaped(asASCII: true) : String($0) }
            .joined()
    }
}
