/// What a trainer does with the run that its folder may hold.
public enum Resumption: Sendable, Equatable {
    /// Begins anew, in a folder that holds no run.
    case none
    /// Begins anew even where a run was: its checkpoint is set aside as `checkpoint-previous.safetensors`, the rest is
    /// replaced.
    case overwriting
    /// Goes on from the checkpoint, which must be there, and refuses options that would give other results.
    case exact
    /// The same where there is a checkpoint; begins anew where there is none.
    case exactOrStart
    /// Goes on from the checkpoint, which must be there, with the options as they are now. Those that cannot be carried over
    /// are refused (`DeclaredOption.carryOver`).
    case overriding

    /// Whether a checkpoint is looked for.
    public var mayGoOn: Bool { self != .none && self != .overwriting }
}
