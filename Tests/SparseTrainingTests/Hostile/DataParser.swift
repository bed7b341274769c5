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
    case exportedTable = "CSV with texts and gaps"
    case numberTable = "CSV of numbers to find"
    case libsvm = "LIBSVM"
    case nips = "NIPS 2003"
    case numpy = "NumPy"
    case text = "text"
    case tokens = "token ids"
    case meta = "vocabulary of token ids"
    case archive = "tar"

    /// Token ids are mapped as they are.
    var mayBeCompressed: Bool { self != .tokens && self != .meta }

    func parser(in container: Container) -> HostileParser {
        let packed = { gzip($0, level: 1) }
        let damaged = container == .gzip ? originals.map(packed) : originals
        let wrap = container == .inside ? packed : { $0 }
        return HostileParser(
            rawValue + container.rawValue, damaged, mayThrow: { $0 is DataError },
            parse: { try self == .archive ? Self.unpack(wrap($0)) : open(wrap($0)) })
    }

    private var fileName: String {
        switch self {
        case .idxImages: "train-images-idx3-ubyte"
        case .idxLabels: "train-labels-idx1-ubyte"
        case .cifar10: "data_batch_1.bin"
        case .cifar100: "train.bin"
        case .nips: "a_train.data"
        case .tokens: "train.bin"
        case .meta: "meta.json"
        case .table, .testTable, .exportedTable, .numberTable, .libsvm, .numpy, .text, .archive: "t.csv"
        }
    }

    private static let pixels = (0..<24).map { UInt8($0 * 9) }
    private static let lines = (0..<20).map { "\($0 % 3),\(Double($0) * 0.5),-\($0)e-1\n" }.joined()

    private static func idx(_ sizes: [UInt8], _ content: [UInt8]) -> [UInt8] {
        [0, 0, 8, UInt8(sizes.count)] + sizes.flatMap { [0, 0, 0, $0] } + content
    }

    /// An array of 3 x 2.
    private static func numpy(_ type: String, _ order: String, _ bytes: Int) -> [UInt8] {
        let text = "{'descr': '\(type)', 'fortran_order': \(order), 'shape': (3, 2), }\n"
        return NumPyText.magic + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8)
            + (0..<bytes).map { UInt8($0 % 2) }
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
        case .exportedTable:
            [
                "a;b;kind;g;class\n"
                    + (0..<20).map { "\($0),5;\($0 % 7 == 3 ? "" : "1.234,5");k\($0 % 3);g\($0 % 4);c\($0 % 2)\n" }
                    .joined(),
                "a,b,kind,g,class\n"
                    + (0..<20).map { "\($0),NA,\($0 % 2 == 0 ? "x" : "?"),\($0 % 4),c\($0 % 2)\n" }.joined(),
            ].map { Array($0.utf8) }
        case .numberTable:
            ["a,b,g,y\n" + (0..<20).map { "\($0),-\($0)e-1,\($0 % 3),\($0 == 4 ? "" : "\($0).5")\n" }.joined()].map {
                Array($0.utf8)
            }
        case .libsvm:
            [
                (0..<20).map { "\($0 % 2 == 0 ? "+1" : "-1") \($0 % 3 + 1):0.5 7:-\($0)e-1 # c\n" }.joined(),
                "0 0:1 2:3\n1\n" + String(repeating: "0 1:1\n1 5:2\n", count: 6),
            ].map {
                Array($0.utf8)
            }
        case .nips: ["1 2 3 \n4 5 6 \n7 8 9 \n1 1 1 \n", "1.5 -2 0\n3 4 9\n5 6 1\n7 8 2\n"].map { Array($0.utf8) }
        case .text: [Array(String(repeating: "a\u{E9}\u{2211}\u{1D11E}\n", count: 9).utf8)]
        case .tokens: [(0..<60).map { $0 % 2 == 0 ? UInt8($0 % 9) : 0 }]
        case .meta:
            [
                #"{"vocab_size": 9, "itos": ["a", "b", "c", "d", "e", "f", "g", "h", "\n"]}"#,
                #"{"itos": {"0": "a", "1": "b", "2": "c"}, "vocab_size": 3}"#, #"{"stoi": {"b": 1, "a": 0, "c": 2}}"#,
            ].map { Array($0.utf8) }
        case .archive:
            [
                tar([
                    TarEntry("f/", kind: "5"), TarEntry("f/a.bin", Self.pixels),
                    TarEntry("b", Self.pixels, prefix: "f"),
                    TarEntry("link", kind: "2"),
                ])
            ]
        case .numpy: [Self.numpy("<f4", "False", 24), Self.numpy(">i2", "True", 12), Self.numpy("|b1", "True", 6)]
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
        // Sparse rows may have as many features as a panel of them finds room for.
        options.memoryLimit = self == .libsvm ? 1 << 24 : 1 << 30
        let source =
            switch self {
            case .idxImages, .idxLabels: try folder(bytes, IDXFormat(), options)
            case .cifar10, .cifar100: try folder(bytes, CIFARFormat(), options)
            case .table, .testTable, .exportedTable, .numberTable, .libsvm: try table(bytes, options)
            case .nips: try folder(bytes, NIPSFormat(), options)
            case .numpy, .archive: try arrays(bytes, options)
            case .text, .tokens, .meta: try self.text(bytes, options)
            }
        if source.sequence != nil { try source.check() }
        _ = try source.train.dataset.preferredStandardization.scaling(
            for: source.train.count > 0 ? source.train : source.test)
    }

    /// Reads all that is in an archive.
    private static func unpack(_ bytes: [UInt8]) throws {
        var archive = try TarReader(DataFile(name: "mutant", bytes: AlignedBuffer(bytes)), limit: 1 << 20)
        let buffer = AlignedBuffer<UInt8>(count: 100)
        while try archive.next() != nil {
            while try archive.read(into: buffer) > 0 {}
        }
    }

    private func folder(_ bytes: [UInt8], _ format: some DataFormat, _ options: DataOptions) throws -> DataSource {
        let files = soundFiles.merging([fileName: bytes]) { $1 }
        let folder = DataFolder(name: "mutants", files: files.mapValues { AlignedBuffer($0) })
        return try format.open(DataLocation(path: "mutants", .folder(folder)), options: options)
    }

    /// Samples and, from another reading of the same bytes, their classes.
    private func arrays(_ bytes: [UInt8], _ options: DataOptions) throws -> DataSource {
        let mutant = DataFile(name: "mutant", bytes: AlignedBuffer(bytes))
        _ = NumPyFormat().recognises(DataLocation(path: "mutant", .file(mutant, head: try mutant.head(512))))
        let array = try NumPyArray(
            NumPyFileContent(mutant), name: "mutant", limit: options.rowLimit, keepsIntegers: true)
        return try NumPyFormat().open(samples: array, options)
    }

    private func text(_ bytes: [UInt8], _ options: DataOptions) throws -> DataSource {
        var options = options
        options.context = 2
        if self != .text { return try folder(bytes, TokenFilesFormat(), options) }
        options.tokenizer = "characters"
        return try TextFormat().open(DataFile(name: "mutant", bytes: AlignedBuffer(bytes)), options)
    }

    private func table(_ bytes: [UInt8], _ options: DataOptions) throws -> DataSource {
        let mutant = DataFile(name: "mutant", bytes: AlignedBuffer(bytes))
        _ = CSVFormat().recognises(DataLocation(path: "mutant", .file(mutant, head: try mutant.head(512))))
        switch self {
        case .libsvm:
            _ = LIBSVMFormat().recognises(DataLocation(path: "mutant", .file(mutant, head: try mutant.head(512))))
            return try LIBSVMFormat().open(mutant, test: nil, options)
        case .exportedTable:
            var options = options
            (options.missingValues, options.missingIndicators, options.transform) = (.mean, true, .log1p)
            (options.folds, options.fold, options.foldBy) = (2, 1, "g")
            return try CSVFormat().open(mutant, test: nil, options)
        case .numberTable:
            var options = options
            (options.task, options.target, options.missingValues) = (.numbers, "y", .drop)
            options.categoricalColumns = ["g"]
            return try CSVFormat().open(mutant, test: nil, options)
        default: break
        }
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
        case .nips:
            [
                "a_train.data": Array("1 2\n3 4\n5 6\n7 8\n".utf8), "a_train.labels": Array("1\n-1\n1\n-1\n".utf8),
                "a_valid.data": Array("1 2 3\n3 4 5\n".utf8), "a_valid.labels": Array("1\n-1\n".utf8),
            ]
        case .tokens, .meta:
            [
                "train.bin": [0, 0, 1, 0, 2, 0, 1, 0], "val.bin": [1, 0, 2, 0, 0, 0],
                "meta.json": Array(#"{"vocab_size": 9}"#.utf8),
            ]
        case .table, .testTable, .exportedTable, .numberTable, .libsvm, .numpy, .text, .archive: [:]
        }
    }
}
