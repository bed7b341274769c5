import Foundation
import SparseTraining

/// A folder with files `train.pairs` and `test.pairs`, each line of which is two numbers and the number that they make.
struct PairsFormat: DataFormat {
    static let entry = Registry<any DataFormat>.Entry(
        "pairs", "a folder with train.pairs and test.pairs", PairsFormat())

    func recognises(_ location: DataLocation) -> Bool { location.names.contains("train.pairs") }

    func open(_ location: DataLocation, options: DataOptions) throws(DataError) -> DataSource {
        DataSource(
            name: location.path, train: Subset(try part("train", of: location)),
            test: Subset(try part("test", of: location)))
    }

    private func part(_ name: String, of location: DataLocation) throws(DataError) -> InMemoryDataset {
        let path = "\(location.path)/\(name).pairs"
        let text: String
        do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw DataError(.unreadable, in: path, "\(error)", expected: "a text file")
        }
        var (features, numbers): ([Float], [Float]) = ([], [])
        for (line, fields) in text.split(separator: "\n").map({ $0.split(separator: " ") }).enumerated() {
            let values = fields.compactMap { Float($0) }
            guard values.count == 3, fields.count == 3 else {
                throw DataError(
                    .malformed, in: path, at: .line(line + 1), "\(fields.joined(separator: " "))",
                    expected: "three numbers")
            }
            features += values[..<2]
            numbers.append(values[2])
        }
        return try InMemoryDataset(features: features, numbers: numbers, shape: SampleShape(channels: 2))
    }
}
