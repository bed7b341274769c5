/// A layer name in which `*` stands for any run of characters: `fc1`, `conv*`, `block*.shortcut`.
package struct LayerPattern: Sendable, Equatable, Hashable, Codable, ExpressibleByStringLiteral {
    /// As it was given.
    package let text: String

    package init(_ text: String) { self.text = text }
    package init(stringLiteral text: String) { self.text = text }
    package init(from decoder: any Decoder) throws { text = try decoder.singleValueContainer().decode(String.self) }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    /// True when the whole name fits the pattern.
    package func matches(_ name: String) -> Bool {
        let (pattern, name) = (Array(text.utf8), Array(name.utf8))
        var (p, n) = (0, 0)
        var retry: (pattern: Int, name: Int)?
        while n < name.count {
            if p < pattern.count && pattern[p] == UInt8(ascii: "*") {
                // Let the star take nothing at first; on failure it takes one character more.
                retry = (p + 1, n)
                p += 1
            } else if p < pattern.count && pattern[p] == name[n] {
                p += 1
                n += 1
            } else if let again = retry {
                retry = (again.pattern, again.name + 1)
                (p, n) = (again.pattern, again.name + 1)
            } else {
                return false
            }
        }
        return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
