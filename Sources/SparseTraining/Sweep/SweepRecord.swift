internal import Foundation
internal import SparseParts

/// `sweep.json`: which runs a folder has.
struct SweepRecord: Codable {
    var version = 1
    var runs: [Run]

    struct Run: Codable {
        var name: String
        /// What was said of it.
        var options: [String: String]
        /// What came of that.
        var configuration: TrainingConfiguration
    }

    init(_ plan: SweepPlan) {
        runs = plan.runs.map { Run(name: $0.name, options: $0.options, configuration: $0.configuration) }
    }

    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }

    /// Larger files are none: a run takes some two thousand bytes.
    private static let sizeLimit = 1 << 27

    /// The configurations of the runs by name.
    /// - Throws: `ConfigurationError` for a file that is none.
    static func read(_ file: URL) throws(ConfigurationError) -> [String: TrainingConfiguration] {
        func refuse(_ reason: String) -> ConfigurationError {
            .rejected(reason: "\(file.relativePath): \(reason); name another folder with --out")
        }
        do {
            let bytes = try FileHandle(forReadingFrom: file).read(upToCount: sizeLimit) ?? Data()
            let record = try JSONDecoder().decode(SweepRecord.self, from: bytes)
            guard record.version == 1 else { throw refuse("written by a later release") }
            var runs: [String: TrainingConfiguration] = [:]
            for run in record.runs { runs[run.name] = run.configuration }
            return runs
        } catch let error as ConfigurationError { throw refuse("\(error)") } catch {
            throw refuse("not the plan of a sweep")
        }
    }
}
