/// One option of a run, declared beside the part that reads it:
///
///     extension Options {
///         /// Share of the weights that ...
///         public var warmth: Option<Double> {
///             Option("warmth", .method, "W", .fraction, default: 0.5, "share of the weights that are kept warm")
///         }
///     }
///
/// The part says that it reads it (`Registry.Entry.options`), and finds its value in its settings: `settings.warmth`. The
/// command line, `--help`, configuration files, checks and warnings follow from the declaration.
public struct Option<Value: OptionValue>: Sendable {
    public let name: String
    public let group: OptionGroup
    public let unit: String
    public let help: String
    public let aliases: [String]
    public let negation: String?
    public let carryOver: CarryOver
    /// What a value must be.
    public let rule: OptionRule<Value>
    /// The value without the option.
    public let defaultValue: Value
    private let defaultWords: String?
    private(set) var substitute: Substitute?
    private var hasCommas = false
    private var filling: (@Sendable (Settings) -> Value)?
    private var conflicts: [Conflict] = []

    /// When the option does not go with the values of others.
    private struct Conflict {
        var holds: @Sendable (Settings) -> Bool
        var others: [String]
        var reason: String
    }

    /// What is set in place of the option.
    struct Substitute: Sendable {
        var option: String
        var set: @Sendable (Value, inout Settings) -> Void
    }

    /// - Parameters:
    ///   - name: What follows `--`, and the key in a configuration file.
    ///   - group: Heading under which help shows it.
    ///   - unit: What the value is, as help shows it (`D`, `STEPS`, ...); empty for a flag.
    ///   - rule: What a value must be.
    ///   - value: The value without the option.
    ///   - words: The default in words, in place of the value.
    ///   - negation: The value that `--no-` and the name stand for; flags have false.
    ///   - aliases: Other names.
    ///   - carryOver: What becomes of another value when a run is resumed.
    ///   - help: One line: meaning and unit.
    public init(
        _ name: String, _ group: OptionGroup, _ unit: String, _ rule: OptionRule<Value>, default value: Value,
        inWords words: String? = nil, negation: String? = nil, aliases: [String] = [],
        carryOver: CarryOver = .overridable, _ help: String
    ) {
        self.name = name
        self.group = group
        self.unit = unit
        self.rule = rule
        self.help = help
        self.aliases = aliases
        self.carryOver = carryOver
        self.negation = Value.self == Bool.self || Value.self == Bool?.self ? "false" : negation
        defaultValue = value
        defaultWords = words
    }

    /// An option that may be left open; the rule is for the values given.
    public init<Wrapped: OptionValue>(
        _ name: String, _ group: OptionGroup, _ unit: String, _ rule: OptionRule<Wrapped>, inWords words: String? = nil,
        negation: String? = nil, aliases: [String] = [], carryOver: CarryOver = .overridable, _ help: String
    ) where Value == Wrapped? {
        self.init(
            name, group, unit, rule.optional(), default: nil, inWords: words, negation: negation, aliases: aliases,
            carryOver: carryOver, help)
    }

    /// An option of several values; the rule is for each.
    public init<Element: OptionValue>(
        _ name: String, _ group: OptionGroup, _ unit: String, _ rule: OptionRule<Element>,
        default values: [Element] = [], inWords words: String? = nil, carryOver: CarryOver = .overridable,
        _ help: String
    ) where Value == [Element] {
        self.init(name, group, unit, rule.list(), default: values, inWords: words, carryOver: carryOver, help)
    }

    /// The same of an option whose words may have commas in them.
    public func withCommas() -> Option {
        var option = self
        option.hasCommas = true
        return option
    }

    /// Another way to say `other`, which is set in its place and is what files record.
    /// - Parameters:
    ///   - other: The option that is set in its place.
    ///   - convert: The other's value; nil to leave it alone.
    public func setting<Other>(
        _ other: Option<Other>, _ convert: @escaping @Sendable (Value) -> Other?
    ) -> Option {
        var option = self
        option.substitute = Substitute(option: other.name) { value, settings in
            if let converted = convert(value) { settings[other] = converted }
        }
        return option
    }
}

