internal import Foundation
internal import Synchronization

/// A small HTTP server on the loopback address that gives some files, and behaves as servers do at times. The first part of a
/// path says how: `/right/a.gz` gives the file `a.gz`.
public final class LoopbackServer: Sendable {
    /// What the server does when it is asked for a file.
    public enum Manner: String, CaseIterable, Sendable {
        /// Gives it, from the byte that is asked for on.
        case right
        /// Gives it as a whole, whatever part is asked for.
        case whole
        /// Closes the connection after half of what is asked for.
        case half
        /// Says that there is more than it gives.
        case boastful
        /// Says that half of it is all.
        case modest
        /// Gives as many other bytes.
        case wrong
        /// Gives more bytes, and says so.
        case longer
        /// Gives bytes without an end, and says nothing of their number.
        case endless
        /// A short page, as hotels have for those who have not paid.
        case page
        /// There is no such file.
        case absent
        /// Sends elsewhere.
        case moved
        /// Closes the connection without a word.
        case mute
    }

    /// A request as it came.
    public struct Request: Sendable, Equatable {
        /// What stands behind GET: a path, or a URL when the server is asked as a proxy.
        public var target: String
        /// The byte from which on it is wanted; nil for the whole.
        public var begin: Int?
    }

    /// The port that it listens at.
    public let port: UInt16
    private let listener: Int32
    private let files: [String: [UInt8]]
    private let log = Mutex<[Request]>([])
    private let isClosed = Atomic(false)

    /// What was asked for so far.
    public var requests: [Request] { log.withLock { $0 } }

    /// Folder on the server where files are given in that manner.
    public func url(_ manner: Manner) -> String { "http://127.0.0.1:\(port)/\(manner.rawValue)/" }

    public init(_ files: [String: [UInt8]]) throws {
        self.files = files
        (listener, port) = try Self.listening()
        let thread = Thread { [weak self, listener] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else { return }
                guard let server = self, !server.isClosed.load(ordering: .relaxed) else {
                    close(connection)
                    return
                }
                Thread { server.answer(connection) }.start()
            }
        }
        thread.start()
    }

    /// Stops listening.
    public func stop() {
        if isClosed.exchange(true, ordering: .relaxed) { return }
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    deinit { stop() }

    /// A port of the loopback address at which nobody listens.
    public static func closedPort() throws -> UInt16 {
        let (listener, port) = try listening()
        close(listener)
        return port
    }

    private static func listening() throws -> (Int32, UInt16) {
        #if canImport(Glibc)
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        #else
        let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isOpen = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        guard isOpen else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    private func answer(_ connection: Int32) {
        defer {
            shutdown(connection, Int32(SHUT_WR))
            close(connection)
        }
        guard let request = Self.request(connection) else { return }
        log.withLock { $0.append(request) }
        let parts = request.target.split(separator: "/").suffix(2).map(String.init)
        guard parts.count == 2, let manner = Manner(rawValue: parts[0]), let file = files[parts[1]] else {
            return Self.send(connection, "404 Not Found", [], length: 0)
        }
        let begin = min(request.begin ?? 0, file.count)
        let part = Array(file[begin...])
        func give(_ bytes: [UInt8], length: Int) {
            let range = request.begin.map { "Content-Range: bytes \($0)-\(file.count - 1)/\(file.count)\r\n" } ?? ""
            Self.send(
                connection, request.begin == nil ? "200 OK" : "206 Partial Content", bytes, length: length, more: range)
        }
        switch manner {
        case .right: give(part, length: part.count)
        case .whole: Self.send(connection, "200 OK", file, length: file.count)
        case .half: give(Array(part.prefix((part.count + 1) / 2)), length: part.count)
        case .boastful: give(part, length: part.count + 1000)
        case .modest: Self.send(connection, "200 OK", file, length: file.count / 2)
        case .wrong: give(part.map { ~$0 }, length: part.count)
        case .longer: give(part + [0, 0, 0], length: part.count + 3)
        case .endless:
            Self.send(connection, "200 OK", [], length: nil)
            let zeros = [UInt8](repeating: 0, count: 1 << 16)
            while Self.send(connection, zeros) {}
        case .page: Self.send(connection, "200 OK", Array("<p>Please pay first</p>".utf8), length: 23)
        case .absent: Self.send(connection, "404 Not Found", [], length: 0)
        case .moved:
            Self.send(
                connection, "302 Found", [], length: 0, more: "Location: /\(Manner.right.rawValue)/\(parts[1])\r\n")
        case .mute: break
        }
    }

    /// Reads up to the empty line.
    private static func request(_ connection: Int32) -> Request? {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !text.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            let count = read(connection, &buffer, buffer.count)
            guard count > 0 else { return nil }
            text += buffer.prefix(count)
        }
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\r\n").map(String.init)
        guard let words = lines.first?.split(separator: " "), words.count == 3, words[0] == "GET" else { return nil }
        let range = lines.first { $0.lowercased().hasPrefix("range: bytes=") }
        return Request(
            target: String(words[1]), begin: range.flatMap { Int($0.dropFirst("range: bytes=".count).dropLast()) })
    }

    private static func send(
        _ connection: Int32, _ status: String, _ bytes: [UInt8], length: Int?, more: String = ""
    ) {
        let counted = length.map { "Content-Length: \($0)\r\n" } ?? ""
        _ = send(connection, Array("HTTP/1.1 \(status)\r\n\(counted)\(more)Connection: close\r\n\r\n".utf8) + bytes)
    }

    private static func send(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
        var done = 0
        while done < bytes.count {
            #if canImport(Glibc)
            let flags = Int32(MSG_NOSIGNAL)
            #else
            let flags: Int32 = 0
            #endif
            let count = bytes.withUnsafeBytes { bytes in
                bytes.baseAddress.map { Foundation.send(connection, $0 + done, bytes.count - done, flags) } ?? -1
            }
            if count <= 0 { return false }
            done += count
        }
        return true
    }
}
