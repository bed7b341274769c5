internal import Dispatch
internal import Foundation
internal import SparseTraining
internal import Synchronization

/// What signals do. Before the run there is nothing to save: an interrupt (control-C), a request to terminate or a terminal
/// that hangs up ends the process at once. During the run it is a cancellation: the run finishes its step and writes what it
/// has; a second interrupt or request then ends the process at once.
final class Interrupt {
    private let sources: [any DispatchSourceSignal]
    private let state = State()

    private final class State: Sendable {
        /// The first signal that came; 0 before.
        let first = Atomic<Int32>(0)
        let isRunning = Atomic(false)

        func received(_ number: Int32, _ cancellation: Cancellation) {
            if !isRunning.load(ordering: .sequentiallyConsistent) { _exit(ExitStatus.signalled(number)) }
            let isFirst = first.compareExchange(expected: 0, desired: number, ordering: .relaxed).exchanged
            // A terminal that is closed may say so more than once.
            if !isFirst && number != SIGHUP { _exit(ExitStatus.signalled(number)) }
            cancellation.cancel()
        }
    }

    init(_ cancellation: Cancellation) {
        let queue = DispatchQueue(label: "signals")
        sources = Self.signals.map { [state] number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { @Sendable in state.received(number, cancellation) }
            source.resume()
            return source
        }
    }

    /// The run begins: from now on there is something to save.
    func runBegins() { state.isRunning.store(true, ordering: .sequentiallyConsistent) }

    /// What the process returns when a signal ended the run; nil without one.
    var status: Int32? {
        let number = state.first.load(ordering: .relaxed)
        return number == 0 ? nil : ExitStatus.signalled(number)
    }

    /// A hang-up that is ignored from the start, as under `nohup`, stays so.
    private static var signals: [Int32] {
        let before = signal(SIGHUP, SIG_IGN)
        let wasIgnored = unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
        return [SIGINT, SIGTERM] + (wasIgnored ? [] : [SIGHUP])
    }
}
