import Foundation
import Testing

/// The folders of `SparseTraining` know each other in one direction.
@Suite struct FolderOrderTests {
    private static let order = [
        "Configuration", "Run", "Checkpoints", "Distributed", "Model", "Export", "Import", "RunFolder", "TensorBoard",
        "Comparison", "Report", "Pruning", "Trainer", "Sweep",
    ]

    private func code(of folder: String) throws -> [String: String] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/SparseTraining/" + folder)
        let names = try FileManager.default.contentsOfDirectory(atPath: root.path).filter { $0.hasSuffix(".swift") }
        return try names.reduce(into: [:]) { files, name in
            // Neither comments nor texts.
            files[folder + "/" + name] = try String(contentsOf: root.appending(path: name), encoding: .utf8)
                .replacing(/\/\/[^\n]*/, with: "").replacing(/"(\\.|[^"\\\n])*"/, with: "")
        }
    }

    @Test func aFolderKnowsThoseBeforeIt() throws {
        let folders = try Self.order.map { try code(of: $0) }
        var places: [Substring: Int] = [:]
        for (place, files) in folders.enumerated() {
            for text in files.values {
                for match in text.matches(of: /(?m)^(?:public |final )*(?:struct|class|enum|protocol) (\w+)/) {
                    places[match.1] = place
                }
            }
        }
        #expect(places.count > 40 && places["RunState"] == 1 && places["Trainer"] == 12)
        for (place, files) in folders.enumerated() {
            for (file, text) in files {
                for match in text.matches(of: /\b[A-Z]\w+\b/) where places[match.0].map({ $0 > place }) == true {
                    Issue.record("\(file) knows \(match.0)")
                }
            }
        }
    }
}
