/// Every option that is declared: rooms, and programs with parts of their own, add theirs in extensions (see `Option`).
public struct Options: Sendable {
    /// The key paths of `Options` are what matters; a value of it holds nothing.
    public init() {}

    /// The declarations at some of its properties, such as `[\.density, \.erkPower]`.
    package static func declared(_ keys: [PartialKeyPath<Options>]) -> [any DeclaredOption] {
        keys.map { key in
            guard let option = Options()[keyPath: key] as? any DeclaredOption else {
                preconditionFailure("\(key) is no option")
            }
            return option
        }
    }
}

/// Values of options. An option that is not among them has its default: nil, where it may be left open.
///
///     let preset = Settings {
///         $0.dropFraction = 0.3
///         $0.dropSchedule = "cosine"
///     }
@dynamicMemberLookup
public struct Settings: Sendable, Equatable {
    private var entries: [String: Entry] = [:]

    private struct Entry: Sendable {
        var option: any DeclaredOption
        var value: any OptionValue
    }

    /// All defaults.
    public init() {}

    /// Those that `set` sets, defaults elsewhere.
    public init(_ set: (inout Settings) -> Void) { set(&self) }

    /// The value of an option.
    public subscript<Value>(_ option: Option<Value>) -> Value {
        get { entries[option.name]?.value as? Value ?? option.defaultValue }
        set {
            if let substitute = option.substitute {
                substitute.set(newValue, &self)
            } else {
                entries[option.name] =
                    newValue == option.defaultValue ? nil : Entry(option: option, value: newValue)
            }
        }
    }

    /// The value of an option by the name of its declaration: `settings.dropFraction`.
    public subscript<Value>(dynamicMember key: KeyPath<Options, Option<Value>>) -> Value {
        get { self[Options()[keyPath: key]] }
        set { self[Options()[keyPath: key]] = newValue }
    }

    /// Whether the option has another value than its default.
    public func has(_ option: some DeclaredOption) -> Bool { entries[option.name] != nil }

    /// Gives the option its default.
    public mutating func remove(_ option: some DeclaredOption) { entries[option.name] = nil }

    /// Gives the option the value that it has in others.
    package mutating func take(_ option: some DeclaredOption, from others: Settings) {
        entries[option.name] = others.entries[option.name]
    }

    /// The options that have other values than their defaults, by name.
    public var options: [any DeclaredOption] {
        entries.sorted { $0.key < $1.key }.map(\.value.option)
    }

    /// These values where they are set, `others` elsewhere.
    public func over(_ others: Settings) -> Settings {
        var both = others
        both.entries.merge(entries) { $1 }
        return both
    }

    /// Those of the options that `isIncluded` says.
    package func filter(_ isIncluded: (any DeclaredOption) -> Bool) -> Settings {
        var some = self
        some.entries = entries.filter { isIncluded($0.value.option) }
        return some
    }

    /// Refuses the first value, by name, that is not as its option says.
    /// - Throws: `OptionError`.
    public func check() throws(OptionError) {
        for option in options { try option.check(self) }
    }

    public static func == (one: Settings, other: Settings) -> Bool {
        one.entries.count == other.entries.count
            && one.entries.allSatisfy { name, entry in
                other.entries[name].map { isEqual(entry.value, $0.value) } ?? false
            }
    }

    private static func isEqual<Value: OptionValue>(_ one: Value, _ other: any OptionValue) -> Bool {
        other as? Value == one
    }
}