/// What an option has to do with others.
extension Option {
    /// What the option comes to where it is left open and the chosen parts read it; by default it stays open.
    public func filledIn(_ value: @escaping @Sendable (Settings) -> Value) -> Option {
        var option = self
        option.filling = value
        return option
    }

    /// Refuses settings that do not go with the option.
    /// - Parameters:
    ///   - others: Options that the message names beside it.
    ///   - reason: Goes on after their names, such as "needs --optimizer sgd".
    ///   - holds: Whether the settings clash.
    public func refused(
        with others: [PartialKeyPath<Options>] = [], _ reason: String,
        when holds: @escaping @Sendable (Settings) -> Bool
    ) -> Option {
        var option = self
        option.conflicts.append(Conflict(holds: holds, others: Options.declared(others).map(\.name), reason: reason))
        return option
    }

    public func fillIn(_ settings: inout Settings) {
        if let filling, settings[self].isAbsent { settings[self] = filling(settings) }
    }

    public func checkWithOthers(_ settings: Settings) throws(OptionError) {
        for conflict in conflicts where conflict.holds(settings) {
            throw .conflict(options: [name] + conflict.others, reason: conflict.reason)
        }
    }
}

/// Heading under which help shows an option.
public enum OptionGroup: String, Sendable, CaseIterable {
    /// How connections move.
    case method
    /// What the network is.
    case model
    /// What is read.
    case data
    /// How weights are moved.
    case optimisation
    /// How long, how fast and where to.
    case run
    /// Checkpoints, and what faults lead to.
    case safety
}

/// What becomes of another value of an option when a run is resumed.
public enum CarryOver: Sendable, Equatable {
    /// Decides where and how fast, not what comes out: a resumed run may change it.
    case free
    /// Decides what comes out, and can be changed when that is asked for: it holds from there on, and what was measured with
    /// it is measured anew.
    case overridable
    /// Has decided something that is done and cannot be done again, such as which weights are stored or which samples were
    /// held out: never changes.
    case refused
}

/// An option of whatever type.
public protocol DeclaredOption: Sendable {
    /// What follows `--`, and the key in a configuration file.
    var name: String { get }
    /// Heading under which help shows it.
    var group: OptionGroup { get }
    /// What the value is, as help shows it (`D`, `STEPS`, ...); empty for a flag.
    var unit: String { get }
    /// One line: meaning and unit.
    var help: String { get }
    /// Other names after `--` and in a configuration file.
    var aliases: [String] { get }
    /// The value that `--no-` before the name stands for, if that may be said: false for flags.
    var negation: String? { get }
    /// What becomes of another value when a run is resumed.
    var carryOver: CarryOver { get }
    /// The value without the option, in words where it is left open.
    var defaultText: String { get }
    /// What a value must be.
    var expected: String { get }
    /// The names to choose from, if it is a choice.
    var choices: [String] { get }
    /// True for options that are set by their name alone (`--nesterov`).
    var isFlag: Bool { get }
    /// True where a comma is part of a value: of lists, and of words that may have one.
    var isList: Bool { get }
    /// Name of the option that this one is another way to say, if it is; files record that one.
    var recordedAs: String? { get }
    /// The value in some settings as a word of the command line; empty where it is left open.
    func text(in settings: Settings) -> String
    /// Reads a value from a word of the command line.
    /// - Throws: `OptionError` that says what would be right.
    func set(_ text: String, in settings: inout Settings) throws(OptionError)
    /// Refuses a value that is not as it must be.
    func check(_ settings: Settings) throws(OptionError)
    /// Refuses a value that does not go with those of other options.
    func checkWithOthers(_ settings: Settings) throws(OptionError)
    /// Gives the option, where it is left open, what its declaration says that it comes to.
    func fillIn(_ settings: inout Settings)
    /// Writes the value under the option's name; nothing where it is left open.
    func encode(_ settings: Settings, to container: inout KeyedEncodingContainer<OptionKey>) throws
    /// Reads the value from the key, which is one of the option's names.
    /// - Throws: `OptionError`.
    func decode(from container: KeyedDecodingContainer<OptionKey>, _ key: OptionKey, into settings: inout Settings)
        throws
}

