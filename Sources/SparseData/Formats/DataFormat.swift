/// A kind of data files.
protocol DataFormat: Sendable {
    /// What it takes, for messages: "a folder with ...".
    var summary: String { get }
    /// True when what lies there looks like this format. Reads no more than names and first bytes.
    func recognises(_ location: DataLocation) -> Bool
    /// Opens it.
    func open(_ location: DataLocation, options: DataOptions) throws(DataError) -> DataSource
}

/// The formats, in the order in which they are asked.
enum DataFormats {
    static let all: [any DataFormat] = [DigitsFormat(), IDXFormat(), CIFARFormat(), CSVFormat()]
}
