public import SparseParts
internal import SparseStore

/// The binary version of CIFAR-10 and CIFAR-100 (A. Krizhevsky, https://www.cs.toronto.edu/~kriz/cifar.html), each file
/// plain or `.gz`: `data_batch_1.bin`, ... (one or more) with `test_batch.bin`, or `train.bin` with `test.bin`. A record
/// is the label (CIFAR-100: coarse, then fine), then 32 x 32 bytes each of red, green and blue.
struct CIFARFormat: DataFormat {
    /// The entry of `Parts.dataFormats`.
    static let entry = Registry<any DataFormat>.Entry(
        "cifar", "a folder with CIFAR's data_batch_*.bin and test_batch.bin, or train.bin and test.bin",
        options: [\.coarseLabels], CIFARFormat())

    private static let shape = SampleShape(channels: 3, rows: 32, columns: 32)
    /// Images taken from one compressed file, which unlike a plain one does not show its size: all that a CIFAR set has.
    private static let mostCompressed = 60_000

    /// What differs between the two sets.
    private struct Variant {
        var train: [String]
        var test: String
        var labelBytes: Int
        var labelIndex: Int
        var classes: Int
        var namesFile: String
    }

    func recognises(_ location: DataLocation) -> Bool {
        guard case .folder(let folder) = location.content else { return false }
        return folder.names.contains { ["train.bin", "test_batch.bin"].contains(plain($0)) || isBatch($0) }
    }

    func open(_ location: DataLocation, options: DataOptions) throws(DataError) -> DataSource {
        guard case .folder(let folder) = location.content else {
            throw DataError(.unknownFormat, in: location.path, "not a folder", expected: Self.entry.summary)
        }
        let variant = variant(folder.names, options)
        guard !options.coarseLabels || variant.labelBytes == 2 else {
            throw DataError(
                .unreadOption, in: "--coarse-labels", "\(folder.path) has one label a sample",
                expected: "CIFAR-100, a folder with train.bin and test.bin; or leave it out")
        }
        let classNames = try classNames(variant, folder)
        func part(_ wanted: [String]) throws(DataError) -> Subset {
            var pixels = SampleRecords<UInt8>(
                features: CIFARFormat.shape.features, stride: variant.labelBytes + CIFARFormat.shape.features)
            var labels: [Int32] = []
            for plainName in wanted {
                // Names are sorted: a plain file comes before its compressed copy.
                guard let name = folder.names.first(where: { plain($0) == plainName }) else {
                    throw DataError(
                        .notFound, in: folder.path, "no file \(plainName), plain or .gz", expected: Self.entry.summary)
                }
                try append(folder.file(name), variant, to: &pixels, &labels, options.memoryLimit)
            }
            return Subset(
                ImageDataset(
                    name: Paths.name(folder.path), shape: CIFARFormat.shape, pixels: pixels, labels: labels,
                    classes: variant.classes, classNames: classNames))
        }
        return DataSource(
            name: Paths.name(folder.path), train: try part(variant.train), test: try part([variant.test]))
    }

    private func plain(_ name: String) -> String { name.hasSuffix(".gz") ? String(name.dropLast(3)) : name }

    private func isBatch(_ name: String) -> Bool {
        let name = plain(name)
        guard name.hasPrefix("data_batch_"), name.hasSuffix(".bin") else { return false }
        return Int(name.dropFirst("data_batch_".count).dropLast(".bin".count)) != nil
    }

    private func variant(_ names: [String], _ options: DataOptions) -> Variant {
        let batches = Set(names.filter(isBatch).map(plain)).sorted()
        if batches.isEmpty && names.contains(where: { plain($0) == "train.bin" }) {
            return Variant(
                train: ["train.bin"], test: "test.bin", labelBytes: 2, labelIndex: options.coarseLabels ? 0 : 1,
                classes: options.coarseLabels ? 20 : 100,
                namesFile: options.coarseLabels ? "coarse_label_names.txt" : "fine_label_names.txt")
        }
        return Variant(
            train: batches.isEmpty ? ["data_batch_1.bin"] : batches, test: "test_batch.bin", labelBytes: 1,
            labelIndex: 0, classes: 10, namesFile: "batches.meta.txt")
    }

    private func append(
        _ file: DataFile, _ variant: Variant, to pixels: inout SampleRecords<UInt8>, _ labels: inout [Int32],
        _ limit: Int
    ) throws(DataError) {
        let content = try CIFARContent(
            file, record: pixels.stride, mostCompressed: CIFARFormat.mostCompressed, limit: limit)
        let before = labels.count
        labels.reserveCapacity(before + content.samples)
        content.append(to: &pixels, first: variant.labelBytes)
        var labelBytes = SampleRecords<UInt8>(features: 1, stride: pixels.stride)
        content.append(to: &labelBytes, first: variant.labelIndex)
        for sample in 0..<content.samples {
            let label = Int(labelBytes.value(sample: sample, feature: 0))
            guard label < variant.classes else {
                throw DataError(
                    .labelOutOfRange, in: file.path, at: .offset(sample * pixels.stride + variant.labelIndex),
                    "label \(label)", expected: "labels from 0 to \(variant.classes - 1)")
            }
            labels.append(Int32(label))
        }
    }

    private func classNames(_ variant: Variant, _ folder: DataFolder) throws(DataError) -> [String]? {
        guard folder.names.contains(variant.namesFile) else { return nil }
        let file = try folder.file(variant.namesFile)
        let text = String(decoding: try file.head(1 << 16), as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline).map { String($0) }.filter { !$0.isEmpty }
        guard lines.count == variant.classes else {
            throw DataError(
                .inconsistent, in: file.path, "\(lines.count) class names", expected: "\(variant.classes), one a line")
        }
        return lines
    }
}

extension Options {
    /// CIFAR-100: the 20 coarse classes in place of the 100 fine ones.
    public var coarseLabels: Option<Bool> {
        Option(
            "coarse-labels", .data, "", .flag, default: false, carryOver: .refused, "the 20 coarse classes of CIFAR-100"
        )
    }
}