extension DeclaredOption {
    /// Every word that means it after `--`: its names, and `no-` and its name where that may be said.
    public var spellings: [String] { [name] + aliases + (negation == nil ? [] : ["no-" + name]) }
}

extension Option: DeclaredOption {
    public var defaultText: String {
        let text = defaultValue.optionText
        return defaultWords ?? (text.isEmpty ? "none" : text)
    }
    public var expected: String { rule.text }
    public var choices: [String] { rule.names?() ?? [] }
    public var isFlag: Bool { Value.self == Bool.self || Value.self == Bool?.self }
    public var isList: Bool { hasCommas || Value.self is any ListOfValues.Type }
    public var recordedAs: String? { substitute?.option }

    public func text(in settings: Settings) -> String { settings[self].optionText }

    public func set(_ text: String, in settings: inout Settings) throws(OptionError) {
        guard let value = Value(optionText: text) else { throw invalid(text) }
        try check(value, text: text)
        settings[self] = value
    }

    public func check(_ settings: Settings) throws(OptionError) {
        let value = settings[self]
        try check(value, text: value.optionText)
    }

    private func check(_ value: Value, text: String) throws(OptionError) {
        if !rule.holds(value) { throw invalid(text) }
    }

    private func invalid(_ text: String) -> OptionError {
        if let known = rule.names?() {
            return .unknownName(option: name, UnknownName(kind: name, name: text, known: known))
        }
        return .invalidValue(option: name, value: text, expected: rule.text)
    }

    public func encode(_ settings: Settings, to container: inout KeyedEncodingContainer<OptionKey>) throws {
        let value = settings[self]
        if substitute == nil && !value.isAbsent { try container.encode(value, forKey: OptionKey(name)) }
    }

    public func decode(
        from container: KeyedDecodingContainer<OptionKey>, _ key: OptionKey, into settings: inout Settings
    ) throws {
        let value: Value
        do { value = try container.decode(Value.self, forKey: key) } catch {
            // Lists and names may also be written as on the command line.
            guard let text = try? container.decode(String.self, forKey: key), let read = Value(optionText: text) else {
                throw invalid(container.shortText(of: key))
            }
            value = read
        }
        try check(value, text: value.optionText)
        settings[self] = value
    }
}

/// What is wrong with the value of an option.
public enum OptionError: Error, Equatable {
    /// The value cannot be used; `expected` completes "must be ...".
    case invalidValue(option: String, value: String, expected: String)
    /// The option chooses among names, and this is none.
    case unknownName(option: String, UnknownName)
    /// Options that do not go together.
    case conflict(options: [String], reason: String)
}

/// The name of an option as a key in JSON.
public struct OptionKey: CodingKey {
    /// The option's name.
    public let stringValue: String
    public var intValue: Int? { nil }

    /// The key of the option `name`.
    public init(_ name: String) { stringValue = name }
    public init(stringValue: String) { self.init(stringValue) }
    public init?(intValue: Int) { nil }
}

extension KeyedDecodingContainer where Key == OptionKey {
    /// The value of a key for an error message, whatever its type.
    fileprivate func shortText(of key: OptionKey) -> String {
        if let text = try? decode(String.self, forKey: key) { return text }
        if let value = try? decode(Bool.self, forKey: key) { return String(value) }
        if let value = try? decode(Double.self, forKey: key) { return value.optionText }
        return (try? decodeNil(forKey: key)) == true ? "null" : "(a list or an object)"
    }
}

/// Values of an option that are lists.
private protocol ListOfValues {}

extension Array: ListOfValues where Element: OptionValue {}
