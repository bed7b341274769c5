/// The name of an option as a key in JSON.
struct OptionKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
}

extension TrainingConfiguration: Codable {
    /// Reads an object whose keys are option names; keys that are absent keep their defaults, and null, which older releases
    /// wrote, says as much.
    /// - Throws: `ConfigurationError` for unknown keys and for values that are not allowed.
    public init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: OptionKey.self)
        var keys: [String: String] = [:]
        for key in container.allKeys.map(\.stringValue).sorted() {
            let option = try TrainingOption.named(key)
            // An option has one value, under whichever of its names.
            let kind = option.name == "sparsity" ? "density" : option.name
            if let other = keys.updateValue(key, forKey: kind) {
                throw ConfigurationError.conflict(options: [other, key], reason: "set one of them")
            }
            try option.decode(container, OptionKey(key), &self)
        }
    }

    /// Writes every field that has a value under its option's name. What a run leaves without one has none in effect: the
    /// method, the optimiser or the data do not look at it.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: OptionKey.self)
        for option in TrainingOption.all { try option.encode(self, &container) }
    }

    /// Sets one option from a word of the command line.
    /// - Throws: `ConfigurationError` naming the option, the value and what would be right.
    public mutating func set(_ name: String, to text: String) throws(ConfigurationError) {
        let option = try TrainingOption.named(name)
        try option.assign(text, &self)
        typed.names.insert(option.name == "sparsity" ? "density" : option.name)
    }
}

extension KeyedDecodingContainer where Key == OptionKey {
    /// The value of a key for an error message, whatever its type.
    func shortText(of key: OptionKey) -> String {
        if let text = try? decode(String.self, forKey: key) { return text }
        if let value = try? decode(Bool.self, forKey: key) { return String(value) }
        if let value = try? decode(Double.self, forKey: key) { return value.optionText }
        return (try? decodeNil(forKey: key)) == true ? "null" : "(a list or an object)"
    }
}
