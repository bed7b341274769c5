#if MPI
internal import CMPI
public import SparseStore

/// The processes that `mpirun` or `srun` started, by the system's MPI. Only in builds with the package's trait `MPI`.
///
/// What MPI cannot do it does not report: it ends all processes, and says why.
public struct MPICommunicator: Communicator {
    public let rank: Int
    public let count: Int
    public let countOnMachine: Int

    /// Begins MPI, once in the life of a process, before other threads are started that use it. Nil where this MPI does not let
    /// threads take turns.
    public init?() {
        guard sm_begin() == 1 else { return nil }
        (rank, count, countOnMachine) = (Int(sm_rank()), Int(sm_count()), Int(sm_count_on_machine()))
    }

    public func send(_ bytes: UnsafeRawBufferPointer, to rank: Int) {
        check(rank)
        guard let start = bytes.baseAddress else { return }
        sm_send(start, bytes.count, Int32(rank))
    }

    public func receive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int) {
        check(rank)
        guard let start = bytes.baseAddress else { return }
        sm_receive(start, bytes.count, Int32(rank))
    }

    public func exchange(
        _ sent: UnsafeRawBufferPointer, for received: UnsafeMutableRawBufferPointer, with rank: Int
    ) {
        check(rank)
        sm_exchange(sent.baseAddress, sent.count, received.baseAddress, received.count, Int32(rank))
    }

    /// Waits until all processes are here, and ends MPI.
    public func end() { sm_end() }

    /// Ends all processes, whatever they do.
    /// - Parameter status: What whoever started them returns.
    public func abort(status: Int32) { sm_abort(status) }

    private func check(_ other: Int) {
        precondition(0..<count ~= other && other != rank, "a process that is not one of the others")
    }
}
#endif
