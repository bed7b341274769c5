internal import Dispatch
internal import Foundation
internal import SparseTraining
internal import Synchronization

/// Turns an interrupt (control-C) or a request to terminate into a cancellation: the run finishes its step and writes
/// what it has. The second one ends the process at once.
final class Interrupt {
    private static let signals = [SIGINT, SIGTERM]
    private let sources: [any DispatchSourceSignal]
    private let received = Received()

    /// The first signal that came; 0 before.
    private final class Received: Sendable {
        let first = Atomic<Int32>(0)
    }

    init(_ cancellation: Cancellation) {
        let queue = DispatchQueue(label: "signals")
        sources = Self.signals.map { [received] number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { @Sendable in
                if !received.first.compareExchange(expected: 0, desired: number, ordering: .relaxed).exchanged {
                    _exit(ExitStatus.signalled(number))
                }
                cancellation.cancel()
            }
            source.resume()
            return source
        }
        // A write beyond a limit of file size is to fail as one to a full disk does.
        signal(SIGXFSZ, SIG_IGN)
    }

    /// What the process returns when a signal ended the run; nil without one.
    var status: Int32? {
        let number = received.first.load(ordering: .relaxed)
        return number == 0 ? nil : ExitStatus.signalled(number)
    }

    deinit {
        for source in sources { source.cancel() }
        for number in Self.signals { signal(number, SIG_DFL) }
    }
}
