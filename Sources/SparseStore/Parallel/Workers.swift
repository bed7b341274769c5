internal import Dispatch
internal import Synchronization

/// The one place where work meets threads. A job is cut into tasks that each own their output; tasks are claimed
/// as threads become free, so the result does not depend on how many threads there are or which one ran what.
public struct Workers: Sendable {
    /// Threads that may work at once.
    public let threads: Int

    /// At least one thread; more than the machine has are allowed and change no result.
    public init(threads: Int) {
        precondition(threads > 0, "at least one thread is needed")
        self.threads = threads
    }

    /// Runs `body(0) ... body(tasks - 1)`, each exactly once, and returns when all are done.
    public func run(tasks: Int, _ body: @Sendable (Int) -> Void) {
        let threads = min(threads, tasks)
        if threads <= 1 {
            for task in 0..<max(tasks, 0) { body(task) }
            return
        }
        let claimed = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            while true {
                let task = claimed.wrappingAdd(1, ordering: .relaxed).oldValue
                if task >= tasks { return }
                body(task)
            }
        }
    }
}
