internal import Foundation
internal import SparseData
internal import SparseTraining

/// Fetches by the program curl, which knows proxies, certificates and redirects: Foundation's own loading of URLs would cost every
/// start of the command, and the static link (docs/tuning.md).
struct CurlTransfer: FileTransfer {
    /// Seconds until a server must have answered; and for so long it may be slower than `slowest` bytes a second.
    private static let patience = (connect: 20, silence: 30, slowest: 100)
    /// Seconds between two looks at what has come.
    private static let interval = 0.02

    private let program: URL
    private let environment: [String: String]
    private let cancellation: Cancellation
    /// Is told how many bytes are there.
    private let progress: (TransferRequest, Int) -> Void

    /// - Throws: `DataError` when there is no curl on the path.
    init(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        cancellation: Cancellation = Cancellation(),
        progress: @escaping (TransferRequest, Int) -> Void = { _, _ in }
    ) throws(DataError) {
        let folders = (environment["PATH"] ?? "").split(separator: ":")
        let candidates = folders.map { "\($0)/curl" }
        guard let path = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            throw DataError(
                .notFound, in: "curl", "the program that fetches files is not on the path",
                expected: "it to be installed (apt-get install curl), or the files put into the cache folder by hand "
                    + "(sparsetrain data list --json names them)")
        }
        program = URL(filePath: path)
        (self.environment, self.cancellation, self.progress) = (environment, cancellation, progress)
    }

    func fetch(_ request: TransferRequest) throws(DataError) -> TransferEnd {
        let process = Process()
        let errors = Pipe()
        process.executableURL = program
        process.arguments = Self.arguments(request)
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        do { try process.run() } catch {
            throw DataError(
                .unreadable, in: program.path, "cannot be started (\(error.localizedDescription))",
                expected: "curl, a program")
        }
        var isTooLong = false
        while process.isRunning {
            Thread.sleep(forTimeInterval: Self.interval)
            let size = Self.size(of: request.path)
            progress(request, min(size, request.byteCount))
            isTooLong = size > request.byteCount
            // It is in a process group of its own: what is typed on the terminal reaches this process alone. And it has
            // inherited that signals are ignored, but for the one that cannot be.
            if isTooLong || cancellation.isCancelled {
                kill(process.processIdentifier, SIGKILL)
                break
            }
        }
        process.waitUntilExit()
        let said = (try? errors.fileHandleForReading.readToEnd()).flatMap { $0 } ?? Data()
        if cancellation.isCancelled {
            throw DataError(
                .unreadable, in: request.url, "interrupted", expected: "to be typed again: it goes on where it stopped")
        }
        if isTooLong { return .tooLong("more and more bytes") }
        guard process.terminationReason == .exit else {
            return .brokeOff("curl was ended by signal \(process.terminationStatus)")
        }
        return try Self.end(status: process.terminationStatus, said: Self.reason(said), of: request)
    }

    private static func arguments(_ request: TransferRequest) -> [String] {
        var arguments = [
            "--silent", "--show-error", "--fail", "--location", "--globoff", "--proto", "=http,https,ftp,file",
            "--proto-redir", "=http,https", "--connect-timeout", "\(patience.connect)",
            "--speed-limit", "\(patience.slowest)", "--speed-time", "\(patience.silence)",
            "--max-filesize", "\(request.byteCount - request.begin)", "--output", request.path,
        ]
        if request.begin > 0 { arguments += ["--continue-at", "\(request.begin)"] }
        return arguments + ["--url", request.url]
    }

    /// What curl's exit status means: `man curl`, EXIT CODES.
    private static func end(
        status: Int32, said: String, of request: TransferRequest
    ) throws(DataError) -> TransferEnd {
        switch status {
        case 0: return .complete
        case 5, 6, 7: return .unreachable(said)
        case 18, 52, 55, 56, 92: return .brokeOff(said)
        case 28: return size(of: request.path) > request.begin ? .brokeOff(said) : .unreachable(said)
        case 22 where request.begin > 0 && said.hasSuffix(" 416"), 33: return .cannotResume
        case 23:
            throw DataError(.unreadable, in: request.path, said, expected: "a folder with room that may be written")
        case 63: return .tooLong(said)
        default: return .refused(said)
        }
    }

    /// The last line, without curl's name and number.
    private static func reason(_ bytes: Data) -> String {
        let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).last.map(String.init)
        guard let line, !line.isEmpty else { return "curl failed without a word" }
        return line.replacing(/^curl: (\(\d+\) )?/, with: "")
    }

    private static func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }
}
