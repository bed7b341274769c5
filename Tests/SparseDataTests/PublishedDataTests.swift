import Foundation
import SparseParts
import TestSupport
import Testing

@testable import SparseData

/// The catalogue, what of it is found in a cache folder, and what becomes of what a transfer brings; no net is needed.
@Suite struct PublishedDataTests {
    @Test(arguments: Parts.publishedData.entries.map(\.part.name)) func anEntryIsWhole(name: String) throws {
        let dataset = try Parts.publishedData.named(name)
        #expect(name.wholeMatch(of: /[a-z0-9-]+/) != nil && !dataset.summary.isEmpty)
        #expect(!dataset.mirrors.isEmpty && dataset.mirrors.allSatisfy { $0.hasPrefix("http") && $0.hasSuffix("/") })
        for file in dataset.files {
            #expect(file.sha256.wholeMatch(of: /[0-9a-f]{64}/) != nil && file.byteCount > 0)
            #expect(!file.name.contains("/") && file.name.hasSuffix(".tar.gz") == !file.members.isEmpty)
        }
        let names = dataset.contents.map(\.name)
        #expect(Set(names).count == names.count && !names.contains { $0.contains("/") || $0.isEmpty })
        #expect(Set(dataset.files.map(\.sha256)).count == dataset.files.count)
    }

    @Test func theNamesAreKnown() {
        #expect(Parts.publishedData.names.starts(with: ["mnist", "fashion-mnist", "cifar10", "cifar100"]))
    }

    @Test(.enabled(if: SharedData.has("fashion-mnist"), SharedData.missing)) func sumsOfFashionMNIST() throws {
        for file in PublishedDataset.fashionMNIST.files where file.byteCount < 1 << 20 {
            let path = SharedData.path("fashion-mnist/" + file.name)
            #expect(try SHA256.digits(ofFile: path) == file.sha256 && Disk.size(of: path) == file.byteCount)
        }
    }

    @Test func theUsersCache() {
        #expect(DataOptions.userCache(["XDG_CACHE_HOME": "/x", "HOME": "/h"]) == "/x/sparsetrain")
        #expect(DataOptions.userCache(["XDG_CACHE_HOME": "x", "HOME": "/h"]) == "/h/.cache/sparsetrain")
        #expect(DataOptions.userCache(["XDG_CACHE_HOME": "", "HOME": "/h"]) == "/h/.cache/sparsetrain")
        #expect(DataOptions.userCache(["HOME": ""]) == nil && DataOptions.userCache([:]) == nil)
    }

    @Test func wordsForAShell() {
        #expect(
            Paths.word("/a/b-c_1.d") == "/a/b-c_1.d" && Paths.word("a b's") == "'a b'\\''s'" && Paths.word("") == "''")
    }
}

/// Four small files in the place of MNIST's.
enum SmallSet {
    static let images = idx([3, 2, 2], randomBytes(12))
    static let files: [String: [UInt8]] = [
        "train-images-idx3-ubyte": images, "train-labels-idx1-ubyte": idx([3], [0, 1, 2]),
        "t10k-images-idx3-ubyte": images, "t10k-labels-idx1-ubyte": idx([3], [2, 1, 0]),
    ]

    static func digits(_ bytes: [UInt8]) -> String {
        var sum = SHA256()
        bytes.withUnsafeBytes { sum.update($0) }
        return sum.digits
    }

    static func dataset(_ name: String) -> PublishedDataset {
        PublishedDataset(
            name: name, summary: "a small one", mirrors: ["one:/", "two:/"],
            files: files.keys.sorted().map { file in
                let bytes = files[file] ?? []
                return PublishedDataset.File(file, byteCount: bytes.count, sha256: digits(bytes))
            })
    }
}

