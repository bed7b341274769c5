internal import SparseStore

/// A list of things that can be chosen by name. Adding one means adding one line to its list.
public struct Catalog<Item: Sendable>: Sendable {
    /// One thing with its name and a line of explanation.
    public struct Entry: Sendable {
        public let name: String
        public let summary: String
        public let item: Item

        public init(_ name: String, _ summary: String, _ item: Item) {
            self.name = name
            self.summary = summary
            self.item = item
        }
    }

    /// What the entries are, for messages: "method", "drop rule", ...
    public let kind: String
    public let entries: [Entry]

    public init(_ kind: String, _ entries: [Entry]) {
        self.kind = kind
        self.entries = entries
    }

    /// All names, in the order of the list.
    public var names: [String] { entries.map(\.name) }

    /// The item of this name.
    /// - Throws: `PolicyError.unknownName` with the nearest known name.
    public func named(_ name: String) throws(PolicyError) -> Item {
        guard let entry = entries.first(where: { $0.name == name }) else {
            throw .unknownName(
                kind: kind, name: name, nearest: NearestName.of(name, among: names), known: names)
        }
        return entry.item
    }
}
