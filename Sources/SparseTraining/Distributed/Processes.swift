internal import Foundation
internal import SparseData
internal import SparseStore

/// The processes that train one network together, as the trainer of one of them sees them. All make the same calls in the same order.
final class Processes {
    let communicator: any Communicator
    /// Sums gradients of stored values.
    let gradients: TreeReducer
    /// Sums what topology updates look at.
    let growth: TreeReducer
    /// Bytes of the dense gradients that topology updates chose by.
    var denseGradientBytes = 0
    /// What each process has to tell of a step.
    private var notes = AlignedBuffer<Double>(count: 0)

    /// Nil where one process trains alone.
    /// - Parameters:
    ///   - communicator: Reaches the processes.
    ///   - shards: Of a batch, a multiple of their number.
    init?(_ communicator: (any Communicator)?, shards: Int) {
        guard let communicator, communicator.count > 1 else { return nil }
        self.communicator = communicator
        gradients = TreeReducer(communicator, shards: shards)
        growth = TreeReducer(communicator, shards: shards)
    }

    var rank: Int { communicator.rank }
    var count: Int { communicator.count }
    var isFirst: Bool { rank == 0 }

    /// What rank 0 says.
    func ofFirst(_ flag: Bool) -> Bool {
        let word = AlignedBuffer<UInt8>(count: 1)
        word[0] = flag ? 1 : 0
        communicator.broadcast(word)
        return word[0] == 1
    }

    /// The bytes of rank 0; the others give none.
    func ofFirst(_ bytes: AlignedBuffer<UInt8>?) -> AlignedBuffer<UInt8> {
        communicator.ofFirst(bytes)
    }

    /// Numbers of every process, those of rank 0 first. All give as many.
    /// - Parameter numbers: Those of this one, written into their place.
    func gather(count: Int, _ numbers: (UnsafeMutableBufferPointer<Double>) -> Void) -> UnsafeMutableBufferPointer<
        Double
    > {
        if notes.count != self.count * count { notes = AlignedBuffer(count: self.count * count) }
        let own = notes.elements[rank * count..<(rank + 1) * count]
        numbers(UnsafeMutableBufferPointer(rebasing: own))
        communicator.gather(notes, block: count)
        return notes.elements
    }

    /// Ends the run when a process has something else than rank 0.
    /// - Parameters:
    ///   - hash: Of what this one has.
    ///   - what: What that is, in words.
    func compare(_ hash: UInt64, of what: String) throws(TrainingError) {
        let hashes = AlignedBuffer<UInt64>(count: count)
        hashes[rank] = hash
        communicator.gather(hashes, block: 1)
        guard let other = hashes.elements.firstIndex(where: { $0 != hashes[0] }) else { return }
        throw .processesDiffer(
            rank: other, what: what, hash: ByteHash.text(hashes[other]), expected: ByteHash.text(hashes[0]))
    }
}
