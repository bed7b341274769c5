internal import EmbeddedDigits
internal import SparseParts
internal import SparseStore

/// The built-in data set "digits": 1,797 handwritten digits of 8 x 8 pixels (0 to 16) by E. Alpaydin and C. Kaynak,
/// "Optical Recognition of Handwritten Digits", UCI Machine Learning Repository, CC BY 4.0. Every fifth sample of each
/// class (its samples 4, 9, 14, ..., counted from 0) is a test sample: 1,442 for training and 355 for testing, with the
/// same writers in both.
struct DigitsFormat: DataFormat {
    /// The entry of `Parts.dataFormats`.
    static let entry = Registry<any DataFormat>.Entry(
        "digits", "the built-in \"digits\"", DigitsFormat())

    static let names = ["digits"]

    func recognises(_ location: DataLocation) -> Bool {
        if case .builtIn("digits") = location.content { true } else { false }
    }

    func open(_ location: DataLocation, options: DataOptions) throws(DataError) -> DataSource {
        let bytes = UnsafeBufferPointer(start: embedded_digits_bytes, count: embedded_digits_count)
        let file = DataFile(name: "digits", bytes: AlignedBuffer(bytes))
        let table = try CSVTable(file, limit: options.rowLimit) { CSVLayout(width: $0.width, target: $0.width - 1) }
        // Many pixels at the border hardly ever vary: scaling each by itself would blow up their noise.
        let width = table.shape.width
        let dataset = try CSVFormat.dataset(
            table, table.candidates[0], ClassList(table.candidates[0]), table.records(0..<(width - 1)), name: "digits",
            shape: SampleShape(channels: 1, rows: 8, columns: 8), fullScale: 16, preferredStandardization: .perChannel,
            columns: TableColumns(names: nil, count: width, target: width - 1))
        var seen = Array(repeating: 0, count: dataset.classes)
        var (train, test): ([Int], [Int]) = ([], [])
        for sample in 0..<dataset.count {
            let label = dataset.label(of: sample)
            if seen[label] % 5 == 4 { test.append(sample) } else { train.append(sample) }
            seen[label] += 1
        }
        return DataSource(
            name: "digits", train: Subset(dataset, samples: train), test: Subset(dataset, samples: test))
    }
}

extension DataSource {
    /// Names of the data sets that need no file.
    package static var builtIn: [String] { DigitsFormat.names }
}
