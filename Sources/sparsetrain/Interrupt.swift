internal import Dispatch
internal import Foundation
internal import SparseTraining

/// Turns an interrupt (control-C) into a cancellation: the run finishes its step and writes what it has. A second
/// interrupt ends the process at once.
final class Interrupt {
    private let source: any DispatchSourceSignal

    init(_ cancellation: Cancellation) {
        signal(SIGINT, SIG_IGN)
        source = DispatchSource.makeSignalSource(signal: SIGINT, queue: DispatchQueue(label: "signals"))
        source.setEventHandler { @Sendable in
            if cancellation.isCancelled { _exit(ExitStatus.interrupted) }
            cancellation.cancel()
        }
        source.resume()
    }

    deinit {
        source.cancel()
        signal(SIGINT, SIG_DFL)
    }
}
