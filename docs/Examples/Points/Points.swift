import Foundation
import SparseTraining

/// A command that learns to tell points of a table apart, keeps what it learnt, and uses it later.
///
///     swift run -c release --package-path docs/Examples points train points.csv learnt
///     swift run -c release --package-path docs/Examples points predict learnt 0.1,0.2
@main struct Points {
    static func main() async {
        let words = Array(CommandLine.arguments.dropFirst())
        do {
            switch (words.first, words.count) {
            case ("train", 3): try await train(table: words[1], folder: words[2])
            case ("predict", 3): try predict(folder: words[1], point: words[2])
            default:
                FileHandle.standardError.write(Data("points train TABLE FOLDER | points predict FOLDER X,Y\n".utf8))
                exit(2)
            }
        } catch {
            FileHandle.standardError.write(Data("points: \(error.localizedDescription)\n".utf8))
            exit(1)
        }
    }

    /// Trains on four fifths of the table and measures on the rest.
    static func train(table path: String, folder: String) async throws {
        let table = try PointTable(path)
        let classes = Set(table.names).sorted()
        let data = try DataSource(
            features: table.rows.flatMap { $0 }, labels: table.names.map { classes.firstIndex(of: $0) ?? 0 },
            classNames: classes, testFraction: 0.2, name: path)
        var configuration = TrainingConfiguration()
        configuration.method = "rigl"
        configuration.density = 0.3
        configuration.model = "mlp:32,32"
        configuration.epochs = 60
        configuration.out = folder
        let training = Training(configuration, data: data)
        for try await event in training.events {
            if case .warning(let warning) = event { print("warning: \(warning.message)") }
        }
        let summary = try await training.result()
        print(
            "\(summary.nonzeros) of \(summary.denseParameters) weights, \(summary.topologyUpdates > 0 ? "moved" : "fixed")"
        )
        print("test accuracy " + (summary.testAccuracy.map { String(format: "%.2f", $0) } ?? "unknown"))
    }

    static func predict(folder: String, point: String) throws {
        let model = try TrainedModel(contentsOf: folder)
        let features = try point.split(separator: ",").map { try PointTable.number(String($0), point) }
        print(try model.predict(features).className ?? "")
    }
}
