extension TrainingOption {
    /// What becomes of another value of an option when a run is resumed.
    public enum CarryOver: Sendable, Equatable {
        /// Decides where and how fast, not what comes out: a resumed run may change it.
        case free
        /// Decides what comes out, and can be changed with `Resumption.overriding`: it holds from there on, and what was
        /// measured with it is measured anew.
        case overridable
        /// Has decided something that is done and cannot be done again, such as which weights are stored or which samples were
        /// held out: never changes.
        case refused
    }

    /// New options can be overridden, unless they are named here.
    public var carryOver: CarryOver {
        if Self.freeNames.contains(name) { return .free }
        return Self.refusedNames.contains(name) ? .refused : .overridable
    }

    static let freeNames: Set<String> = [
        "threads", "out", "checkpoint-epochs", "checkpoint-steps", "checkpoint-minutes", "keep-checkpoints",
        "on-write-failure",
    ]

    static let refusedNames: Set<String> = [
        // What the method keeps from update to update, and what the optimiser keeps beside each weight, are its own.
        "algo", "compat", "optimizer", "drop-threshold",
        // Which weights there are, and how they are stored.
        "model", "batch-norm", "density", "distribution", "sampling", "erk-power", "epsilon", "layer-density",
        "dense-layers", "block", "nm", "constant-fan-in", "dense-switch", "initial-density", "backward-density",
        "soft-bound", "coarse-labels",
        // What they began with, and every number drawn so far.
        "init", "seed",
        // Samples that were trained on would be held out.
        "test-fraction", "train-samples", "validation-fraction",
    ]
}
