internal import SparseParts

/// What a sweep calls options beside those of a run, and which of them say the same thing.
package enum SweepOption {
    /// All parameters over those that are left: in place of the density.
    package static let ratio = "ratio"
    /// The word for `--algo` that stands for a dense network of as many parameters as the sparse one.
    package static let smallDense = "small-dense"
    /// The method whose networks nothing is taken from.
    static let dense = "dense"
    /// The method that moves no connection: a random sparse network.
    static let staticRandom = "static"

    /// What the option decides: options that take each other's place decide the same.
    static func subject(of name: String) -> String {
        let all = Options()
        return switch name {
        case all.density.name, all.sparsity.name, ratio: all.density.name
        case all.epochs.name, all.steps.name: all.epochs.name
        default: name
        }
    }

    /// Where the option stands among others: data, model, method, density, others as in help, the seed last.
    static func rank(of name: String) -> Int {
        let all = Options()
        let first = [all.data.name, all.model.name, all.method.name, all.density.name]
        if let place = first.firstIndex(of: subject(of: name)) { return place }
        if name == all.seed.name { return .max }
        return first.count + (TrainingConfiguration.options.firstIndex { $0.name == name } ?? 0)
    }

    /// The option's own name, whichever of its names was given.
    /// - Throws: `ConfigurationError` for a name that no option has, and for one that a sweep sets itself.
    static func name(of given: String) throws(ConfigurationError) -> String {
        if given == ratio { return ratio }
        let name = try TrainingConfiguration.option(named: given).name
        guard name != Options().out.name else {
            throw .rejected(reason: "--out is the folder of the sweep; its runs have folders of their own in there")
        }
        return name
    }

    /// Refuses a value that the option cannot have.
    static func check(_ name: String, _ value: String) throws(ConfigurationError) {
        if name == ratio {
            guard let number = Double(optionText: value), number >= 1, number <= 1e9 else {
                throw .invalidValue(
                    option: ratio, value: value,
                    expected: "a compression ratio: all parameters over those that are left, from 1 (dense) to 1e9")
            }
        } else if name != Options().method.name || value != smallDense {
            var configuration = TrainingConfiguration()
            try configuration.set(name, to: value)
        }
    }
}
