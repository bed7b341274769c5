import SparseTraining
import Testing

@testable import sparsetrain

/// How the words of a command line are sorted.
@Suite struct ArgumentsTests {
    @Test func trainIsTheDefaultVerb() throws {
        #expect(try Arguments([]).verb == .train)
        #expect(try Arguments(["--density", "0.1"]).verb == .train)
        #expect(try Arguments(["methods"]).verb == .methods)
    }

    @Test func bothSpellingsOfAValue() throws {
        let arguments = try Arguments([
            "train", "--algo", "set", "--density=0.05", "--data=a=b", "--nesterov", "--no-regrow", "--out=",
        ])
        #expect(
            arguments.settings == [
                .init(name: "algo", value: "set"), .init(name: "density", value: "0.05"),
                .init(name: "data", value: "a=b"), .init(name: "nesterov", value: "true"),
                .init(name: "regrow", value: "forbidden"), .init(name: "out", value: ""),
            ])
    }

    @Test func optionsOfTheCommand() throws {
        let arguments = try Arguments(["--json", "--quiet", "--config", "run.json", "-h", "--version"])
        #expect(arguments.wantsJSON && arguments.isQuiet && arguments.wantsHelp && arguments.wantsVersion)
        #expect(arguments.configFile == "run.json" && arguments.settings.isEmpty)
    }

    @Test func negativeNumbersAreValues() throws {
        #expect(try Arguments(["--lr", "-1"]).settings == [.init(name: "lr", value: "-1")])
    }

    @Test(arguments: [
        (["trian"], "did you mean train?"), (["sing"], "unknown verb 'sing'"), (["train", "now"], "unexpected 'now'"),
        (["--density"], "--density needs a value"), (["--density", "--lr", "1"], "--density needs a value"),
        (["--densty", "1"], "did you mean --density?"), (["--jsn"], "did you mean --json?"),
        (["--json=yes"], "--json takes no value"), (["--config"], "--config needs a value"),
        (["-density", "1"], "unexpected '-density'"), (["--", "1"], "unexpected '--'"),
        (["methods", "--density", "1"], "not of methods"), (["models", "--quiet"], "not of models"),
        (["methods", "rigl", "set"], "unexpected 'set'"),
    ])
    func wrongWordsAreNamed(words: [String], part: String) {
        #expect {
            try Arguments(words)
        } throws: { error in
            ExitStatus.of(error) == ExitStatus.wrongUsage && "\(error)".contains(part) && !"\(error)".contains("\n")
        }
    }
}

/// The help text.
@Suite struct HelpTests {
    @Test func namesEveryOptionWithUnitAndDefault() {
        let lines = Help.text(for: .train).split(separator: "\n").map(String.init)
        for option in TrainingOption.all {
            let line = lines.first { $0.hasPrefix("  --\(option.name) ") || $0.hasPrefix("  --[no-]\(option.name) ") }
            #expect(line?.contains(option.help) == true, "\(option.name)")
            #expect(line?.contains("[\(option.defaultText)]") == true, "\(option.name)")
            #expect(line?.contains(option.unit) == true, "\(option.name)")
        }
        for option in CommandOption.all { #expect(lines.contains { $0.contains("--\(option.name)") }) }
        for verb in Verb.allCases { #expect(lines.contains { $0.contains("  \(verb.rawValue) ") }) }
    }

    @Test func everyVerbHasOne() {
        for verb in Verb.allCases { #expect(Help.text(for: verb).contains(verb.help)) }
    }
}
