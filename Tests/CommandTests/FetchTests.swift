import Foundation
import SparseTraining
import TestSupport
import Testing

@testable import SparseData
@testable import sparsetrain

/// The program that fetches.
enum Curl {
    /// Without a proxy: the server is on this machine.
    static let environment = ProcessInfo.processInfo.environment.filter { !$0.key.lowercased().hasSuffix("_proxy") }
    static let isThere = (try? CurlTransfer(environment: environment)) != nil
}

/// Fetching with curl itself from a server on the loopback address that does what servers do at times.
@Suite(.enabled(if: Curl.isThere, "curl is not installed")) struct FetchTests {
    /// Enough for curl to write it in several pieces.
    private static let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }

    private static func dataset(_ mirrors: [String]) -> PublishedDataset {
        var sum = SHA256()
        content.withUnsafeBytes { sum.update($0) }
        return PublishedDataset(
            name: "set", summary: "", mirrors: mirrors,
            files: [.init("a.gz", byteCount: content.count, sha256: sum.digits)])
    }

    private struct Outcome {
        var begins: [Int?] = []
        var failures: [String] = []
        var error: String?
        var hasFile = false
        var left: [String] = []
    }

    private func fetch(
        _ server: LoopbackServer, _ mirrors: [String], begun: [UInt8] = [], environment: [String: String] = [:]
    ) throws -> Outcome {
        let folder = try TemporaryFolder()
        try folder.makeFolder(folder.path("set"))
        if !begun.isEmpty { try folder.write(begun, to: "set/a.gz.partial") }
        var outcome = Outcome()
        let transfer = try CurlTransfer(environment: Curl.environment.merging(environment) { $1 })
        let fetcher = Fetcher(cache: folder.path, transfer: transfer) { event in
            if case .failed(_, let reason) = event { outcome.failures.append(reason) }
        }
        do { _ = try fetcher.fetch(Self.dataset(mirrors)) } catch { outcome.error = "\(error)" }
        outcome.begins = server.requests.map(\.begin)
        outcome.left = try FileManager.default.contentsOfDirectory(atPath: folder.path("set"))
        let file = URL(filePath: folder.path("set/a.gz"))
        outcome.hasFile = (try? Data(contentsOf: file)) == Data(Self.content)
        return outcome
    }

    /// What a server does, what is said of it, and whether the file is had from it in the end.
    static let manners: [(manner: LoopbackServer.Manner, says: String?)] = [
        (.right, nil), (.moved, nil), (.whole, nil), (.half, nil), (.boastful, nil),
        (.modest, "150000 bytes in place of 300000"), (.wrong, "other bytes"), (.longer, "the file has 300000 bytes"),
        (.endless, "300000 bytes"), (.page, "23 bytes in place of 300000"), (.absent, "404"),
        (.mute, "after 0 of 300000"),
    ]

    @Test func everyMannerIsTried() { #expect(Set(Self.manners.map(\.manner)) == Set(LoopbackServer.Manner.allCases)) }

    /// The file comes from this mirror or from the next one, and never anything else.
    @Test(arguments: manners.indices) func whatAServerDoes(index: Int) throws {
        let (manner, says) = Self.manners[index]
        let server = try LoopbackServer(["a.gz": Self.content])
        defer { server.stop() }
        let outcome = try fetch(server, [server.url(manner), server.url(.right)])
        #expect(outcome.error == nil && outcome.hasFile && outcome.left == ["a.gz"], "\(manner): \(outcome)")
        if let says {
            #expect(outcome.failures.count == 1 && outcome.failures[0].contains(says), "\(manner): \(outcome)")
        }
        // A server that closes after half of what is asked for is asked again for the rest, from where it broke off.
        if manner == .half {
            #expect(outcome.begins.count > 2 && outcome.begins[0] == nil && outcome.begins[1] != nil, "\(outcome)")
        }
    }

    @Test func whenAllFailEachIsNamed() throws {
        let server = try LoopbackServer(["a.gz": Self.content])
        defer { server.stop() }
        let outcome = try fetch(server, [server.url(.absent), server.url(.wrong)])
        let error = try #require(outcome.error)
        #expect(
            error.contains("no mirror gave it") && error.contains("404") && error.contains("other bytes"), "\(error)")
        #expect(outcome.left.isEmpty)
    }

    @Test func nobodyAnswers() throws {
        let server = try LoopbackServer([:])
        defer { server.stop() }
        let outcome = try fetch(server, ["http://127.0.0.1:\(try LoopbackServer.closedPort())/"])
        #expect(outcome.error?.contains("the net cannot be reached: http://127.0.0.1:") == true, "\(outcome)")
        #expect(outcome.left.isEmpty)
    }

    /// What an earlier fetch left is gone on with; a server that knows no parts gives the whole; a wrong beginning is found out.
    @Test func whatWasBegunGoesOn() throws {
        let half = Array(Self.content[..<150_000])
        for (manner, begun, begins) in [
            (.right, half, [150_000]), (.whole, half, [150_000, nil]),
            (.right, half.map { ~$0 }, [150_000, nil]), (.right, Self.content, []),
        ] as [(LoopbackServer.Manner, [UInt8], [Int?])] {
            let server = try LoopbackServer(["a.gz": Self.content])
            defer { server.stop() }
            let outcome = try fetch(server, [server.url(manner)], begun: begun)
            #expect(outcome.hasFile && outcome.begins == begins, "\(manner): \(outcome)")
        }
    }

    /// The server is the proxy: it is asked for the whole URL of a host that there is not.
    @Test func aProxyIsAsked() throws {
        let server = try LoopbackServer(["a.gz": Self.content])
        defer { server.stop() }
        let outcome = try fetch(
            server, ["http://data.invalid/right/"], environment: ["http_proxy": "http://127.0.0.1:\(server.port)"])
        #expect(outcome.hasFile && server.requests.map(\.target) == ["http://data.invalid/right/a.gz"], "\(outcome)")
    }

    @Test func anInterruptEndsIt() throws {
        let server = try LoopbackServer(["a.gz": Self.content])
        defer { server.stop() }
        let folder = try TemporaryFolder()
        let cancellation = Cancellation()
        cancellation.cancel()
        let transfer = try CurlTransfer(environment: Curl.environment, cancellation: cancellation)
        let fetcher = Fetcher(cache: folder.path, transfer: transfer)
        #expect {
            try fetcher.fetch(Self.dataset([server.url(.right)]))
        } throws: { "\($0)".contains("interrupted") }
    }

    @Test func twoDoNotFetchIntoOneFolder() throws {
        let folder = try TemporaryFolder()
        try folder.makeFolder(folder.path("set"))
        let lock = try FetchLock(folder.path("set"))
        let fetcher = Fetcher(cache: folder.path, transfer: try CurlTransfer(environment: Curl.environment))
        #expect {
            try fetcher.fetch(Self.dataset(["http://127.0.0.1:1/"]))
        } throws: { "\($0)".contains("another process is fetching") }
        withExtendedLifetime(lock) {}
    }
}

