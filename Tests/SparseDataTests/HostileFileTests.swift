import Foundation
import SparseData
import TestSupport
import Testing

/// Damaged and dishonest files: each is refused with an error of the right kind that names the file.
@Suite struct HostileFileTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var kind: DataError.Kind
        /// Files to write, over sound ones of the same format.
        var files: [String: [UInt8]]
        /// What to open; nil is the folder.
        var open: String?
        /// Part of the message.
        var says: String

        init(_ name: String, _ kind: DataError.Kind, _ files: [String: [UInt8]], open: String? = nil, says: String) {
            testDescription = name
            self.kind = kind
            self.files = files
            self.open = open
            self.says = says
        }
    }

    static let images = "train-images-idx3-ubyte"
    static let imageLabels = "train-labels-idx1-ubyte"
    static let soundIDX: [String: [UInt8]] = [
        images: idx([3, 2, 2], randomBytes(12)), imageLabels: idx([3], [0, 1, 2]),
        "t10k-images-idx3-ubyte": idx([1, 2, 2], randomBytes(4)), "t10k-labels-idx1-ubyte": idx([1], [0]),
    ]
    static let packed = gzip(idx([3, 2, 2], randomBytes(12)))
    static let huge = Int(UInt32.max)

    static let idxCases: [Case] = [
        Case("cut short", .truncated, [images: idx([3, 2, 2], randomBytes(11))], says: "28 bytes"),
        Case("too long", .malformed, [images: idx([3, 2, 2], randomBytes(13))], says: "one more byte"),
        Case("header cut short", .truncated, [images: [0, 0, 8, 3, 0, 0]], says: "header"),
        Case("wrong magic", .malformed, [images: idx([3, 2, 2], randomBytes(12), type: 0x0D)], says: "2051"),
        Case("labels for images", .malformed, [images: idx([16], randomBytes(16))], says: "magic number 2049"),
        Case("another number of labels", .inconsistent, [imageLabels: idx([2], [0, 1])], says: "expected 3"),
        Case("labels cut short", .truncated, [imageLabels: idx([3], [0, 1])], says: imageLabels),
        Case("no images", .empty, [images: idx([0, 2, 2], [])], says: "size of 0"),
        Case("images without rows", .empty, [images: idx([3, 0, 2], [])], says: "size of 0"),
        Case("empty file", .empty, [images: []], says: "empty"),
        Case("huge images", .tooLarge, [images: idx([huge, huge, huge], [])], says: "32768"),
        Case("huge images, square", .tooLarge, [images: idx([1, huge, huge], [])], says: "32768"),
        Case(
            "huge count", .truncated, [images: idx([huge, 1 << 15, 1 << 15], []), imageLabels: idx([huge], [])],
            says: "ends here"),
        Case(
            "huge count, compressed", .truncated,
            [images: gzip(idx([huge, 1 << 10, 1 << 10], [])), imageLabels: gzip(idx([huge], []))], says: "cannot hold"),
        Case(
            "other sizes in the test part", .inconsistent, ["t10k-images-idx3-ubyte": idx([1, 2, 3], randomBytes(6))],
            says: "1x2x3"),
        Case("gzip cut short", .truncated, [images: Array(packed.dropLast(9))], says: "ends here"),
        Case("gzip without its trailer", .truncated, [images: Array(packed.dropLast(8))], says: "ends here"),
        Case("gzip with a wrong check sum", .malformed, [images: flipped(packed, packed.count - 6)], says: "corrupt"),
        Case("gzip header alone", .truncated, [images: Array(packed.prefix(10))], says: "ends here"),
        Case("gzip magic alone", .truncated, [images: [0x1F, 0x8B]], says: "ends here"),
        Case("gzip of another method", .malformed, [images: flipped(packed, 2)], says: "corrupt"),
        Case("bytes after gzip", .malformed, [images: packed + [1, 2, 3]], says: "not gzip"),
        Case(
            "a bomb", .malformed, [images: gzip(idx([3, 2, 2], Array(repeating: 0, count: 5_000_000)))], says: "follow"),
    ]

    static let soundCIFAR: [String: [UInt8]] = [
        "data_batch_1.bin": [1] + randomBytes(3072), "test_batch.bin": [2] + randomBytes(3072),
    ]
    static let cifarCases: [Case] = [
        Case("cut short", .truncated, ["data_batch_1.bin": [1] + randomBytes(3000)], says: "multiple of 3073"),
        Case("too long", .truncated, ["data_batch_1.bin": [1] + randomBytes(3073)], says: "multiple of 3073"),
        Case("cut short, compressed", .truncated, ["data_batch_1.bin": gzip([1] + randomBytes(3000))], says: "3073"),
        Case("empty", .empty, ["data_batch_1.bin": []], says: "empty"),
        Case("nothing compressed", .truncated, ["data_batch_1.bin": gzip([])], says: "3073"),
        Case("label", .labelOutOfRange, ["test_batch.bin": [10] + randomBytes(3072)], says: "label 10"),
        Case("names", .inconsistent, ["batches.meta.txt": Array("a\nb\n".utf8)], says: "2 class names"),
        Case(
            "a bomb", .tooLarge, ["data_batch_1.bin": gzip(Array(repeating: 0, count: 3073 * 61_000))],
            says: "60000 images"),
    ]

    static func table(_ name: String, _ kind: DataError.Kind, _ text: String, says: String) -> Case {
        Case(name, kind, ["t.csv": Array(text.utf8)], open: "t.csv", says: says)
    }

    static let csvCases: [Case] = [
        table("not a number", .nonFinite, "0,1,2\n1,nan,3\n", says: "line 2, column 2: \"nan\""),
        table("infinite", .nonFinite, "0,1,2\n1,-inf,3\n", says: "line 2, column 2"),
        table("infinite at the end of the line", .nonFinite, "0,1,2\n1,3,inf\n", says: "line 2, column 3"),
        table("too large for a float", .nonFinite, "0,1e39,2\n1,2,3\n", says: "line 1, column 2"),
        table("an exponent that has no magnitude", .malformed, "0,1e-9223372036854775808,2\n1,x,3\n", says: "\"x\""),
        table("text", .malformed, "0,1,5\n1,x,3\n", says: "line 2, column 2: \"x\""),
        table("empty field", .malformed, "0,1,2\n1,,3\n", says: "an empty field"),
        table("short line", .malformed, "0,1,2\n\n1,2\n", says: "line 3, column 2: 2 fields; expected 3 fields"),
        table("long line", .malformed, "0,1,2\n1,2,3,4\n", says: "4 fields"),
        table("open quote", .malformed, "a,1,2\n\"b,2,3\n", says: "quote"),
        table("one column", .malformed, "1\n2\n", says: "single column"),
        table("header alone", .empty, "a,b,c\n", says: "no samples"),
        table("blank lines alone", .empty, "\n\n  \n", says: "no samples"),
        table("one class", .malformed, "0,1.5,7\n0,2.5,7\n", says: "neither the first nor the last"),
        table("no classes", .malformed, "0.5,1.5,0.5\n0.25,2.5,1.5\n", says: "a quantity"),
        table("one sample of each class", .empty, "0,1.5,0.5\n1,2.5,1.5\n", says: "test part"),
        Case("empty", .empty, ["t.csv": []], open: "t.csv", says: "empty"),
        Case("bytes", .unknownFormat, ["t.csv": randomBytes(600)], open: "t.csv", says: "no known data format"),
        Case(
            "gzip cut short", .truncated, ["t.csv": Array(gzip(Array("0,1\n1,2\n".utf8)).dropLast(10))], open: "t.csv",
            says: "ends here"),
        Case("missing", .notFound, [:], open: "t.csv", says: "no such file"),
        Case("empty folder", .unknownFormat, [:], says: "no known data format"),
    ]

    static func flipped(_ bytes: [UInt8], _ index: Int) -> [UInt8] {
        var bytes = bytes
        bytes[index] ^= 0x55
        return bytes
    }

    /// The error that opening ends with; nil when it succeeds with samples in both parts.
    func refusal(_ path: String, options: DataOptions = DataOptions()) -> DataError? {
        do {
            let source = try DataSource.open(path, options: options)
            #expect(source.train.count > 0 && source.test.count > 0)
            return nil
        } catch { return error }
    }

    func expectRefusal(_ example: Case, over sound: [String: [UInt8]]) throws {
        let folder = try TemporaryFolder()
        for (name, bytes) in sound.merging(example.files, uniquingKeysWith: { $1 }) {
            try folder.write(bytes, to: name)
        }
        if !sound.isEmpty && example.files.isEmpty { Issue.record("a case without a damaged file") }
        let error = try #require(refusal(example.open.map(folder.path) ?? folder.path))
        #expect(error.kind == example.kind, "\(error)")
        #expect(error.description.contains(example.says), "\(error)")
        #expect(error.source.hasPrefix(folder.path), "\(error)")
        #expect(!error.description.contains("\n"))
    }

    @Test(arguments: idxCases) func idxFiles(example: Case) throws { try expectRefusal(example, over: Self.soundIDX) }
    @Test(arguments: cifarCases) func cifarFiles(example: Case) throws {
        try expectRefusal(example, over: Self.soundCIFAR)
    }
    @Test(arguments: csvCases) func tables(example: Case) throws { try expectRefusal(example, over: [:]) }

    @Test func soundFilesAreAccepted() throws {
        for files in [Self.soundIDX, Self.soundCIFAR] {
            let folder = try TemporaryFolder()
            for (name, bytes) in files { try folder.write(bytes, to: name) }
            #expect(try DataSource.open(folder.path).test.count == 1)
        }
    }

    @Test func memoryIsLimited() throws {
        let folder = try TemporaryFolder()
        var options = DataOptions()
        options.memoryLimit = 1 << 20
        try folder.write(
            gzip(Array(repeating: "0,1,2\n1,2,3\n", count: 500_000).joined().utf8.map { $0 }), to: "t.csv.gz")
        #expect(refusal(folder.path("t.csv.gz"), options: options)?.kind == .tooLarge)
    }

    @Test func aLineHasABound() throws {
        let folder = try TemporaryFolder()
        let members = Array(repeating: gzip(Array(repeating: UInt8(ascii: "1"), count: 1 << 22), level: 9), count: 70)
        try folder.write(Array(members.joined()), to: "t.csv.gz")
        #expect(refusal(folder.path("t.csv.gz"))?.kind == .tooLarge)
    }

    @Test func pathsThatAreNoFiles() throws {
        let folder = try TemporaryFolder()
        for (name, bytes) in Self.soundIDX where name != Self.images { try folder.write(bytes, to: name) }
        #expect(refusal(folder.path)?.kind == .notFound)
        try FileManager.default.createDirectory(atPath: folder.path(Self.images), withIntermediateDirectories: false)
        #expect(refusal(folder.path)?.description.contains("but a folder of that name") == true)
        try folder.write(Self.soundIDX[Self.images] ?? [], to: "\(Self.images)/\(Self.images)")
        #expect(refusal(folder.path) == nil)
        try folder.write(gzip(Self.soundIDX[Self.imageLabels] ?? []), to: "\(Self.imageLabels).gz")
        try FileManager.default.removeItem(atPath: folder.path(Self.imageLabels))
        try FileManager.default.createDirectory(
            atPath: folder.path(Self.imageLabels), withIntermediateDirectories: false)
        #expect(refusal(folder.path) == nil)
        #expect(refusal("")?.kind == .notFound)
        #expect(refusal("/dev/zero")?.kind == .unreadable)
        var options = DataOptions()
        options.testFraction = 1
        #expect(refusal("digits", options: options)?.kind == .invalidOption)
    }

    @Test func foldersNamedLikeBatches() throws {
        let folder = try TemporaryFolder()
        for (name, bytes) in Self.soundCIFAR { try folder.write(gzip(bytes), to: name + ".gz") }
        for name in Self.soundCIFAR.keys {
            try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: false)
        }
        #expect(refusal(folder.path) == nil)
        try FileManager.default.createDirectory(atPath: folder.path("t.csv.gz"), withIntermediateDirectories: false)
        var options = DataOptions()
        options.testData = folder.path("t.csv.gz")
        try folder.write("a,1\nb,2\n", to: "t.csv")
        #expect(refusal(folder.path("t.csv"), options: options)?.description.contains("a folder") == true)
        #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
        #expect(refusal(folder.path("pipe"))?.description.contains("a pipe") == true)
    }

    @Test func bytesBehindGzipAreWhereTheFileHasThem() throws {
        let folder = try TemporaryFolder()
        let packed = gzip(Array("a,1\nb,2\n".utf8))
        let error = refusal(try folder.write(packed + Array("tail".utf8), to: "t.csv.gz"))
        #expect(error?.place == .offset(packed.count) && error?.problem.contains("4 bytes") == true, "\(error as Any)")
    }

    @Test func testTablesMustFit() throws {
        let folder = try TemporaryFolder()
        var options = DataOptions()
        let train = try folder.write("a,1\nb,2\n", to: "train.csv")
        for (text, kind) in [
            ("a,1\nc,2\n", DataError.Kind.labelOutOfRange), ("a,1,2\nb,1,2\n", .inconsistent), ("", .empty),
        ] {
            options.testData = try folder.write(text, to: "test.csv")
            #expect(refusal(train, options: options)?.kind == kind)
        }
    }
}
