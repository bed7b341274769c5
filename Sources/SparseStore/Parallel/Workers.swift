internal import Dispatch
internal import SparseKernels

/// The one place where work meets threads. A job is cut into tasks that each own their output; tasks are claimed
/// as threads become free, so the result does not depend on how many threads there are or which one ran what.
public struct Workers: Sendable {
    /// Threads that may work at once.
    public let threads: Int
    /// For how many threads work is cut: as many as can work at once, because finer parts take more time in all.
    package let parts: Int
    private let team: HelperTeam?
    private let recorder: RegionRecorder?

    /// At least one thread; more than there are processors are allowed, and do what as many as there are processors would.
    public init(threads: Int) {
        // To count the processors takes memory, and files.
        self.init(threads: threads, parts: threads == 1 ? 1 : min(threads, ProcessLimits.processors))
    }

    /// - Parameters:
    ///   - parts: For how many threads work is cut, however many processors there are: to see that no cut changes a result.
    ///   - recorder: Where all work is done and timed, one task after the other, instead of by threads.
    package init(threads: Int, parts: Int, recorder: RegionRecorder? = nil) {
        precondition(threads > 0 && parts > 0, "at least one thread is needed")
        (self.threads, self.parts, self.recorder) = (threads, parts, recorder)
        // Waiting helpers must not take cores from each other.
        let helpers = parts == 1 || recorder != nil ? 0 : min(parts, ProcessLimits.processors) - 1
        team = helpers > 0 ? HelperTeam(helpers: helpers) : nil
    }

    /// Runs `body(0) ... body(tasks - 1)`, each exactly once, and returns when all are done. Calls from within a task, or
    /// from several threads at once, are fine. Whichever thread runs a task, subnormal numbers are zero in it (`Subnormals`).
    public func run(tasks: Int, _ body: @Sendable (Int) -> Void) { run(tasks: tasks, of: "", body) }

    /// The same.
    /// - Parameter name: What the region does, for a recorder.
    package func run(tasks: Int, of name: @autoclosure () -> String, _ body: @Sendable (Int) -> Void) {
        let mode = st_flush_subnormals()
        defer { st_restore_subnormals(mode) }
        if let recorder {
            recorder.run(tasks: tasks, of: name, body)
            return
        }
        if parts > 1 && tasks > 1 {
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
