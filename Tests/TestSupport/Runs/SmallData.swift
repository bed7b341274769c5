internal import SparseStore

/// A table, grey images and colour images of three classes, a few dozen samples each, written to files.
public struct SmallData {
    private let folder: TemporaryFolder
    /// Paths.
    public let table: String
    public let images: String
    public let colours: String

    public init() throws {
        folder = try TemporaryFolder()
        var random = CounterRandom(seed: 5, purpose: .test)
        func byte(_ label: Int) -> UInt8 { UInt8(20 + 60 * label + random.next(below: 80)) }

        var lines = [(0..<12).map { "x\($0)" }.joined(separator: ",") + ",class"]
        for sample in 0..<60 {
            lines.append((0..<12).map { _ in "\(byte(sample % 3))" }.joined(separator: ",") + ",kind\(sample % 3)")
        }
        table = try folder.write(lines.joined(separator: "\n") + "\n", to: "table.csv")

        images = folder.path + "/images"
        colours = folder.path + "/colours"
        for path in [images, colours] { try folder.makeFolder(path) }
        for (name, count) in [("train", 48), ("t10k", 24)] {
            let labels = (0..<count).map { $0 % 3 }
            try folder.write(
                [0, 0, 8, 3, 0, 0, 0, UInt8(count), 0, 0, 0, 12, 0, 0, 0, 12]
                    + labels.flatMap { label in (0..<144).map { _ in byte(label) } },
                to: "images/\(name)-images-idx3-ubyte")
            try folder.write(
                [0, 0, 8, 1, 0, 0, 0, UInt8(count)] + labels.map(UInt8.init), to: "images/\(name)-labels-idx1-ubyte")
        }
        for (name, count) in [("data_batch_1.bin", 36), ("test_batch.bin", 12)] {
            let records = (0..<count).flatMap { sample in
                [UInt8(sample % 3)] + (0..<3072).map { _ in byte(sample % 3) }
            }
            try folder.write(records, to: "colours/\(name)")
        }
    }
}