/// `--data NAME`.
@Suite struct NamedDataTests {
    @Test func aNameLeadsToTheCache() throws {
        let dataset = SmallSet.dataset("small-\(UUID())".lowercased())
        Parts.publishedData.add(dataset.name, dataset.summary, dataset)
        let cache = try TemporaryFolder()
        var options = DataOptions()
        options.cache = cache.path
        func refusal(_ says: String) {
            #expect {
                try DataSource.open(dataset.name, options: options)
            } throws: { "\($0)".contains(says) }
        }
        refusal("sparsetrain data fetch \(dataset.name) --cache \(cache.path)")
        try cache.makeFolder(cache.path(dataset.name))
        refusal("the data set is not in \(cache.path)/\(dataset.name)")
        for (name, bytes) in SmallSet.files {
            try cache.write(Array(bytes.dropLast()), to: dataset.name + "/" + name)
        }
        refusal("train-images-idx3-ubyte has 27 bytes in place of 28")
        for (name, bytes) in SmallSet.files where name.hasPrefix("train") {
            try cache.write(bytes, to: dataset.name + "/" + name)
        }
        refusal("not the whole data set \(dataset.name): t10k-images-idx3-ubyte has")
        for (name, bytes) in SmallSet.files { try cache.write(bytes, to: dataset.name + "/" + name) }
        let source = try DataSource.open(dataset.name, options: options)
        #expect(labels(source.test) == [2, 1, 0] && source.name == dataset.name && source.remarks.isEmpty)
        #expect(try !DataSource.isTable(dataset.name, options: options))
        #expect(throws: DataError.self) { try DataSource.open("no-such-set", options: options) }
    }
}

/// What the fetcher makes of what comes: transfers that a test made up.
@Suite struct FetcherTests {
    /// Each transfer appends some bytes and ends somehow, the next one as the next in the list.
    private final class Script: FileTransfer, @unchecked Sendable {
        var answers: [(bytes: [UInt8], end: TransferEnd)]
        var asked: [TransferRequest] = []

        init(_ answers: [(bytes: [UInt8], end: TransferEnd)]) { self.answers = answers }

        func fetch(_ request: TransferRequest) throws(DataError) -> TransferEnd {
            asked.append(request)
            guard !answers.isEmpty else { return .refused("no more") }
            let (bytes, end) = answers.removeFirst()
            let before = (try? Data(contentsOf: URL(filePath: request.path))) ?? Data()
            do { try (before + bytes).write(to: URL(filePath: request.path)) } catch { return .refused("\(error)") }
            return end
        }
    }

    private let content = randomBytes(100, seed: 8)

    private func dataset(_ file: PublishedDataset.File? = nil) -> PublishedDataset {
        let file = file ?? .init("a.gz", byteCount: 100, sha256: SmallSet.digits(content))
        return PublishedDataset(name: "set", summary: "", mirrors: ["one:/", "two:/"], files: [file])
    }

    /// Fetches, and returns the URLs with their beginnings, and the error.
    @discardableResult
    private func fetch(
        _ answers: [(bytes: [UInt8], end: TransferEnd)], into folder: TemporaryFolder,
        of dataset: PublishedDataset? = nil
    ) -> (asked: [String], error: String?) {
        let script = Script(answers)
        let fetcher = Fetcher(cache: folder.path, transfer: script)
        var message: String?
        do { _ = try fetcher.fetch(dataset ?? self.dataset()) } catch { message = "\(error)" }
        return (script.asked.map { "\($0.url.prefix(3)) \($0.begin)" }, message)
    }

