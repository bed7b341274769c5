public import SparseParts

/// What is to be found of each sample.
public enum DataTask: String, OptionChoice {
    /// One of several classes. Whole numbers are classes unless another task is asked for.
    case classes
    /// One number or several.
    case numbers
    /// For each of several labels whether it is true.
    case labels
    /// The inputs themselves, by a network that is an autoencoder; whatever else the data have to be found is not looked at.
    case inputs
}

extension Options {
    /// What is to be found: classes, numbers (regression), labels, any number of which may be true of a sample, or the inputs
    /// themselves (an autoencoder).
    public var task: Option<DataTask> {
        Option(
            "task", .data, "TASK", .choice, default: .classes, carryOver: .refused,
            "what is to be found: classes, numbers, labels or the inputs; whole numbers are classes unless told otherwise"
        )
    }
}
