public import SparseParts

/// What is to be found of each sample.
public enum DataTask: String, OptionChoice {
    /// One of several classes. Whole numbers are classes unless another task is asked for.
    case classes
    /// One number or several.
    case numbers
    /// For each of several labels whether it is true.
    case labels
}

extension Options {
    /// What is to be found: classes, numbers (regression), or labels, any number of which may be true of a sample.
    public var task: Option<DataTask> {
        Option(
            "task", .data, "TASK", .choice, default: .classes, carryOver: .refused,
            "what is to be found: classes, numbers or labels; whole numbers are classes unless told otherwise")
    }
}
