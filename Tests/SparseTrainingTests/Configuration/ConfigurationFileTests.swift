import Foundation
import Testing

@testable import SparseTraining

/// Configuration files: what is written reads back, what is wrong is named.
@Suite struct ConfigurationFileTests {
    private func read(_ text: String) throws -> TrainingConfiguration {
        let file = URL.temporaryDirectory.appending(path: "\(UUID()).json")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try TrainingConfiguration(file: file)
    }

    @Test func roundTrip() throws {
        var configuration = TrainingConfiguration()
        #expect(try read(String(decoding: configuration.json(), as: UTF8.self)) == configuration)
        configuration.method = "set"
        configuration.density = 0.0123456789
        configuration.layerDensities = [.init(pattern: "fc*", density: 0.25)]
        configuration.blocks = [.init(pattern: "fc1", side: 4), .init(side: 8)]
        configuration.denseLayers = ["fc3", "out"]
        configuration.regrow = .forbidden
        configuration.deltaT = .epochs(3)
        configuration.steps = 12
        configuration.learningRateMilestones = []
        configuration.seed = .max
        configuration.clipNorm = 1.5
        configuration.out = "runs/x"
        #expect(try read(String(decoding: configuration.json(), as: UTF8.self)) == configuration)
    }

    @Test func keysAreTheOptionNames() throws {
        var run = TrainingConfiguration()
        run.noise = 1
        let object = try JSONSerialization.jsonObject(with: run.json()) as? [String: Any]
        let keys = Set(try #require(object).keys)
        let options = TrainingConfiguration.options.filter { $0.recordedAs == nil }
        #expect(keys.isSubset(of: options.map(\.name)) && keys.contains("noise"))
        // What has no value has no key.
        for option in options where !option.text(run).isEmpty { #expect(keys.contains(option.name), "\(option.name)") }
        #expect(object?.values.contains { $0 is NSNull } == false)
    }

    @Test func absentKeysKeepTheirDefaults() throws {
        var expected = TrainingConfiguration()
        expected.density = 0.5
        #expect(try read(#"{"density": 0.5}"#) == expected)
        #expect(try read("{}") == TrainingConfiguration())
    }

    @Test func listsMayBeWrittenAsOnTheCommandLine() throws {
        #expect(try read(#"{"lr-milestones": "0.25,0.5"}"#).learningRateMilestones == [0.25, 0.5])
        #expect(try read(#"{"lr-milestones": [0.25, 0.5]}"#).learningRateMilestones == [0.25, 0.5])
    }

    @Test(arguments: [
        (#"{"densty": 0.5}"#, "--densty; did you mean --density?"), (#"{"density": 2}"#, "--density 2"),
        (#"{"density": "half"}"#, "--density half"), (#"{"density": null}"#, "--density null"),
        (#"{"density": [1]}"#, "--density (a list or an object)"), (#"{"epochs": 1.5}"#, "--epochs 1.5"),
        (#"{"epochs": true}"#, "--epochs true"), (#"{"algo": "regl"}"#, "did you mean rigl?"),
        (#"{"nesterov": 1}"#, "--nesterov 1"), (#"{"seed": -1}"#, "--seed -1"),
        (#"{"layer-density": ["fc1=7"]}"#, "--layer-density"), (#"{"density": 0.5"#, "not JSON"), ("", "not JSON"),
        ("[1, 2]", "must be a JSON object"), ("3", "must be a JSON object"),
        (String(repeating: "[", count: 100_000), "not JSON"), (String(repeating: " ", count: 2 << 20), "too many"),
    ])
    func whatIsWrongIsNamed(text: String, part: String) {
        #expect {
            try read(text)
        } throws: { error in
            error is ConfigurationError && "\(error)".contains(part) && !"\(error)".contains("\n")
        }
    }

    @Test func filesThatCannotBeReadAreNamed() {
        for path in ["/no/such/file.json", URL.temporaryDirectory.path] {
            #expect {
                try TrainingConfiguration(file: URL(filePath: path))
            } throws: { error in
                error is ConfigurationError && "\(error)".contains(path)
            }
        }
    }
}
