internal import Synchronization

/// Asks a run to stop: it finishes its step, writes what it has and returns. Any thread may call `cancel`.
public final class Cancellation: Sendable {
    private let flag = Atomic(false)

    public init() {}

    public func cancel() { flag.store(true, ordering: .relaxed) }

    public var isCancelled: Bool { flag.load(ordering: .relaxed) }
}
