/// What a trainer does with the checkpoint of its run folder.
public enum Resumption: Sendable, Equatable {
    /// Begins anew; an earlier checkpoint is set aside as `checkpoint-previous.safetensors`.
    case none
    /// Goes on from it, if there is one, and refuses options that would give other results.
    case exact
    /// Goes on from it with the options as they are now.
    case overriding
}
