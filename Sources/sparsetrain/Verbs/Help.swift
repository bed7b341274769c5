/// `sparsetrain help`: the options, or what a verb does.
extension Verb {
    static let help = Verb(
        name: "help", summary: "show the options, or what the verb that is named does",
        subject: Subject(name: "VERB", meaning: "a verb")
    ) { arguments in
        let verb = try arguments.subject.map(Verb.named) ?? .standard
        try StandardOutput.write(verb.helpText())
        return ExitStatus.done
    }
}