/// `sparsetrain data` and `--data NAME`.
@Suite struct DataCommandTests {
    private static let files = [
        "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz",
        "t10k-labels-idx1-ubyte.gz",
    ]
    /// No proxy, and a home of its own.
    private static let alone = [
        "http_proxy": "", "https_proxy": "", "all_proxy": "", "HTTPS_PROXY": "", "ALL_PROXY": "",
        "SPARSETRAIN_CACHE": "",
        "XDG_CACHE_HOME": "",
    ]

    @Test func withoutCurlItSaysWhatToInstall() throws {
        try withExecutable { command in
            let result = try command.run(
                ["data", "fetch", "mnist", "--cache", "c", "--quiet"], environment: ["PATH": command.folder.path])
            #expect(result.status == 1 && result.errors.contains("apt-get install curl"), "\(result.errors)")
            #expect(result.errors.count { $0.isNewline } == 1)
        }
    }

    @Test(.enabled(if: Curl.isThere, "curl is not installed")) func aMirrorThatLies() throws {
        let server = try LoopbackServer(Dictionary(uniqueKeysWithValues: Self.files.map { ($0, [1, 2, 3]) }))
        defer { server.stop() }
        try withExecutable { command in
            let result = try command.run(
                ["data", "fetch", "mnist", "--cache", "c", "--mirror", server.url(.right), "--quiet"],
                environment: Self.alone)
            #expect(result.status == 1 && result.output.isEmpty)
            #expect(result.errors.contains("3 bytes in place of 9912422"), "\(result.errors)")
            #expect(result.errors.count { $0.isNewline } == 1)
        }
    }

    @Test func aDataSetThatWasNotFetched() throws {
        try withExecutable { command in
            let home = Self.alone.merging(["HOME": command.folder.path]) { $1 }
            let result = try command.run(["--data", "cifar10", "--dry-run"], environment: home)
            #expect(result.status == 1 && result.errors.contains("\(command.folder.path)/.cache/sparsetrain/cifar10"))
            #expect(result.errors.hasSuffix("sparsetrain data fetch cifar10\n"), "\(result.errors)")
            let other = try command.run(["--data", "mnist", "--cache", "my data", "--dry-run"], environment: home)
            #expect(other.errors.hasSuffix("sparsetrain data fetch mnist --cache 'my data'\n"), "\(other.errors)")
        }
    }

