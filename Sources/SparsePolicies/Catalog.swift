internal import SparseStore

/// A list of things that can be chosen by name. Adding one means adding one line to its list.
public struct Catalog<Item: Sendable>: Sendable {
    /// One thing with its name and a line of explanation.
    public struct Entry: Sendable {
        public let name: String
        public let summary: String
        /// Names of the options that it reads and others of its list may not.
        public let reads: Set<String>
        public let item: Item

        public init(_ name: String, _ summary: String, reads: Set<String> = [], _ item: Item) {
            self.name = name
            self.summary = summary
            self.reads = reads
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

    /// Every option that some entry reads.
    public var options: Set<String> { entries.reduce(into: []) { $0.formUnion($1.reads) } }

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
