import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// The Python example of docs/formats.md reads a checkpoint. `SPARSETRAIN_PYTHON` names the interpreter, else python3 is
/// looked for; the test is skipped when it or one of the packages is missing.
@Suite struct PythonTests {
    static let hasPackages = Python.has("safetensors, torch, scipy.sparse")

    @Test(.enabled(if: hasPackages, "python3 with safetensors, torch and scipy not found; set SPARSETRAIN_PYTHON"))
    func theExampleOfTheDocumentation() throws {
        let folder = try TemporaryFolder()
        var configuration = TrainingConfiguration()
        (configuration.steps, configuration.out) = (30, folder.path)
        let trainer = try Trainer(configuration)
        _ = try trainer.run()

        let page = try String(contentsOfFile: SharedData.packageRoot + "/docs/formats.md", encoding: .utf8)
        let example = String(try #require(page.firstMatch(of: /```python\n([^`]*)```/)).1)
        let printed = try #require(Python.output(of: ["-c", example], in: folder.path))
        let lines = printed.split(separator: "\n")
        #expect(lines.count == trainer.network.weights.count)
        for (line, matrix) in zip(lines, trainer.network.weights) {
            let words = line.split(separator: " ")
            #expect(Int(words[3]) == matrix.storedWeights)
            let sum = matrix.values.array.reduce(0.0) { $0 + Double($1.magnitude) }
            for word in words[4...] {
                #expect(abs((Double(word) ?? .nan) - sum) < 1e-4 * sum, "\(line)")
            }
        }
    }
}
