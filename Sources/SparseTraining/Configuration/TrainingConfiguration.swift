internal import SparseModels
public import SparseParts

/// Everything that decides a run: values of options. Each option is a property of the name that its declaration has (an
/// extension of `Options`, beside the part that reads it), and a key of a configuration file by its own name:
///
///     var configuration = TrainingConfiguration()
///     configuration.density = 0.05
///     configuration.deltaT = .steps(50)
///
/// `nil` leaves a choice to the method's preset, or to what the declaration says.
@dynamicMemberLookup
public struct TrainingConfiguration: Sendable, Equatable {
    /// The values that are not defaults.
    public var settings = Settings()
    /// Names of the options that `set` was told, the same as their defaults or not. A note beside the configuration: two
    /// are equal whatever it says.
    var typed = TypedOptions()

    /// Epochs of a run that sets neither `epochs` nor `steps`.
    package static let defaultEpochs = 100

    /// The defaults.
    public init() {}

    /// The value of an option.
    public subscript<Value>(_ option: Option<Value>) -> Value {
        get { settings[option] }
        set {
            settings[option] = newValue
            note(option)
        }
    }

    /// The value of an option by the name of its declaration.
    public subscript<Value>(dynamicMember key: KeyPath<Options, Option<Value>>) -> Value {
        get { settings[dynamicMember: key] }
        set { self[Options()[keyPath: key]] = newValue }
    }

    /// What nobody named follows from the targets: a loss that a program names is meant, even if it is the default.
    private mutating func note(_ option: some DeclaredOption) {
        if option.name == Options().loss.name { typed.names.insert(option.name) }
    }

    /// Sets one option from a word of the command line.
    /// - Throws: `ConfigurationError` naming the option, the value and what would be right.
    public mutating func set(_ name: String, to text: String) throws(ConfigurationError) {
        let option = try Self.option(named: name)
        do throws(OptionError) { try option.set(text, in: &settings) } catch { throw ConfigurationError(error) }
        typed.names.insert(option.recordedAs ?? option.name)
    }

    /// Checks every option alone and those that must fit together. What only data or network can tell (that a path
    /// exists, that a model's sizes are right) is checked when the trainer is made.
    public func validate() throws(ConfigurationError) { try validate(without: []) }

    /// - Parameter unused: Options that name what a program puts something of its own in the place of.
    func validate(without unused: Set<String>) throws(ConfigurationError) {
        for option in Self.options where !unused.contains(option.name) {
            do throws(OptionError) { try option.check(settings) } catch { throw ConfigurationError(error) }
        }
        for option in Self.options {
            do throws(OptionError) { try option.checkWithOthers(settings) } catch { throw ConfigurationError(error) }
        }
    }
}

/// Names of options that were typed.
struct TypedOptions: Sendable, Equatable {
    var names: Set<String> = []

    static func == (a: Self, b: Self) -> Bool { true }
}

/// What somebody asked for.
extension TrainingConfiguration {
    /// Whether somebody asked for the option: typed it, or set it to something other than its default. A flag that is off
    /// where it could be left out asks for nothing.
    func isGiven(_ option: some DeclaredOption) -> Bool {
        if option.recordedAs != nil { return false }
        if typed.names.contains(option.name) { return true }
        let isOff = option.isFlag && option.text(in: Settings()).isEmpty && option.text(self) == "false"
        return settings.has(option) && !isOff
    }

    /// Names of the options asked for, in the order of help.
    func given(where isWanted: (any DeclaredOption) -> Bool) -> [String] {
        Self.options.filter { isWanted($0) && isGiven($0) }.map(\.name)
    }
}