    private func has(_ folder: TemporaryFolder) throws -> Bool {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("set"))
        return try names == ["a.gz"] && Data(contentsOf: URL(filePath: folder.path("set/a.gz"))) == Data(content)
    }

    @Test func brokenTransfersGoOn() throws {
        let folder = try TemporaryFolder()
        let first = fetch(
            [(Array(content[..<30]), .brokeOff("x")), (Array(content[30..<50]), .brokeOff("x")), ([], .brokeOff("y"))],
            into: folder)
        #expect(first.asked == ["one 0", "one 30", "one 50", "two 50"])
        let message = try #require(first.error)
        #expect(message.contains("one:/a.gz: y (after 50 of 100 bytes); two:/a.gz: no more"), "\(message)")
        #expect(fetch([(Array(content[50...]), .complete)], into: folder).asked == ["one 50"])
        #expect(try has(folder))
        // What is there and right is not asked for.
        #expect(fetch([], into: folder).asked.isEmpty)
        // With other bytes it is replaced, and stays until the right ones are there.
        try folder.write([1, 2, 3], to: "set/a.gz")
        #expect(fetch([([], .refused("no"))], into: folder).error != nil)
        #expect(try Data(contentsOf: URL(filePath: folder.path("set/a.gz"))).count == 3)
        #expect(fetch([(content, .brokeOff("late"))], into: folder).error == nil)
        #expect(try has(folder))
    }

    @Test func aWrongBeginningIsThrownAway() throws {
        let folder = try TemporaryFolder()
        let wrong = [UInt8](repeating: 9, count: 40)
        let asked = fetch(
            [(wrong, .brokeOff("x")), (Array(content[40...]), .complete), (content, .complete)], into: folder)
        #expect(asked.asked == ["one 0", "one 40", "one 0"] && asked.error == nil)
        #expect(try has(folder))
    }

    @Test func wrongBytesLeaveNothing() throws {
        let folder = try TemporaryFolder()
        let wrong = [UInt8](repeating: 9, count: 100)
        let result = fetch([(wrong, .complete), (wrong + [1], .complete)], into: folder)
        #expect(result.asked == ["one 0", "two 0"])
        let message = try #require(result.error)
        #expect(
            message.contains("one:/a.gz: other bytes: SHA-256 differs; two:/a.gz: more than 100 bytes"), "\(message)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("set")).isEmpty)
        // A page in place of the file, and a server that knows no parts.
        let other = fetch([(Array(content[..<10]), .complete), (content, .complete)], into: folder)
        #expect(other.asked == ["one 0", "two 0"] && other.error == nil)
        try folder.write(Array(content[..<10]), to: "set/a.gz.partial")
        try FileManager.default.removeItem(atPath: folder.path("set/a.gz"))
        #expect(fetch([([], .cannotResume), (content, .complete)], into: folder).asked == ["one 10", "one 0"])
        #expect(try has(folder))
    }

    @Test func withoutANetItSaysSo() throws {
        let folder = try TemporaryFolder()
        let result = fetch([([], .unreachable("no host")), ([], .unreachable("no host"))], into: folder)
        #expect(result.error?.contains("the net cannot be reached: one:/a.gz: no host; two:/a.gz: no host") == true)
    }

    // MARK: Archives

    private func archive(_ entries: [TarEntry]) -> (bytes: [UInt8], dataset: PublishedDataset) {
        let bytes = gzip(tar(entries))
        let file = PublishedDataset.File(
            "a.tar.gz", byteCount: bytes.count, sha256: SmallSet.digits(bytes),
            members: [.init("f/x.bin", byteCount: 700), .init("f/names.txt")])
        return (bytes, dataset(file))
    }
    private let x = TarEntry("f/x.bin", randomBytes(700, seed: 4))
    private let names = TarEntry("f/names.txt", Array("a\nb\n".utf8))

    @Test func whatIsExpectedOfAnArchiveIsKept() throws {
        let folder = try TemporaryFolder()
        let (bytes, dataset) = archive([TarEntry("f/", kind: "5"), x, TarEntry("f/readme.html", [1]), names])
        #expect(fetch([(bytes, .complete)], into: folder, of: dataset).error == nil)
        let found = try FileManager.default.contentsOfDirectory(atPath: folder.path("set")).sorted()
        #expect(found == ["SHA256SUMS", "names.txt", "x.bin"])
        #expect(try Data(contentsOf: URL(filePath: folder.path("set/x.bin"))) == Data(randomBytes(700, seed: 4)))
        #expect(CachedDataset(dataset, in: folder.path).state == .present)
        #expect(fetch([], into: folder, of: dataset).asked.isEmpty)
        // Other bytes of the same length are found out, and an archive that is there is not fetched.
        try folder.write(randomBytes(700, seed: 5), to: "set/x.bin")
        try folder.write(bytes, to: "set/a.tar.gz")
        let again = fetch([], into: folder, of: dataset)
        #expect(again.asked.isEmpty && again.error == nil)
        #expect(try Data(contentsOf: URL(filePath: folder.path("set/x.bin"))) == Data(randomBytes(700, seed: 4)))
    }

    @Test func archivesWithOtherThingsAreRefused() throws {
        let cases: [(entries: [TarEntry], says: String)] = [
            ([x], "there is no f/names.txt in it"), ([x, names, x], "f/x.bin is in it twice"),
            ([names, TarEntry("f/x.bin", randomBytes(701))], "f/x.bin has 701 bytes in it"),
            ([names, TarEntry("f/x.bin", kind: "2")], "f/x.bin is no regular file in it"),
            ([x, TarEntry("../names.txt", [1])], "leads out of the archive"),
            ([x, TarEntry("f/names.txt", kind: "0")], "f/names.txt has 0 bytes in it"),
        ]
        for (entries, says) in cases {
            let folder = try TemporaryFolder()
            let (bytes, dataset) = archive(entries)
            let result = fetch([(bytes, .complete)], into: folder, of: dataset)
            #expect(result.error?.contains(says) == true, "\(says): \(result.error ?? "")")
            let found = try FileManager.default.contentsOfDirectory(atPath: folder.path("set"))
            #expect(!found.contains("SHA256SUMS") && !found.contains { $0.hasSuffix(".partial") }, "\(found)")
        }
    }
}
