/// Why a run failed after its configuration was found right.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
    /// A number stopped being finite. `what` says which, with its layer's name; `step` weight updates were done before;
    /// `checkpoint` is the last good one, if there is any.
    case notFinite(what: String, step: Int, checkpoint: String? = nil)
    /// A file or folder of the run cannot be written.
    case cannotWrite(path: String, reason: String)
    /// Another run uses the folder.
    case folderInUse(path: String)
    /// A cancellation came before anything was trained; no file was touched.
    case interrupted
    /// One of the processes that train together has something else than the first: data, options or connections.
    case processesDiffer(rank: Int, what: String, hash: String, expected: String)
    /// A checkpoint that is not whole, or not one of this run's network.
    case damagedCheckpoint(path: String, reason: String)

    public var description: String {
        switch self {
        case .notFinite(let what, let step, let checkpoint):
            "\(what) is not finite at step \(step); a lower --lr, --warmup-steps or --clip-norm may help"
                + (checkpoint.map { "; the last good checkpoint is \($0)" } ?? "")
        case .cannotWrite(let path, let reason):
            "cannot write \(path): \(reason)"
        case .folderInUse(let path):
            "--out \(path): another run is using this folder; wait for its end, or name another folder"
        case .interrupted:
            "interrupted before the first step"
        case .processesDiffer(let rank, let what, let hash, let expected):
            "rank \(rank) has other \(what) than rank 0: their hash is \(hash), not \(expected)"
        case .damagedCheckpoint(let path, let reason):
            "cannot resume from \(path): \(reason)"
        }
    }
}
