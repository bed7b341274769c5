/// An entry of a tar archive, written from the format's description (POSIX ustar), to have archives to read.
public struct TarEntry {
    var name: String
    var content: [UInt8]
    /// `0` a file, `2` a symbolic link, `5` a folder, ...
    var kind: Character
    /// What the header says; nil for the length of the content.
    var declared: Int?
    var prefix: String

    public init(
        _ name: String, _ content: [UInt8] = [], kind: Character = "0", declared: Int? = nil, prefix: String = ""
    ) {
        (self.name, self.content, self.kind, self.declared, self.prefix) = (name, content, kind, declared, prefix)
    }

    var bytes: [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at place: Int) {
            header.replaceSubrange(place..<place + text.utf8.count, with: text.utf8)
        }
        func octal(_ number: Int, _ digits: Int) -> String {
            let text = String(number, radix: 8)
            return String(repeating: "0", count: digits - text.count) + text
        }
        put(name, at: 0)
        put(octal(0o644, 7), at: 100)
        put(octal(declared ?? content.count, 11), at: 124)
        put("        ", at: 148)
        put(String(kind), at: 156)
        put("ustar\u{0}00", at: 257)
        put(prefix, at: 345)
        put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", at: 148)
        return header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }
}

/// A tar archive with its end mark.
public func tar(_ entries: [TarEntry]) -> [UInt8] {
    entries.flatMap(\.bytes) + [UInt8](repeating: 0, count: 1024)
}
