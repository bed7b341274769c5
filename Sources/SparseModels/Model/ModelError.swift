public import SparseParts
internal import SparseStore

/// A model that cannot be had as asked for.
public enum ModelError: Error, Equatable, CustomStringConvertible {
    /// A name that nothing has.
    case unknownName(UnknownName)
    /// A known model with an argument that it does not take.
    case invalidArgument(model: String, argument: String, expected: String)
    /// An option outside its range.
    case invalidOption(name: String, value: String, expected: String)
    /// Weights that are not those of the model.
    case wrongWeights(layer: String, found: String, expected: String)

    /// A residual block whose two ends cannot be added: the shape that each has.
    case differentEnds(block: String, body: ActivationShape, shortcut: ActivationShape)

    /// Two layers of one name, which checkpoints, reports and options could not tell apart; or one without a name.
    case repeatedName(model: String, layer: String)

    /// A layer that cannot be where the model has it.
    case wrongLayer(layer: String, reason: String)

    /// A description of a model that cannot be read.
    case unreadable(reason: String)

    private func text(_ shape: ActivationShape) -> String {
        "\(shape.channels) x \(shape.rows) x \(shape.columns)"
    }

    public var description: String {
        switch self {
        case .unknownName(let unknown): unknown.description
        case .invalidArgument(let model, let argument, let expected):
            "model '\(model)' cannot take '\(argument)': expected \(expected)"
        case .invalidOption(let name, let value, let expected):
            "\(name) cannot be \(value): expected \(expected)"
        case .differentEnds(let block, let body, let shortcut):
            "residual block '\(block)': its body ends with channels x rows x columns of \(text(body)), its shortcut with "
                + "\(text(shortcut)), which cannot be added"
        case .repeatedName(let model, ""):
            "model '\(model)' has a layer without a name; checkpoints, reports and options find layers by name"
        case .repeatedName(let model, let layer):
            "model '\(model)' has two layers called '\(layer)'; give one another name, by which checkpoints, reports and options "
                + "find it"
        case .unreadable(let reason): "not a readable model: \(reason)"
        case .wrongLayer(let layer, let reason): "layer '\(layer)': \(reason)"
        case .wrongWeights(let layer, let found, let expected):
            "layer '\(layer)' cannot have \(found): expected \(expected)"
        }
    }
}

extension ModelError {
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
