internal import Synchronization

/// The parts that can be chosen by name, a registry for each kind: `Parts.methods`, `Parts.optimizers`, ... Each room adds
/// those of its kinds in an extension; a program adds parts of its own before it uses them:
///
///     Parts.dropRules.add("taylor", "the smallest |w g|") { _ in TaylorDrop() }
public enum Parts {}

/// Parts of one kind by name, each with the options that it reads.
public final class Registry<Part: Sendable>: Sendable {
    /// A part that can be chosen.
    public struct Entry: Sendable {
        /// What it is chosen by.
        public let name: String
        /// One line: what it is.
        public let summary: String
        /// The options that it reads and others of its kind may not.
        public let options: [any DeclaredOption]
        /// The part, or what makes it.
        public let part: Part

        /// - Parameters:
        ///   - name: What it is chosen by.
        ///   - summary: One line: what it is.
        ///   - options: Such as `[\.dropLambda]`.
        ///   - part: The part, or what makes it.
        public init(
            _ name: String, _ summary: String, options: [PartialKeyPath<Options>] = [], _ part: Part
        ) {
            self.init(name, summary, declared: Options.declared(options), part)
        }

        /// The same, from the options themselves.
        public init(_ name: String, _ summary: String, declared options: [any DeclaredOption], _ part: Part) {
            self.name = name
            self.summary = summary
            self.options = options
            self.part = part
        }
    }

    /// What the parts are, for messages: "method", "drop rule", ...
    public let kind: String
    private let list: Mutex<[Entry]>

    /// Parts of a `kind`, which errors name, in the order of lists and help.
    public init(_ kind: String, _ entries: [Entry]) {
        self.kind = kind
        list = Mutex(entries)
    }

    /// All parts, in the order in which they were added.
    public var entries: [Entry] { list.withLock { $0 } }

    /// All names, in the same order.
    public var names: [String] { entries.map(\.name) }

    /// Every option that some part reads, each once.
    public var options: [any DeclaredOption] {
        var names: Set<String> = []
        return entries.flatMap(\.options).filter { names.insert($0.name).inserted }
    }

    /// Makes a part known. One of the same name gives way to it.
    public func add(_ entry: Entry) {
        list.withLock { list in
            if let place = list.firstIndex(where: { $0.name == entry.name }) {
                list[place] = entry
            } else {
                list.append(entry)
            }
        }
    }

    /// The same, from what an entry is made of.
    public func add(
        _ name: String, _ summary: String, options: [PartialKeyPath<Options>] = [], _ part: Part
    ) {
        add(Entry(name, summary, options: options, part))
    }

    /// The entry of this name, if there is one.
    public func entry(named name: String) -> Entry? { entries.first { $0.name == name } }

    /// The part of this name.
    /// - Throws: `UnknownName` with the nearest known name.
    public func named(_ name: String) throws(UnknownName) -> Part {
        let entries = entries
        if let entry = entries.first(where: { $0.name == name }) { return entry.part }
        throw UnknownName(kind: kind, name: name, known: entries.map(\.name))
    }

    /// The part of this name, or the error that `failure` makes.
    public func named<Failure: Error>(_ name: String, _ failure: (UnknownName) -> Failure) throws(Failure) -> Part {
        do throws(UnknownName) { return try named(name) } catch { throw failure(error) }
    }
}
