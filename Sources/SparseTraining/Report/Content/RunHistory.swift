internal import Foundation

/// What `metrics.jsonl` tells of a run.
struct RunHistory: Sendable {
    /// Of very long runs so many lines of a kind are read, evenly chosen, the last one with them.
    static let mostRecords = 1000
    private static let mostBytes = 1 << 30

    private(set) var epochs: [EpochRecord] = []
    private(set) var updates: [TopologyRecord] = []
    private(set) var warnings: [String] = []

    /// Reads the file. The last line may be incomplete: a process was killed while it wrote.
    /// - Throws: `ConfigurationError` that names the file.
    init(contentsOf file: URL) throws(ConfigurationError) {
        func unreadable(_ reason: String) -> ConfigurationError {
            .unreadableFile(path: file.relativePath, reason: reason)
        }
        let data: Data
        do {
            let handle = try FileHandle(forReadingFrom: file)
            data = try handle.read(upToCount: Self.mostBytes) ?? Data()
            guard try handle.read(upToCount: 1)?.isEmpty ?? true else {
                throw unreadable("more than \(Self.mostBytes >> 20) MB")
            }
        } catch let error as ConfigurationError { throw error } catch { throw unreadable(reason(of: error)) }
        var lines: [Kind: [(number: Int, text: Data)]] = [:]
        let ofFile = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (number, line) in ofFile.enumerated() where !line.isEmpty {
            let kind = Kind.allCases.first { line.range(of: $0.mark) != nil }
            if let kind { lines[kind, default: []].append((number + 1, line)) }
        }
        let decoder = JSONDecoder()
        func records<Record: Decodable>(_ kind: Kind) throws(ConfigurationError) -> [Record] {
            var records: [Record] = []
            for line in Self.chosen(lines[kind] ?? []) {
                do { records.append(try decoder.decode(Record.self, from: line.text)) } catch {
                    if line.number == ofFile.count { continue }
                    throw unreadable("line \(line.number) is no record of a run")
                }
            }
            return records
        }
        epochs = try records(.epoch)
        updates = try records(.topology)
        let raised: [WarningRecord] = try records(.warning)
        warnings = raised.map(\.message)
    }

    private enum Kind: String, CaseIterable {
        case epoch, topology, warning

        /// Quotes inside of texts are escaped: it is nowhere else in a line.
        var mark: Data { Data("\"event\":\"\(rawValue)\"".utf8) }
    }

    private static func chosen<Line>(_ lines: [Line]) -> [Line] {
        guard lines.count > mostRecords else { return lines }
        return (0..<mostRecords).map { lines[$0 * (lines.count - 1) / (mostRecords - 1)] }
    }
}
