import TestSupport

@testable import SparseData
@testable import SparseTraining

/// How the bytes of a data file are wrapped.
enum Container: String, CaseIterable {
    case plain = ""
    /// The bytes are damaged, then compressed.
    case inside = " in gzip"
    /// The bytes are compressed, then damaged.
    case gzip = " as gzip"
}

/// The readers of data files, each of one file among sound ones.
enum DataParser: String, CaseIterable {
    case idxImages = "IDX images"
    case idxLabels = "IDX labels"
    case cifar10 = "CIFAR-10"
    case cifar100 = "CIFAR-100"
    case table = "CSV"
    case testTable = "CSV for testing"

    func parser(in container: Container) -> HostileParser {
        let packed = { gzip($0, level: 1) }
        let damaged = container == .gzip ? originals.map(packed) : originals
        let wrap = container == .inside ? packed : { $0 }
        return HostileParser(
            rawValue + container.rawValue, damaged, mayThrow: { $0 is DataError }, parse: { try open(wrap($0)) })
    }

    private var fileName: String {
        switch self {
        case .idxImages: "train-images-idx3-ubyte"
        case .idxLabels: "train-labels-idx1-ubyte"
        case .cifar10: "data_batch_1.bin"
        case .cifar100: "train.bin"
        case .table, .testTable: "t.csv"
        }
    }

    private static let pixels = (0..<24).map { UInt8($0 * 9) }
    private static let lines = (0..<20).map { "\($0 % 3),\(Double($0) * 0.5),-\($0)e-1\n" }.joined()

    private static func idx(_ sizes: [UInt8], _ content: [UInt8]) -> [UInt8] {
        [0, 0, 8, UInt8(sizes.count)] + sizes.flatMap { [0, 0, 0, $0] } + content
    }

    private var originals: [[UInt8]] {
        switch self {
        case .idxImages: [Self.idx([6, 2, 2], Self.pixels)]
        case .idxLabels: [Self.idx([6], [0, 1, 2, 0, 1, 2])]
        case .cifar10: [[3] + [UInt8](repeating: 7, count: 3072) + [9] + [UInt8](repeating: 200, count: 3072)]
        case .cifar100: [[3, 40] + [UInt8](repeating: 7, count: 3072)]
        case .testTable:
            ["class,a,b\n" + Self.lines, "b,class,a\n1,2,.5\n2,\"0\",4", "class,a,b,\n1,\"2\",3,\n"].map {
                Array($0.utf8)
            }
        case .table:
            [
                "class,a,b\n" + Self.lines,
                "a,b,\"c\"\n1,-2.5e3,x\n4,5,\"y\"\r\n6,7,x\n8,9,y\n\n5,\t7,x\n5,7,y\n6,1,x\n",
                "0,1,2,label\n1.5,2,3,\"a, \"\"b\"\"\nc\"\n1,2,3,d\n1,2,3,d\n2,3,4,d\n1,5,6,d\n7,7,7,\"a, \"\"b\"\"\nc\"\n",
                "1|2.0|-1|\r3|+4|1.0|\r5|6|1|\r7|8|-1|\r9|0|-1|\r2|2|1|\r4|4|1|\r1|1|1|\r",
                "1 2.5 1e30\n0 7 -3\n1 1 1\n0 0 1\n1 0 0\n1 2 2\n1 3 3\n0 5 5\n0 8 7\n0 9 9\n",
            ].map { Array($0.utf8) }
        }
    }

    /// Opens a data set of which one file has these bytes, and uses it as a run does.
    private func open(_ bytes: [UInt8]) throws {
        var options = DataOptions()
        options.memoryLimit = 1 << 30
        let source =
            switch self {
            case .idxImages, .idxLabels: try folder(bytes, IDXFormat(), options)
            case .cifar10, .cifar100: try folder(bytes, CIFARFormat(), options)
            case .table, .testTable: try table(bytes, options)
            }
        _ = try source.train.dataset.preferredStandardization.scaling(for: source.train)
    }

    private func folder(_ bytes: [UInt8], _ format: some DataFormat, _ options: DataOptions) throws -> DataSource {
        let files = soundFiles.merging([fileName: bytes]) { $1 }
        let folder = DataFolder(name: "mutants", files: files.mapValues { AlignedBuffer($0) })
        return try format.open(DataLocation(path: "mutants", .folder(folder)), options: options)
    }

    private func table(_ bytes: [UInt8], _ options: DataOptions) throws -> DataSource {
        let mutant = DataFile(name: "mutant", bytes: AlignedBuffer(bytes))
        _ = CSVFormat().recognises(DataLocation(path: "mutant", .file(mutant, head: try mutant.head(512))))
        if self == .table { return try CSVFormat().open(mutant, test: nil, options) }
        let sound = DataFile(name: "sound", bytes: AlignedBuffer(originals[0]))
        return try CSVFormat().open(sound, test: mutant, options)
    }

    private var soundFiles: [String: [UInt8]] {
        switch self {
        case .idxImages, .idxLabels:
            [
                "train-images-idx3-ubyte": Self.idx([6, 2, 2], Self.pixels),
                "train-labels-idx1-ubyte": Self.idx([6], [0, 1, 2, 0, 1, 2]),
                "t10k-images-idx3-ubyte": Self.idx([2, 2, 2], Array(Self.pixels.prefix(8))),
                "t10k-labels-idx1-ubyte": Self.idx([2], [0, 1]),
            ]
        case .cifar10: ["test_batch.bin": [1] + [UInt8](repeating: 7, count: 3072)]
        case .cifar100: ["test.bin": [1, 40] + [UInt8](repeating: 7, count: 3072)]
        case .table, .testTable: [:]
        }
    }
}
