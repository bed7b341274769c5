internal import Synchronization

/// Asks a run to stop: it finishes its step, writes what it has and returns. Any thread may call `cancel`.
public final class Cancellation: Sendable {
    private let flag = Atomic(false)

    /// Not cancelled yet.
    public init() {}

    /// Asks the run to stop; may be called from any thread, and more than once.
    public func cancel() { flag.store(true, ordering: .relaxed) }

    /// Whether `cancel` was called.
    public var isCancelled: Bool { flag.load(ordering: .relaxed) }
}
