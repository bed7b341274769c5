extension TrainingConfiguration {
    /// Checks every option alone and those that must fit together. What only data or network can tell (that a path
    /// exists, that a model's sizes are right) is checked when the trainer is made.
    public func validate() throws(ConfigurationError) { try validate(without: []) }

    /// - Parameter unused: Options that name what a program puts something of its own in the place of.
    func validate(without unused: Set<String>) throws(ConfigurationError) {
        for option in TrainingOption.all where !unused.contains(option.name) { try option.check(self) }
        if epochs != nil && steps != nil {
            throw .conflict(options: ["epochs", "steps"], reason: "set one of them")
        }
        if nesterov && (momentum == 0 || optimizer != "sgd") {
            throw .conflict(options: ["nesterov"], reason: "needs --optimizer sgd and a --momentum above 0")
        }
        if loss != "cross-entropy" && labelSmoothing > 0 {
            throw .conflict(options: ["label-smoothing", "loss"], reason: "only cross-entropy smooths labels")
        }
        if learningRateMilestones != learningRateMilestones.sorted() {
            throw .conflict(options: ["lr-milestones"], reason: "must ascend")
        }
    }
}
