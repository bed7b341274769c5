internal import SparseParts
internal import SparseStore

/// The IDX files of MNIST and its relatives: grey images in `train-images-idx3-ubyte`, labels in
/// `train-labels-idx1-ubyte`, and the same with `t10k` or `test`. Dots in place of dashes, a prefix such as
/// `emnist-letters-`, and `.gz` are understood. Format: Y. LeCun, C. Cortes, http://yann.lecun.com/exdb/mnist/.
///
/// Labels are taken as they are; there are as many classes as the largest label + 1.
struct IDXFormat: DataFormat {
    /// The entry of `Parts.dataFormats`.
    static let entry = Registry<any DataFormat>.Entry(
        "idx", "the four IDX files of the MNIST family (a folder, or one of them)", IDXFormat())

    private static let largestSide = 1 << 15

    private enum Part: String, CaseIterable {
        case trainImages = "train-images-idx3-ubyte"
        case trainLabels = "train-labels-idx1-ubyte"
        case testImages = "t10k-images-idx3-ubyte"
        case testLabels = "t10k-labels-idx1-ubyte"

        var isTest: Bool { self == .testImages || self == .testLabels }
    }

    /// Prefix of a set of files, and which of them this name is.
    private func parse(_ name: String) -> (prefix: String, part: Part)? {
        var text = name.lowercased()
        if text.hasSuffix(".gz") { text.removeLast(3) }
        text = String(text.map { $0 == "." ? "-" : $0 })
        for part in Part.allCases {
            let spellings =
                part.isTest ? [part.rawValue, "test" + part.rawValue.dropFirst("t10k".count)] : [part.rawValue]
            for spelling in spellings where text.hasSuffix(spelling) {
                return (String(text.dropLast(spelling.count)), part)
            }
        }
        return nil
    }

    func recognises(_ location: DataLocation) -> Bool {
        switch location.content {
        case .builtIn: false
        case .file(_, let head): head.count >= 4 && head.starts(with: [0, 0, 8]) && (head[3] == 1 || head[3] == 3)
        case .folder(let folder): folder.names.contains { parse($0) != nil }
        }
    }

    func open(_ location: DataLocation, options: DataOptions) throws(DataError) -> DataSource {
        let (folder, wanted) = try files(location)
        let prefixes = Set(folder.names.compactMap { parse($0)?.prefix }).sorted()
        guard let prefix = wanted ?? (prefixes.count == 1 ? prefixes.first : nil) else {
            throw DataError(
                .inconsistent, in: folder.path,
                "files of \(prefixes.count) data sets (\(prefixes.joined(separator: ", ")))",
                expected: "the path of one of the files, which says which set is meant")
        }
        func file(_ part: Part) throws(DataError) -> DataFile {
            // Names are sorted: a plain file comes before its compressed copy.
            guard let name = folder.names.first(where: { parse($0).map { $0 == (prefix, part) } ?? false }) else {
                let isFolder = folder.folders.contains { parse($0).map { $0 == (prefix, part) } ?? false }
                throw DataError(
                    .notFound, in: folder.path,
                    "no file \(prefix)\(part.rawValue), plain or .gz\(isFolder ? ", but a folder of that name" : "")",
                    expected: Self.entry.summary)
            }
            return try folder.file(name)
        }
        let train = try images(file(.trainImages), labels: file(.trainLabels), options)
        let test = try images(file(.testImages), labels: file(.testLabels), options)
        guard train.shape == test.shape else {
            throw DataError(
                .inconsistent, in: folder.path, "training images of \(train.shape), test images of \(test.shape)",
                expected: "one size")
        }
        let classes = Int(max(train.labels.max() ?? 0, test.labels.max() ?? 0)) + 1
        let name = Paths.name(folder.path)
        func subset(_ part: Images) -> Subset {
            Subset(
                ImageDataset(
                    name: name, shape: part.shape, pixels: part.pixels, labels: part.labels, classes: classes))
        }
        return DataSource(name: name, train: subset(train), test: subset(test))
    }

    private func files(_ location: DataLocation) throws(DataError) -> (folder: DataFolder, prefix: String?) {
        switch location.content {
        case .folder(let folder): return (folder, nil)
        case .file(let file, _):
            guard let parsed = parse(Paths.name(file.path)) else { break }
            if let folder = DataFolder(path: Paths.folder(file.path)) { return (folder, parsed.prefix) }
        case .builtIn: break
        }
        throw DataError(
            .unknownFormat, in: location.path, "the name does not say what the IDX file holds",
            expected: Part.allCases.map(\.rawValue).joined(separator: ", "))
    }

    private struct Images {
        var shape: SampleShape
        var pixels: SampleRecords<UInt8>
        var labels: [Int32]
    }

    private func images(
        _ file: DataFile, labels labelFile: DataFile, _ options: DataOptions
    ) throws(DataError) -> Images {
        let sizes = try header(file, dimensions: 3)
        let (count, shape) = (sizes[0], SampleShape(channels: 1, rows: sizes[1], columns: sizes[2]))
        let labelCount = try header(labelFile, dimensions: 1)[0]
        guard labelCount == count else {
            throw DataError(
                .inconsistent, in: labelFile.path, at: .offset(4), "\(labelCount) labels",
                expected: "\(count), the images in \(file.path)")
        }
        var pixels = SampleRecords<UInt8>(features: shape.features)
        pixels.append(
            try file.content(count: 16 + count * shape.features, limit: options.memoryLimit), first: 16, samples: count)
        let labels = try labelFile.content(count: 8 + count, limit: options.memoryLimit)
        return Images(shape: shape, pixels: pixels, labels: labels.elements.dropFirst(8).map { Int32($0) })
    }

    /// Checks the magic number and returns the sizes, each positive.
    private func header(_ file: DataFile, dimensions: Int) throws(DataError) -> [Int] {
        let length = 4 + 4 * dimensions
        let head = try file.head(length)
        guard head.count == length else {
            throw DataError(
                .truncated, in: file.path, at: .offset(head.count), "the header ends here", expected: "\(length) bytes")
        }
        guard head.starts(with: [0, 0, 8, UInt8(dimensions)]) else {
            let magic = head.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            throw DataError(
                .malformed, in: file.path, at: .offset(0), "magic number \(magic)",
                expected:
                    "\(2048 + dimensions), unsigned bytes in \(dimensions == 1 ? "one dimension" : "\(dimensions) dimensions")"
            )
        }
        let sizes = (1...dimensions).map { d in head[(4 * d)..<(4 * d + 4)].reduce(0) { $0 << 8 | Int($1) } }
        if let d = sizes.firstIndex(of: 0) {
            throw DataError(.empty, in: file.path, at: .offset(4 + 4 * d), "a size of 0", expected: "at least 1")
        }
        // Below 2^32 images of at most 2^30 pixels: no product of sizes overflows.
        guard sizes.dropFirst().allSatisfy({ $0 <= IDXFormat.largestSide }) else {
            throw DataError(
                .tooLarge, in: file.path, at: .offset(8), "images of \(sizes[1]) x \(sizes[2])",
                expected: "sides of at most \(IDXFormat.largestSide) pixels")
        }
        return sizes
    }
}
