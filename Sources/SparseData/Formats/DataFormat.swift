public import SparseParts

/// A kind of data files.
public protocol DataFormat: Sendable {
    /// True when what lies there looks like this format. Reads no more than names and first bytes.
    func recognises(_ location: DataLocation) -> Bool
    /// Opens it.
    func open(_ location: DataLocation, options: DataOptions) throws(DataError) -> DataSource
}

extension Parts {
    /// The formats of data. The one added last is asked first whether it recognises what lies there: so those of a program come
    /// before tables, which any text may be.
    public static let dataFormats = Registry<any DataFormat>(
        "data format",
        [
            CSVFormat.entry, LIBSVMFormat.entry, NumPyFormat.entry, NIPSFormat.entry, CIFARFormat.entry,
            IDXFormat.entry, DigitsFormat.entry, TokenFilesFormat.entry, TextFormat.entry,
        ])
}

extension Registry<any DataFormat> {
    /// In the order in which they are asked.
    var asked: [Entry] { entries.reversed() }

    /// Refuses options that the format does not read: what they ask for would be silently missing from the samples.
    /// - Throws: `DataError` that names the first and the formats that do read it.
    func check(_ options: DataOptions, for format: Entry, of name: String) throws(DataError) {
        // Inputs are to be found of samples of any format, and of what a sample has beside them nothing is read.
        let read = options.task == .inputs ? [Options().task.name] : []
        guard let option = options.given.sorted().first(where: { !format.reads($0) && !read.contains($0) }) else {
            return
        }
        let readers = asked.filter { $0.reads(option) }.map(\.summary)
        throw DataError(
            .unreadOption, in: "--\(option)", "\(name) does not read it",
            expected: "data that do, \(readers.joined(separator: "; or ")); or leave it out")
    }
}

extension Registry<any DataFormat>.Entry {
    func reads(_ option: String) -> Bool { options.contains { $0.name == option } }
}

extension Options {
    /// `digits` (built in), the path of a data set, or the name of one that was fetched.
    public var data: Option<String> {
        Option(
            "data", .data, "PATH", .text("digits or a path"), default: "digits",
            "digits (built in), a folder or a file, or a name of sparsetrain data list")
    }
}
