internal import SparsePolicies

/// What the values of an option must be.
struct OptionRule<Value>: Sendable {
    /// Completes "must be ...".
    let text: String
    let holds: @Sendable (Value) -> Bool
    /// The names to choose from, if it is a choice.
    var names: [String]?
}

extension OptionRule {
    /// The rule for a value that may be left out.
    func optional() -> OptionRule<Value?> {
        OptionRule<Value?>(text: text, holds: { value in value.map(holds) ?? true }, names: names)
    }

    /// The rule for each of several values, separated by commas.
    func list() -> OptionRule<[Value]> {
        OptionRule<[Value]>(text: "\(text), separated by commas") { $0.allSatisfy(holds) }
    }
}

extension OptionRule<Int> {
    /// Small enough that products of two never overflow.
    static let count = OptionRule(text: "a whole number from 1 to 1000000000") { (1...1_000_000_000).contains($0) }
    static let countOrNone = OptionRule(text: "a whole number from 0 to 1000000000") {
        (0...1_000_000_000).contains($0)
    }
    static let threads = OptionRule(text: "a whole number from 1 to 4096") { (1...4096).contains($0) }
}

/// Numbers that are computed with in single precision must be in their range there, too: .99999999 is 1.
extension OptionRule<Double> {
    static let positive = OptionRule(text: "a number above 0, from 1e-37 to 1e37") { $0 >= 1e-37 && $0 <= 1e37 }
    static let notNegative = OptionRule(text: "0, or a number from 1e-37 to 1e37") {
        $0 == 0 || $0 >= 1e-37 && $0 <= 1e37
    }
    static let density = OptionRule(text: "a number above 0 and at most 1") { $0 > 0 && $0 <= 1 }
    static let fraction = OptionRule(text: "a number from 0 to 1") { $0 >= 0 && $0 <= 1 }
    static let openFraction = OptionRule(text: "a number between 0 and 1") { $0 > 0 && $0 < 1 }
    static let belowOne = OptionRule(text: "a number of 0 or more and below 1, at most 0.9999999") {
        $0 >= 0 && $0 <= 0.9999999
    }
    static let power = OptionRule(text: "a number from 0 to 1000") { $0 >= 0 && $0 <= 1000 }
    static let positivePower = OptionRule(text: "a number above 0 and at most 1000") { $0 > 0 && $0 <= 1000 }
    static let minutes = OptionRule(text: "a number from 0 to 1000000") { $0 >= 0 && $0 <= 1_000_000 }
}

extension OptionRule<LayerDensity> {
    static let layerDensity = OptionRule(text: "NAME=DENSITY with a density above 0 and at most 1") {
        OptionRule<Double>.density.holds($0.density)
    }
}

extension OptionRule<Bool> {
    static let flag = OptionRule(text: "true or false") { _ in true }
}

extension OptionRule<UInt64> {
    static let seed = OptionRule(text: "a whole number of 0 or more") { _ in true }
}

extension OptionRule<UpdatePeriod> {
    static let updatePeriod = OptionRule(text: "a number of steps, epoch, or for example 5epochs; at most 1000000000") {
        switch $0 {
        case .steps(let count), .epochs(let count): OptionRule<Int>.count.holds(count)
        }
    }
}

extension OptionRule<LayerBlock> {
    static let block = OptionRule(text: "4, 8 or 16, or NAME=SIDE") { [4, 8, 16].contains($0.side) }
}

extension OptionRule<InputShape> {
    static let inputShape = OptionRule(text: "channels x rows x columns, as in 1x28x28") {
        $0.channels > 0 && $0.rows > 0 && $0.columns > 0
    }
}

extension OptionRule<LayerNM> {
    static let nm = OptionRule(text: "N:M with N from 1 to M and M at most 65536, or NAME=N:M") {
        $0.stored >= 1 && $0.stored <= $0.of && $0.of <= 65536
    }
}

extension OptionRule<String> {
    /// Text that is checked where it is used.
    static func text(_ text: String) -> OptionRule { OptionRule(text: text) { !$0.isEmpty } }

    /// One of the names of a registry.
    static func oneOf(_ names: [String]) -> OptionRule {
        OptionRule(text: "one of " + names.joined(separator: ", "), holds: { names.contains($0) }, names: names)
    }
}
