/// A kind of data files.
protocol DataFormat: Sendable {
    /// What it takes, for messages: "a folder with ...".
    var summary: String { get }
    /// Options about samples that it reads, by the names that `DataOptions.given` has.
    var reads: Set<String> { get }
    /// True when what lies there looks like this format. Reads no more than names and first bytes.
    func recognises(_ location: DataLocation) -> Bool
    /// Opens it.
    func open(_ location: DataLocation, options: DataOptions) throws(DataError) -> DataSource
}

extension DataFormat {
    var reads: Set<String> { [] }
}

/// The formats, in the order in which they are asked.
enum DataFormats {
    static let all: [any DataFormat] = [DigitsFormat(), IDXFormat(), CIFARFormat(), CSVFormat()]

    /// Refuses options that the format does not read: what they ask for would be silently missing from the samples.
    /// - Throws: `DataError` that names the first and the formats that do read it.
    static func check(_ options: DataOptions, for format: any DataFormat, of name: String) throws(DataError) {
        guard let option = options.given.sorted().first(where: { !format.reads.contains($0) }) else { return }
        let readers = all.filter { $0.reads.contains(option) }.map(\.summary)
        throw DataError(
            .unreadOption, in: "--\(option)", "\(name) does not read it",
            expected: "data that do, \(readers.joined(separator: "; or ")); or leave it out")
    }
}
