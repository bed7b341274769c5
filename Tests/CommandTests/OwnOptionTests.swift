import Foundation
import SparseTraining
import TestSupport
import Testing

@testable import sparsetrain

/// A method as a program of its own adds it: one declaration for its option, and one line that makes it known.
private enum Chilled {
    static let method = Method(
        name: "chilled", summary: "a network that is kept cold", citation: "a test", options: [\.warmth],
        preset: Settings {
            $0.distribution = "uniform"
            $0.deltaT = .steps(4)
            $0.warmth = 0.25
        }
    ) { settings, run throws(PolicyError) in
        var policy = try DropAndGrow(settings, run: run)
        policy.schedule = ConstantFraction(settings.warmth ?? 0)
        return policy
    }

    /// Once for all tests.
    static let isKnown: Bool = {
        Parts.methods.add(method)
        return true
    }()
}

extension Options {
    fileprivate var warmth: Option<Double?> {
        .ofMethod("warmth", "W", .fraction, "share of the weights that thaws at an update (chilled)")
    }
}

/// An option that a method declares is known everywhere, without a word about it elsewhere.
@Suite struct OwnOptionTests {
    init() { #expect(Chilled.isKnown) }

    @Test func itIsReadFromTheCommandLine() throws {
        let configuration = try Arguments(["--algo", "chilled", "--warmth", "0.5"]).configuration()
        #expect(configuration.method == "chilled" && configuration.warmth == 0.5)
        #expect(try Arguments(["--algo", "chilled"]).configuration().warmth == nil)
        #expect(throws: UsageError.self) { try Arguments(["methods", "--warmth", "0.5"]) }
    }

    @Test(arguments: ["1.5", "-1", "warm", "nan"]) func itsRangeIsChecked(text: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try Arguments(["--warmth", text]).configuration() }
        #expect(error?.description == "--warmth \(text): must be a number from 0 to 1")
        var configuration = TrainingConfiguration()
        configuration.warmth = 1.5
        #expect(throws: ConfigurationError.self) { try configuration.validate() }
        #expect(throws: PolicyError.self) {
            try Chilled.method.policy(Settings { $0.warmth = 1.5 }, run: RunLength(steps: 9, stepsPerEpoch: 3))
        }
    }

    @Test func itIsNamedWhereItIsMisspelt() throws {
        let error = #expect(throws: UsageError.self) { try Arguments(["--warmht", "1"]) }
        #expect(error?.description.contains("did you mean --warmth?") == true)
    }

    @Test func helpAndListsShowIt() throws {
        let help = Verb.train.helpText()
        #expect(help.contains("  --warmth W"))
        #expect(help.contains("share of the weights that thaws at an update (chilled) [the method's]"))
        #expect(help.contains("synflow, chilled"))
        #expect(try MethodList.text("chilled", json: false).contains("--warmth 0.25: share of the weights that thaws"))
    }

    @Test func itIsWrittenAndReadBack() throws {
        let folder = try TemporaryFolder()
        var configuration = try Arguments(["--algo", "chilled", "--warmth", "0.5", "--steps", "12"]).configuration()
        (configuration.model, configuration.out) = ("mlp:8", folder.path("run"))
        _ = try Trainer(configuration).run()
        let file = URL(filePath: folder.path("run/config.json"))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        #expect(object["warmth"] as? Double == 0.5)
        var read = try TrainingConfiguration(file: file)
        #expect(read.warmth == 0.5 && read.method == "chilled")
        // What the preset says is filled in.
        configuration.warmth = nil
        configuration.out = folder.path("other")
        _ = try Trainer(configuration).run()
        read = try TrainingConfiguration(file: URL(filePath: folder.path("other/config.json")))
        #expect(read.warmth == 0.25)
        // A resumed run must say the same.
        configuration.warmth = 0.75
        #expect {
            try Trainer(configuration, resumption: .exact)
        } throws: { error in
            "\(error)".contains("--warmth 0.25, now 0.75")
        }
    }

    @Test func itIsWarnedOfWhereNobodyReadsIt() throws {
        final class Log: TrainingObserver {
            var messages: [String] = []
            func warningWasRaised(_ record: WarningRecord) { messages.append(record.message) }
        }
        for (method, expected) in [("rigl", ["--warmth: no effect with --algo rigl"]), ("chilled", [])] {
            let log = Log()
            var configuration = try Arguments(["--algo", method, "--warmth", "0.1", "--delta-t", "1"]).configuration()
            (configuration.model, configuration.steps) = ("mlp:8", 4)
            _ = try Trainer(configuration, observers: [log]).run()
            #expect(log.messages.filter { $0.hasPrefix("--") } == expected)
        }
    }

    /// The name of a part's option is spelt in one file: that of the part.
    @Test func everyOptionIsSpeltInOneFile() throws {
        let options =
            Parts.methods.options + Parts.distributions.options + Parts.dropSchedules.options + Parts.dropRules.options
            + Parts.growRules.options + Parts.optimizers.options + Parts.learningRates.options + Parts.losses.options
            + Parts.models.options
        var texts: [String: String] = [:]
        let root = URL(filePath: SharedData.packageRoot)
        let files = FileManager.default.enumerator(at: root.appending(path: "Sources"), includingPropertiesForKeys: nil)
        for case let file as URL in try #require(files) where file.pathExtension == "swift" {
            texts[file.lastPathComponent] = try String(contentsOf: file, encoding: .utf8)
        }
        for option in options where option.name != "warmth" {
            let spelling = texts.filter { $0.value.contains("\"\(option.name)\"") }.keys
            // What it is called is also a choice of another option, the name of a layer, or a word of a message.
            let isName = ["epsilon", "density", "distribution", "momentum", "dropout", "heads", "activation"].contains(
                option.name)
            #expect(spelling.count == 1 || isName, "\(option.name): \(spelling.sorted())")
        }
        #expect(options.count > 40)
    }
}
