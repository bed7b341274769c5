internal import SparseParts
internal import SparseStore

/// A file that begins with `MINE`, the number of samples (a byte), and the numbers of features and of classes (a digit each);
/// then of each sample its class (a digit) and its features (a byte each). Every fourth sample is one to test.
struct MineFormat: DataFormat {
    /// The entry of `Parts.dataFormats`.
    static let entry = Registry<any DataFormat>.Entry("mine", "a file that begins with MINE", MineFormat())

    func recognises(_ location: DataLocation) -> Bool { location.head.starts(with: Array("MINE".utf8)) }

    func open(_ location: DataLocation, options: DataOptions) throws(DataError) -> DataSource {
        guard case .file(let file, let head) = location.content, head.count >= 7 else {
            throw DataError(.truncated, in: location.path, "no header", expected: "seven bytes")
        }
        let (count, features, classes) = (Int(head[4]), Int(head[5]) - 48, Int(head[6]) - 48)
        guard count >= 4, (1...9).contains(features), (1...9).contains(classes) else {
            throw DataError(.malformed, in: file.path, at: .offset(4), "impossible numbers", expected: "1 to 9")
        }
        let stride = features + 1
        let bytes = try file.content(count: 7 + count * stride, limit: options.memoryLimit)
        let labels = (0..<count).map { Int(bytes[7 + $0 * stride]) - 48 }
        if let bad = labels.firstIndex(where: { !(0..<classes).contains($0) }) {
            throw DataError(
                .labelOutOfRange, in: file.path, at: .offset(7 + bad * stride), "no class",
                expected: "0 to \(classes - 1)")
        }
        var pixels = SampleRecords<UInt8>(features: features, stride: stride)
        pixels.append(bytes, first: 8, samples: count)
        let dataset = ImageDataset(
            name: file.path, shape: SampleShape(channels: features), pixels: pixels, labels: labels.map(Int32.init),
            classes: classes)
        let samples = Array(0..<count)
        return DataSource(
            name: file.path, train: Subset(dataset, samples: samples.filter { $0 % 4 != 3 }),
            test: Subset(dataset, samples: samples.filter { $0 % 4 == 3 }))
    }
}
