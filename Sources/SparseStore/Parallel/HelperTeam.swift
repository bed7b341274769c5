internal import Dispatch
internal import Foundation
internal import SparseKernels
internal import Synchronization

/// Threads that help with one job at a time. Between jobs they look out for the next one for some tens of microseconds
/// before they sleep: the regions of a training step follow each other more closely than Dispatch can wake a thread
/// (40 to 50 microseconds), and most regions last less than a millisecond.
final class HelperTeam: Sendable {
    private let shared: Shared
    private let helpers: Int

    /// Starts `helpers` threads beside the caller's.
    init(helpers: Int) {
        let shared = Shared()
        self.shared = shared
        self.helpers = helpers
        for index in 0..<helpers {
            DispatchQueue(label: "sparsetrain.helper.\(index)").async { shared.help() }
        }
    }

    deinit { shared.stop(helpers) }

    /// Runs `body(0) ... body(tasks - 1)`, and returns true when all are done; false, having done nothing, while the team
    /// works for somebody else.
    func run(tasks: Int, _ body: @Sendable (Int) -> Void) -> Bool {
        withoutActuallyEscaping(body) { shared.run(tasks: tasks, $0) }
    }
}

extension HelperTeam {
    /// What caller and helpers share. A job is a body and a ticket: the job's number and the tasks nobody has claimed yet,
    /// in one word, so that a helper that comes late can never claim a task of another job. Body and number of tasks are
    /// written by the caller while no ticket is out, and read by those who hold a task of it: hence the unchecked conformance.
    fileprivate final class Shared: @unchecked Sendable {
        private let isBusy = Atomic<Bool>(false)
        private let ticket = Atomic<UInt64>(0)
        private let finished = Atomic<Int>(0)
        private let asleep = Atomic<Int>(0)
        private let stopped = Atomic<Bool>(false)
        private let bell = DispatchSemaphore(value: 0)
        private var body: (@Sendable (Int) -> Void)?
        private var tasks = 0

        private static let unclaimed: UInt64 = 0xFFFF_FFFF
        /// How long an idle helper looks out before it sleeps.
        private static let patience = Duration.microseconds(50)

        func run(tasks: Int, _ body: @escaping @Sendable (Int) -> Void) -> Bool {
            guard isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else {
                return false
            }
            self.body = body
            self.tasks = tasks
            finished.store(0, ordering: .relaxed)
            let number = (ticket.load(ordering: .relaxed) >> 32) &+ 1
            ticket.store(number << 32 | UInt64(tasks), ordering: .sequentiallyConsistent)
            for _ in 0..<asleep.exchange(0, ordering: .sequentiallyConsistent) { bell.signal() }
            while workOnce() {}
            // The others are in their last tasks; on a busy machine one of them may have lost its core.
            var turns = 0
            while finished.load(ordering: .acquiring) < tasks {
                turns += 1
                if turns < 1000 { st_pause() } else { sched_yield() }
            }
            self.body = nil
            isBusy.store(false, ordering: .releasing)
            return true
        }

        func help() {
            // For as long as the thread is this team's: a region need not ask.
            let mode = st_flush_subnormals()
            defer { st_restore_subnormals(mode) }
            while !stopped.load(ordering: .relaxed) {
                while workOnce() {}
                if !lookOut() {
                    asleep.add(1, ordering: .sequentiallyConsistent)
                    // A job that came in between is done without this helper; the next one wakes it.
                    if stopped.load(ordering: .sequentiallyConsistent) { return }
                    bell.wait()
                }
            }
        }

        func stop(_ helpers: Int) {
            stopped.store(true, ordering: .sequentiallyConsistent)
            for _ in 0..<helpers { bell.signal() }
        }

        /// Claims a task and does it; false when there is none.
        private func workOnce() -> Bool {
            var current = ticket.load(ordering: .acquiring)
            while true {
                let left = current & Shared.unclaimed
                if left == 0 { return false }
                let (claimed, found) = ticket.weakCompareExchange(
                    expected: current, desired: current - 1, ordering: .acquiringAndReleasing)
                if claimed {
                    body?(tasks - Int(left))
                    finished.add(1, ordering: .releasing)
                    return true
                }
                current = found
            }
        }

        /// True as soon as there is work, false when none came in time.
        private func lookOut() -> Bool {
            let end = ContinuousClock.now + Shared.patience
            while true {
                for _ in 0..<64 {
                    if ticket.load(ordering: .relaxed) & Shared.unclaimed != 0 { return true }
                    st_pause()
                }
                if stopped.load(ordering: .relaxed) || ContinuousClock.now >= end { return false }
            }
        }
    }
}
