internal import SparseParts
internal import SparsePolicies
internal import SparseTraining

/// `sparsetrain methods`: what `--algo` can be.
extension Verb {
    static let methods = Verb(
        name: "methods", summary: "list the methods of --algo with their presets, or describe the one that is named",
        subject: Subject(name: "METHOD", meaning: "a method"), options: [.json]
    ) { arguments in
        try StandardOutput.write(MethodList.text(arguments.subject, json: arguments.has(.json)))
        return ExitStatus.done
    }
}

/// What `sparsetrain methods` prints.
enum MethodList {
    /// All methods, or the one that is named with what its options mean.
    /// - Throws: `ConfigurationError.unknownName`.
    static func text(_ name: String?, json: Bool) throws -> String {
        guard let name else {
            let methods = Parts.methods.entries.map(\.part)
            if json { return try Output.json(methods.map(JSONObject.init)) }
            return Method.Family.allCases.map { family in
                "Connections are chosen \(family.rawValue):\n\n"
                    + methods.filter { $0.family == family }.map(lines).joined(separator: "\n")
            }.joined(separator: "\n")
                + "\nEvery option of a preset can be set; its explanation is in sparsetrain --help."
        }
        let method: Method
        do throws(UnknownName) { method = try Parts.methods.named(name) } catch {
            throw ConfigurationError(OptionError.unknownName(option: Options().method.name, error))
        }
        if json { return try Output.json(JSONObject(method)) }
        let options = TrainingConfiguration.preset(of: method).map { "  --\($0.name) \($1): \($0.help)" }
        return (["\(method.name): \(method.summary)", "  \(method.citation)"] + options).joined(separator: "\n")
    }

    private static func lines(_ method: Method) -> String {
        let preset = TrainingConfiguration.preset(of: method).map { "--\($0.name) \($1)" }.joined(separator: " ")
        return "\(method.name): \(method.summary)\n  \(method.citation)\n" + (preset.isEmpty ? "" : "  \(preset)\n")
    }

    private struct JSONObject: Encodable {
        var name: String
        var summary: String
        var citation: String
        var family: String
        /// Options with their values, as on the command line.
        var preset: [String: String]

        init(_ method: Method) {
            (name, summary, citation) = (method.name, method.summary, method.citation)
            family = method.family.rawValue
            preset = Dictionary(
                uniqueKeysWithValues: TrainingConfiguration.preset(of: method).map { ($0.name, $1) })
        }
    }
}