    @Test func theListSaysWhatIsThere() throws {
        try withExecutable { command in
            let result = try command.run(["data", "list", "--cache", "c"])
            #expect(
                result.status == 0 && result.output.contains("\nfashion-mnist   30.9 MB  absent  "), "\(result.output)")
            let folder = command.folder.appending(path: "c/mnist")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data([1]).write(to: folder.appending(path: Self.files[0]))
            let json = try command.run(["data", "list", "mnist", "--json"], environment: ["SPARSETRAIN_CACHE": "c"])
            let listed = try #require(
                try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
            #expect(listed.count == 1 && listed[0]["state"] as? String == "incomplete")
            #expect((listed[0]["fault"] as? String)?.contains("has 1 bytes in place of 9912422") == true)
            #expect((listed[0]["files"] as? [[String: Any]])?.count == 4 && listed[0]["folder"] as? String == "c/mnist")
        }
    }

    @Test(arguments: [
        (["data"], "data needs list, or fetch"), (["data", "fetch"], "data needs list, or fetch"),
        (["data", "ftech"], "did you mean fetch?"), (["data", "fetch", "mnits"], "did you mean mnist?"),
        (["data", "fetch", "mnist", "cifar10", "--mirror", "http://127.0.0.1:1/"], "one at a time"),
        (["data", "list", "--mirror", "http://127.0.0.1:1/"], "--mirror needs"),
        (["data", "list", "--density", "1"], "not of data"),
    ])
    func wrongWords(words: [String], says: String) throws {
        try withExecutable { command in
            let result = try command.run(words)
            #expect(result.status == 2 && result.errors.contains(says) && result.output.isEmpty, "\(result)")
        }
    }

    /// The real one: fetched, found there, trained on, gone on with from another folder, evaluated, swept; and a path of its name wins.
    @Test(
        .enabled(if: Curl.isThere, "curl is not installed"),
        .enabled(if: SharedData.has("fashion-mnist"), SharedData.missing))
    func fashionMNISTByName() throws {
        var files: [String: [UInt8]] = [:]
        for name in Self.files {
            files[name] = Array(try Data(contentsOf: URL(filePath: SharedData.path("fashion-mnist/" + name))))
        }
        let server = try LoopbackServer(files)
        defer { server.stop() }
        try withExecutable { command in
            func run(_ words: [String], status: Int32 = 0) throws -> Executable.Result {
                let result = try command.run(words, environment: Self.alone)
                #expect(result.status == status, "\(words): \(result)")
                return result
            }
            let fetch = ["data", "fetch", "fashion-mnist", "--cache", "c", "--mirror", server.url(.right)]
            let fetched = try run(fetch).output
            #expect(fetched == "fashion-mnist: 4 files fetched; SHA-256 right; in c/fashion-mnist\n")
            #expect(try run(fetch).output.contains("is there already, nothing was fetched"))
            #expect(server.requests.count == 4)
            let few = ["--model", "mlp:8", "--train-samples", "500", "--epochs", "1", "--quiet"]
            let named = ["--data", "fashion-mnist", "--cache", "c"]
            let trained = try run(named + few + ["--out", "run", "--json"]).object()
            #expect(trained["data"] as? String == "fashion-mnist")
            try FileManager.default.createDirectory(
                at: command.folder.appending(path: "elsewhere"), withIntermediateDirectories: true)
            let elsewhere = try command.shell(
                "cd elsewhere && $S evaluate ../run --json && $S --resume --out ../run --quiet", environment: Self.alone
            )
            #expect(elsewhere.status == 0, "\(elsewhere)")
            _ = try run(["evaluate", "run"] + named)
            _ = try run(["predict", "run", "--out", "p.csv"] + named)
            _ = try run(["sweep", "--seed", "0,1", "--out", "sweep"] + named + few)
            // A folder of that name wins, and that is said.
            try FileManager.default.copyItem(
                at: command.folder.appending(path: "c/fashion-mnist"),
                to: command.folder.appending(path: "fashion-mnist"))
            let path = try run(named + few.dropLast() + ["--out", "path"])
            #expect(path.errors.contains("fashion-mnist: what has that name in the working folder was read"))
            let file = command.folder.appending(path: "path/config.json")
            #expect(
                try String(contentsOf: file, encoding: .utf8).contains(
                    "\(command.folder.lastPathComponent)/fashion-mnist"))
        }
    }
}
