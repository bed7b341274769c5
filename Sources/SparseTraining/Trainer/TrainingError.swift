/// Why a run failed after its configuration was found right.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
    /// A number stopped being finite. `what` says which, with its layer's name; `step` weight updates were done before.
    case notFinite(what: String, step: Int)
    /// A file or folder of the run cannot be written.
    case cannotWrite(path: String, reason: String)

    public var description: String {
        switch self {
        case .notFinite(let what, let step):
            "\(what) is not finite at step \(step); a lower --lr, --warmup-steps or --clip-norm may help"
        case .cannotWrite(let path, let reason):
            "cannot write \(path): \(reason)"
        }
    }
}
