import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// What a program shows of an error is the sentence that the command prints.
@Suite struct ErrorTextTests {
    private static let examples: [(type: String, error: any Error & CustomStringConvertible)] = [
        ("UnknownName", UnknownName(kind: "method", name: "rigle", known: ["rigl", "set"])),
        ("OptionError", OptionError.invalidValue(option: "density", value: "2", expected: "above 0 and at most 1")),
        ("StoreError", StoreError.invalidShape(rows: 0, columns: 3)),
        ("StoredBytes.Failure", StoredBytes.Failure.cutShort),
        ("NumPyText.Fault", NumPyText.Fault(reason: "its header is cut short")),
        ("PolicyError", PolicyError.impossibleBudget("too many weights")),
        ("ModelError", ModelError.unreadable(reason: "no layers")),
        ("DataError", DataError(.empty, in: "a.csv", at: .line(3), "no samples", expected: "at least one")),
        ("ConfigurationError", ConfigurationError.missingValue(option: "density", expected: "a number")),
        ("TrainingError", TrainingError.cannotWrite(path: "runs/a", reason: "disk full")),
        ("ExportError", ExportError.exists(path: "a.onnx")),
        ("ImportError", ImportError(path: "a.npz", reason: "it is cut short")),
        ("TrainedModelError", TrainedModelError(path: "a.safetensors", reason: "no such file")),
    ]

    /// Those that only the library makes.
    private static let others: [any (LocalizedError & CustomStringConvertible).Type] = [
        InstructionSet.Unavailable.self, NonFiniteGradient.self,
    ]

    @Test(arguments: examples.indices)
    func theLocalizedDescriptionIsTheDescription(index: Int) {
        let error = Self.examples[index].error
        #expect((error as any Error).localizedDescription == error.description)
        #expect(error.description.count > 10 && !error.description.contains("Optional("))
    }

    @Test func anOptionErrorSaysWhichOption() {
        let error = OptionError.invalidValue(option: "density", value: "2", expected: "at most 1")
        #expect(error.description == "--density 2: must be at most 1")
    }

    /// Every error of the library that one room throws and another sees is among the examples.
    @Test func noErrorIsForgotten() throws {
        let sources = URL(filePath: SharedData.packageRoot).appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        let named =
            Self.examples.compactMap { $0.type.split(separator: ".").last.map(String.init) }
            + Self.others.map { "\($0)" }
        var found = 0
        for case let file as URL in files
        where file.pathExtension == "swift" && !file.path.contains("/sparsetrain/Verbs") {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /(?:public|package) (?:struct|enum|final class) (\w+): [^{\n]*\bError\b/) {
                found += 1
                #expect(named.contains(String(match.1)), "\(match.1) in \(file.lastPathComponent)")
            }
        }
        #expect(found == named.count)
    }
}
