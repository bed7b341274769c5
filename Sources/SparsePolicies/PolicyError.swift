public import SparseParts
public import SparseStore

/// What a policy refuses, in words a user can act on.
public enum PolicyError: Error, Equatable, CustomStringConvertible {
    /// A name that nothing has.
    case unknownName(UnknownName)
    /// No layer has a name that fits the pattern given to an option.
    case unknownLayer(option: String, pattern: String, known: [String])
    /// An option outside its range, or of no use to the method.
    case invalidOption(name: String, value: String, expected: String)
    /// Densities that no choice of the free layers can reach.
    case impossibleBudget(String)
    /// A layer whose structure the method cannot keep.
    case unfitStructure(method: String, layer: String, structure: String, reason: String)
    /// A stored weight that is NaN or infinite.
    case nonFiniteWeight(layer: String, position: Int)
    /// A method that grows by gradient was given none.
    case missingGradients(layer: String, step: Int)
    /// The store refused; `layer` says where.
    case store(layer: String, StoreError)

    public var description: String {
        switch self {
        case .unknownName(let unknown): unknown.description
        case .unknownLayer(let option, let pattern, let known):
            "--\(option): there is no layer '\(pattern)'"
                + (NearestName.of(pattern, among: known).map { "; did you mean '\($0)'?" } ?? "")
                + "; known: \(known.joined(separator: ", "))"
        case .invalidOption(let name, let value, let expected): "\(name) cannot be \(value): expected \(expected)"
        case .impossibleBudget(let reason): "the density cannot be reached: \(reason)"
        case .unfitStructure(let method, let layer, let structure, let reason):
            "\(method) cannot train layer '\(layer)' (\(structure)): \(reason)"
        case .nonFiniteWeight(let layer, let position):
            "the weight at position \(position) of layer '\(layer)' is not finite"
        case .missingGradients(let layer, let step):
            "the topology update at step \(step) needs gradients of layer '\(layer)', but the trainer gave none"
        case .store(let layer, let error): "layer '\(layer)': \(error)"
        }
    }
}

extension PolicyError {
    /// The value of an option that is not as it must be.
    package init(_ error: OptionError) {
        switch error {
        case .invalidValue(let option, let value, let expected):
            self = .invalidOption(name: option, value: value, expected: expected)
        case .unknownName(_, let unknown): self = .unknownName(unknown)
        case .conflict(let options, let reason):
            self = .invalidOption(name: options[0], value: "", expected: reason)
        }
    }
}
