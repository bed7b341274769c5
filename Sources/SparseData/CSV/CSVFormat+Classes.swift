internal import SparseStore

extension CSVFormat {
    /// The samples of a table whose class column is known.
    static func dataset(
        _ table: CSVTable, _ classes: ClassColumn, _ list: ClassList, _ values: SampleRecords<Float>, name: String,
        shape: SampleShape? = nil, fullScale: Float = 1, preferredStandardization: Standardization = .perColumn,
        columns: TableColumns?, nameOfFeature: (@Sendable (Int) -> String)? = nil
    ) throws(DataError) -> InMemoryDataset {
        let numbers = classes.entries.map { list.number(of: $0) }
        if let bad = numbers.indices.first(where: { numbers[$0] == nil && classes.indices.contains(Int32($0)) }) {
            let entry = classes.entries[bad]
            let isMissing = classes.missing.contains { $0.firstSample == entry.firstSample }
            throw DataError(
                .labelOutOfRange, in: table.path, at: table.place(sample: entry.firstSample, column: classes.column),
                isMissing
                    ? "no class: \(entry.shown)"
                    : "the class \(entry.shown), which the training table does not have",
                expected: list.names.prefix(20).map { String(CSVText.shown($0).dropFirst().dropLast()) }
                    .joined(separator: ", ") + (list.names.count > 20 ? ", ..." : ""))
        }
        if classes.hasTooMany {
            throw DataError(
                .labelOutOfRange, in: table.path, at: table.place(sample: 0, column: classes.column),
                "more than \(ClassColumn.mostClasses) different entries", expected: list.summary)
        }
        return InMemoryDataset(
            name: name, shape: shape ?? SampleShape(channels: values.features), values: values,
            labels: classes.indices.map { numbers[Int($0)] ?? 0 }, classes: list.names.count,
            classNames: list.names, fullScale: fullScale, preferredStandardization: preferredStandardization,
            columns: columns, nameOfFeature: nameOfFeature)
    }
}
