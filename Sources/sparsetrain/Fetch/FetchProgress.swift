internal import Foundation
internal import SparseData

/// How fetching is shown on standard error: a line for each file, and on a terminal one that is drawn over and over.
final class FetchProgress {
    /// Seconds between drawings.
    private static let interval = 0.1
    private let canDraw = StandardError.isTerminal && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    private var drawn = ContinuousClock.now - .seconds(1)

    func happened(_ event: Fetcher.Event) {
        switch event {
        case .begins(let place):
            let begun = place.begin > 0 ? ", from \(Self.megabytes(place.begin)) on" : ""
            StandardError.say("fetching \(place.url) (\(Self.megabytes(place.byteCount))\(begun))")
        case .failed(let url, let reason): Command.say("\(url): \(reason)")
        case .replaces(let path): Command.say("\(path): not the file that it should be; it is fetched again")
        case .unpacks(let path): StandardError.say("unpacking \(path)")
        }
    }

    func progressed(_ request: TransferRequest, _ count: Int) {
        guard canDraw, ContinuousClock.now - drawn >= .seconds(Self.interval) else { return }
        drawn = .now
        StandardError.draw(String(Self.line(request, count).prefix(max(TerminalWidth.columns - 1, 0))))
    }

    /// Takes away what is drawn.
    func end() { StandardError.draw("") }

    static func line(_ request: TransferRequest, _ count: Int) -> String {
        let name = request.url.split(separator: "/").last.map(String.init) ?? request.url
        return "\(name): \(megabytes(count)) of \(megabytes(request.byteCount))"
    }

    static func megabytes(_ bytes: Int) -> String {
        bytes < 100_000
            ? String(format: "%.1f KB", Double(bytes) / 1e3) : String(format: "%.1f MB", Double(bytes) / 1e6)
    }
}
