import Foundation
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
        #expect([CommandOption.json, .quiet, .help, .version].allSatisfy(arguments.has))
        #expect(arguments.value(of: .config) == "run.json" && arguments.settings.isEmpty)
    }

    @Test func secondNamesAreTheSameOptions() throws {
        let arguments = try Arguments(["--method", "set", "--learning-rate=0.2", "--sparsity", "0.9"])
        #expect(arguments.settings.map(\.name) == ["algo", "lr", "sparsity"])
        let configuration = try arguments.configuration()
        #expect(configuration.method == "set" && configuration.learningRate == 0.2)
        #expect(configuration.density == 0.1)
    }

    @Test(arguments: [
        (["--density", "0.1", "--sparsity", "0.9"], "--density and --sparsity"),
        (["--sparsity", "1"], "--sparsity 1"), (["--sparsity", "-0.1"], "--sparsity -0.1"),
        (["--algo", "dense", "--density", "0.3"], "the density of dense is 1"),
        (["--algo", "dense", "--sparsity", "0.3"], "the density of dense is 1"),
    ])
    func densitiesThatDoNotFit(words: [String], part: String) throws {
        let arguments = try Arguments(words)
        #expect {
            try arguments.configuration()
        } throws: { error in
            "\(error)".contains(part)
        }
    }

    @Test func denseHasTheDensityOne() throws {
        #expect(try Arguments(["--algo", "dense", "--density", "1"]).configuration().density == 1)
        #expect(try Arguments(["--algo", "dense", "--sparsity", "0"]).configuration().density == 1)
    }

    @Test func subjectsOfVerbs() throws {
        #expect(try Arguments(["methods", "rigl", "--json"]).subject == "rigl")
        #expect(try Arguments(["models", "--json", "mlp:10"]).subject == "mlp:10")
        #expect(try Arguments(["help", "models"]).subject == "models")
        #expect(try Arguments(["compare", "a", "--overlap", "b", "c"]).subjects == ["a", "b", "c"])
        #expect(throws: UsageError.self) { try Arguments(["inspect", "a", "b"]) }
    }

    @Test(arguments: [
        (["--override"], "--override needs --resume"), (["--resume", "--overwrite"], "--resume and --overwrite"),
        (["--resume-or-start", "--override"], "--override needs --resume"),
        (["--resume", "--resume-or-start"], "--resume and --resume-or-start"),
    ])
    func wordsAboutResuming(words: [String], part: String) throws {
        let arguments = try Arguments(words)
        #expect {
            try arguments.resumption()
        } throws: { error in
            "\(error)".contains(part)
        }
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
        (["methods", "rigl", "set"], "methods: unexpected 'set'"), (["help", "train", "me"], "help: unexpected 'me'"),
        (["evaluate", "--jsom"], "evaluate: unknown option --jsom; did you mean --json?"),
        (["models", "--densty", "1"], "models: unknown option --densty; see sparsetrain help models"),
        (
            ["models", "--threads", "1"],
            "--threads is an option of train, evaluate, predict, importance, sweep, import, not of models"
        ),
        (
            ["help", "--json"],
            "--json is an option of train, evaluate, inspect, importance, sweep, import, data, methods, models, not of help"
        ),
    ])
    func wrongWordsAreNamed(words: [String], part: String) {
        #expect {
            try Arguments(words)
        } throws: { error in
            ExitStatus.of(error) == ExitStatus.wrongUsage && "\(error)".contains(part) && !"\(error)".contains("\n")
        }
    }
}

/// What the verbs beside train print.
@Suite struct ListingTests {
    private func object<Type>(_ text: String) throws -> Type {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? Type)
    }

    @Test(arguments: Parts.methods.names) func aMethodAlone(name: String) throws {
        let method = try Parts.methods.named(name)
        let text = try MethodList.text(name, json: false)
        #expect(text.hasPrefix("\(name): \(method.summary)\n  \(method.citation)"))
        let preset = TrainingConfiguration.preset(of: method)
        for (option, value) in preset { #expect(text.contains("\n  --\(option.name) \(value): \(option.help)")) }
        let object: [String: Any] = try object(MethodList.text(name, json: true))
        #expect(object["name"] as? String == name && object["citation"] as? String == method.citation)
        #expect((object["preset"] as? [String: String])?.count == preset.count)
    }

    @Test func listsAsJSON() throws {
        // Another test may make a method known meanwhile.
        let known = Parts.methods.names
        let methods: [[String: Any]] = try object(MethodList.text(nil, json: true))
        #expect(methods.compactMap { $0["name"] as? String }.starts(with: known))
        let models: [[String: Any]] = try object(ModelList.text(nil, json: true))
        #expect(models.count == Parts.models.entries.count)
        let model: [String: Any] = try object(ModelList.text("resnet20", json: true))
        #expect(model["weights"] as? Int == 270_896 && model["name"] as? String == "resnet20")
        #expect(try ModelList.text("mlp:10,20", json: false).hasPrefix("mlp:10,20\n  fully connected"))
        #expect(throws: ConfigurationError.self) { try MethodList.text("rgl", json: false) }
        #expect(throws: ConfigurationError.self) { try ModelList.text("resnt20", json: true) }
    }
}

/// The help text.
@Suite struct HelpTests {
    @Test func namesEveryOptionWithUnitAndDefault() {
        let lines = Verb.train.helpText().split(separator: "\n").map(String.init)
        for option in TrainingConfiguration.options {
            let line = lines.first { $0.hasPrefix("  --\(option.name) ") || $0.hasPrefix("  --[no-]\(option.name) ") }
            #expect(line?.contains(option.help) == true, "\(option.name)")
            #expect(line?.contains("[\(option.defaultText)]") == true, "\(option.name)")
            #expect(option.unit.isEmpty || line?.contains(option.unit) == true, "\(option.name)")
            for alias in option.aliases { #expect(line?.contains("--\(alias)") == true, "\(alias)") }
        }
        for option in Verb.train.allOptions { #expect(lines.contains { $0.contains("--\(option.name)") }) }
        for verb in Verb.all { #expect(lines.contains { $0.contains("  \(verb.name) ") }) }
    }

    @Test func everyVerbHasOne() {
        for verb in Verb.all {
            #expect(verb.helpText().contains(verb.summary))
            for option in verb.allOptions { #expect(verb.helpText().contains("  --\(option.name) "), "\(verb.name)") }
            // A verb may have an option of its own by the name of a run's, such as --out.
            let own = Set(verb.allOptions.map(\.name))
            for option in TrainingConfiguration.options where !own.contains(option.name) {
                let isShown =
                    verb.helpText().contains("  --\(option.name) ") || verb.helpText().contains("[no-]\(option.name) ")
                // A verb may have an option of its own by the name of one of a run.
                let isTaken = verb.takes(option) || verb.option(named: option.name) != nil
                #expect(isShown == isTaken, "\(verb.name) \(option.name)")
            }
        }
    }
}
