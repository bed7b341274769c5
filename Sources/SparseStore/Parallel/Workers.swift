internal import Dispatch
internal import SparseKernels

/// The one place where work meets threads. A job is cut into tasks that each own their output; tasks are claimed
/// as threads become free, so the result does not depend on how many threads there are or which one ran what.
public struct Workers: Sendable {
    /// Threads that may work at once.
    public let threads: Int
    private let team: HelperTeam?

    /// At least one thread; more than there are processors are allowed and change no result.
    public init(threads: Int) {
        precondition(threads > 0, "at least one thread is needed")
        self.threads = threads
        // Waiting helpers must not take cores from each other. To count the cores takes memory, and files.
        let helpers = threads == 1 ? 0 : min(threads, ProcessLimits.processors) - 1
        team = helpers > 0 ? HelperTeam(helpers: helpers) : nil
    }

    /// Runs `body(0) ... body(tasks - 1)`, each exactly once, and returns when all are done. Calls from within a task, or
    /// from several threads at once, are fine. Whichever thread runs a task, subnormal numbers are zero in it (`Subnormals`).
    public func run(tasks: Int, _ body: @Sendable (Int) -> Void) {
        let mode = st_flush_subnormals()
        defer { st_restore_subnormals(mode) }
        if threads > 1 && tasks > 1 {
            if let team, tasks < 1 << 31, team.run(tasks: tasks, body) { return }
            // The team is at work for another caller, or waits for this very task.
            DispatchQueue.concurrentPerform(iterations: tasks) { task in
                let mode = st_flush_subnormals()
                defer { st_restore_subnormals(mode) }
                body(task)
            }
            return
        }
        for task in 0..<max(tasks, 0) { body(task) }
    }

    /// The results of `body(0) ... body(tasks - 1)`, in that order. Each task owns its element: no lock is needed.
    func map<Result: Sendable>(tasks: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
        [Result](unsafeUninitializedCapacity: max(tasks, 0)) { elements, count in
            guard let first = elements.baseAddress, tasks > 0 else { return }
            nonisolated(unsafe) let slots = first
            run(tasks: tasks) { task in (slots + task).initialize(to: body(task)) }
            count = tasks
        }
    }
}
