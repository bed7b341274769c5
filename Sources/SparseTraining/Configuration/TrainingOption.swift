internal import SparseStore

/// One option of a run: its name, what it takes, and the configuration field it sets. The table `TrainingOption.all`
/// is the only list of options: the command line, `--help`, configuration files and validation all read it.
public struct TrainingOption: Sendable {
    /// Heading under which help shows the option.
    public enum Group: String, Sendable, CaseIterable {
        case method, model, data, optimisation, run, safety
    }

    /// The name after `--`, and the key in a configuration file.
    public let name: String
    public let group: Group
    /// What the value is, as help shows it (`D`, `STEPS`, ...); empty for a flag.
    public let unit: String
    /// One line: meaning and unit.
    public let help: String
    /// The value without the option, in words where the field is nil.
    public let defaultText: String
    /// What a value must be.
    public let expected: String
    /// The names to choose from, if it is a choice.
    public let choices: [String]
    /// True for options that are set by their name alone (`--nesterov`).
    public let isFlag: Bool
    /// The value that `--no-` before the name stands for, if that may be said: false for flags.
    public let negation: String?

    /// Other names after `--` and in a configuration file.
    public let aliases: [String]
    /// Every word that means it after `--`: its names, and `no-` and its name where that may be said.
    public var spellings: [String] { [name] + aliases + (negation == nil ? [] : ["no-" + name]) }
    /// False for another way to say an option, which no file records.
    let isRecorded: Bool

    let assign: @Sendable (String, inout TrainingConfiguration) throws(ConfigurationError) -> Void
    let check: @Sendable (TrainingConfiguration) throws(ConfigurationError) -> Void
    /// The configuration's value of this option, as the command line would have it; empty for none.
    let text: @Sendable (TrainingConfiguration) -> String
    /// Gives the second configuration the first one's value.
    let copy: @Sendable (TrainingConfiguration, inout TrainingConfiguration) -> Void
    let encode: @Sendable (TrainingConfiguration, inout KeyedEncodingContainer<OptionKey>) throws -> Void
    /// Reads the option from the key, which is one of its names.
    let decode: @Sendable (KeyedDecodingContainer<OptionKey>, OptionKey, inout TrainingConfiguration) throws -> Void

    init<Value: OptionValue>(
        _ name: String, _ field: any WritableKeyPath<TrainingConfiguration, Value> & Sendable, _ group: Group,
        _ unit: String, _ rule: OptionRule<Value>, default words: String? = nil,
        negation: String? = nil, aliases: [String] = [], isRecorded: Bool = true, _ help: String
    ) {
        self.name = name
        self.aliases = aliases
        self.isRecorded = isRecorded
        self.group = group
        self.unit = unit
        self.help = help
        let initial = TrainingConfiguration()[keyPath: field].optionText
        defaultText = words ?? (initial.isEmpty ? "none" : initial)
        expected = rule.text
        choices = rule.names ?? []
        isFlag = Value.self == Bool.self || Value.self == Bool?.self
        self.negation = isFlag ? "false" : negation

        @Sendable func validate(_ value: Value, text: String) throws(ConfigurationError) {
            if rule.holds(value) { return }
            if let known = rule.names {
                let nearest = NearestName.of(text, among: known)
                throw .unknownName(option: name, name: text, nearest: nearest, known: known)
            }
            throw .invalidValue(option: name, value: text, expected: rule.text)
        }
        assign = { (text, configuration) throws(ConfigurationError) in
            guard let value = Value(optionText: text) else {
                throw .invalidValue(option: name, value: text, expected: rule.text)
            }
            try validate(value, text: text)
            configuration[keyPath: field] = value
        }
        @Sendable func check(_ configuration: TrainingConfiguration) throws(ConfigurationError) {
            let value = configuration[keyPath: field]
            try validate(value, text: value.optionText)
        }
        self.check = check
        text = { $0[keyPath: field].optionText }
        copy = { $1[keyPath: field] = $0[keyPath: field] }
        encode = { configuration, container in
            let value = configuration[keyPath: field]
            if !isRecorded || value.isAbsent { return }
            try container.encode(value, forKey: OptionKey(name))
        }
        decode = { container, key, configuration in
            do {
                configuration[keyPath: field] = try container.decode(Value.self, forKey: key)
            } catch {
                // Lists and names may also be written as on the command line.
                guard let text = try? container.decode(String.self, forKey: key),
                    let value = Value(optionText: text)
                else {
                    let text = container.shortText(of: key)
                    throw ConfigurationError.invalidValue(option: name, value: text, expected: rule.text)
                }
                configuration[keyPath: field] = value
            }
            try check(configuration)
        }
    }

    /// An option that may be left out; the rule is for the values given.
    init<Value: OptionValue>(
        _ name: String, _ field: any WritableKeyPath<TrainingConfiguration, Value?> & Sendable, _ group: Group,
        _ unit: String, _ rule: OptionRule<Value>, default words: String? = nil,
        negation: String? = nil, aliases: [String] = [], isRecorded: Bool = true, _ help: String
    ) {
        self.init(
            name, field, group, unit, rule.optional(), default: words, negation: negation, aliases: aliases,
            isRecorded: isRecorded, help)
    }

    /// An option of several values; the rule is for each.
    init<Value: OptionValue>(
        _ name: String, _ field: any WritableKeyPath<TrainingConfiguration, [Value]> & Sendable, _ group: Group,
        _ unit: String, _ rule: OptionRule<Value>, default words: String? = nil,
        negation: String? = nil, _ help: String
    ) {
        self.init(name, field, group, unit, rule.list(), default: words, negation: negation, help)
    }
}
