/// What the values of an option must be.
public struct OptionRule<Value>: Sendable {
    private let words: @Sendable () -> String
    /// Whether a value is such a one.
    public let holds: @Sendable (Value) -> Bool
    /// The names to choose from, if it is a choice: those that are known when it is asked.
    let names: (@Sendable () -> [String])?

    /// - Parameters:
    ///   - text: Completes "must be ...".
    ///   - holds: Whether a value is such a one.
    public init(text: String, holds: @escaping @Sendable (Value) -> Bool) {
        self.init(words: { text }, names: nil, holds: holds)
    }

    init(
        words: @escaping @Sendable () -> String, names: (@Sendable () -> [String])?,
        holds: @escaping @Sendable (Value) -> Bool
    ) {
        self.words = words
        self.names = names
        self.holds = holds
    }

    /// Completes "must be ...".
    public var text: String { words() }

    /// The rule for a value that may be left out.
    func optional() -> OptionRule<Value?> {
        OptionRule<Value?>(words: words, names: names, holds: { [holds] value in value.map(holds) ?? true })
    }

    /// The rule for each of several values, separated by commas.
    func list() -> OptionRule<[Value]> {
        OptionRule<[Value]>(
            words: { [words] in "\(words()), separated by commas" }, names: nil,
            holds: { [holds] values in values.allSatisfy(holds) })
    }
}

extension OptionRule<Int> {
    /// Small enough that products of two never overflow.
    public static let count = OptionRule(text: "a whole number from 1 to 1000000000") {
        (1...1_000_000_000).contains($0)
    }
    /// A count, or 0 for none.
    public static let countOrNone = OptionRule(text: "a whole number from 0 to 1000000000") {
        (0...1_000_000_000).contains($0)
    }
    /// How often something is done over before a run.
    public static let rounds = OptionRule(text: "a whole number from 1 to 10000") { (1...10_000).contains($0) }
    /// A number of threads.
    public static let threads = OptionRule(text: "a whole number from 1 to 4096") { (1...4096).contains($0) }
}

/// Numbers that are computed with in single precision must be in their range there, too: .99999999 is 1.
extension OptionRule<Double> {
    /// More than 0.
    public static let positive = OptionRule(text: "a number above 0, from 1e-37 to 1e37") { $0 >= 1e-37 && $0 <= 1e37 }
    /// 0 or more.
    public static let notNegative = OptionRule(text: "0, or a number from 1e-37 to 1e37") {
        $0 == 0 || $0 >= 1e-37 && $0 <= 1e37
    }
    /// A share of weights that are stored: not none, perhaps all.
    public static let density = OptionRule(text: "a number above 0 and at most 1") { $0 > 0 && $0 <= 1 }
    /// A share from none to all.
    public static let fraction = OptionRule(text: "a number from 0 to 1") { $0 >= 0 && $0 <= 1 }
    /// A share that is neither none nor all.
    public static let openFraction = OptionRule(text: "a number between 0 and 1") { $0 > 0 && $0 < 1 }
    /// A share that is not all, such as a momentum.
    public static let belowOne = OptionRule(text: "a number of 0 or more and below 1, at most 0.9999999") {
        $0 >= 0 && $0 <= 0.9999999
    }
    /// An exponent, 0 included.
    public static let power = OptionRule(text: "a number from 0 to 1000") { $0 >= 0 && $0 <= 1000 }
    /// An exponent above 0.
    public static let positivePower = OptionRule(text: "a number above 0 and at most 1000") { $0 > 0 && $0 <= 1000 }
    /// A time in minutes, up to about two years.
    public static let minutes = OptionRule(text: "a number from 0 to 1000000") { $0 >= 0 && $0 <= 1_000_000 }
}

extension OptionRule<Bool> {
    /// Either.
    public static let flag = OptionRule(text: "true or false") { _ in true }
}

extension OptionRule<UInt64> {
    /// Every seed.
    public static let seed = OptionRule(text: "a whole number of 0 or more") { _ in true }
}

extension OptionRule where Value: OptionChoice {
    /// Any case of a closed choice.
    public static var choice: OptionRule {
        let names = Value.allCases.map(\.rawValue)
        return OptionRule(words: { "one of " + names.joined(separator: ", ") }, names: { names }, holds: { _ in true })
    }
}

extension OptionRule<String> {
    /// Text that is checked where it is used.
    public static func text(_ text: String) -> OptionRule { OptionRule(text: text) { !$0.isEmpty } }

    /// One of the names that there are when it is asked.
    public static func oneOf(_ names: @autoclosure @escaping @Sendable () -> [String]) -> OptionRule {
        OptionRule(
            words: { "one of " + names().joined(separator: ", ") }, names: names, holds: { names().contains($0) })
    }
}
