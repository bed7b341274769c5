/// How one of the processes that train a network together reaches the others. Every process has a number, its rank, from 0 to
/// `count` - 1. Who is named in a call makes the call that belongs to it; a call returns when its bytes are sent or there.
///
/// One call at a time. A process that cannot reach another does not return: whoever started the processes ends them all.
public protocol Communicator: Sendable {
    /// The number of this process.
    var rank: Int { get }
    /// How many processes there are.
    var count: Int { get }
    /// How many of them run on this one's machine, itself included.
    var countOnMachine: Int { get }
    /// Sends bytes to another process, which receives as many.
    func send(_ bytes: UnsafeRawBufferPointer, to rank: Int)
    /// Fills the buffer with what another process sends.
    func receive(_ bytes: UnsafeMutableRawBufferPointer, from rank: Int)
    /// Sends to another process and receives from it, both at once. The two numbers of bytes need not be the same.
    func exchange(
        _ sent: UnsafeRawBufferPointer, for received: UnsafeMutableRawBufferPointer, with rank: Int)
}

extension Communicator {
    /// Fills every process's buffer with that of rank 0, of the same length. Log2 `count` rounds.
    package func broadcast<Element: BitwiseCopyable>(_ values: AlignedBuffer<Element>) {
        let bytes = UnsafeMutableRawBufferPointer(values.elements)
        var distance = 1
        while distance < count { distance *= 2 }
        while distance > 1 {
            let half = distance / 2
            if rank % distance == 0, rank + half < count {
                send(UnsafeRawBufferPointer(bytes), to: rank + half)
            } else if rank % distance == half {
                receive(bytes, from: rank - half)
            }
            distance = half
        }
    }

    /// The bytes of rank 0, however many; the others give none.
    package func ofFirst(_ bytes: AlignedBuffer<UInt8>?) -> AlignedBuffer<UInt8> {
        let size = AlignedBuffer([rank == 0 ? bytes?.count ?? 0 : 0])
        broadcast(size)
        let all = rank == 0 ? bytes ?? AlignedBuffer(count: 0) : AlignedBuffer(count: size[0])
        broadcast(all)
        return all
    }

    /// Has every process know what each of them put down: the block of rank r begins at r x `block`.
    package func gather<Element: BitwiseCopyable>(_ values: AlignedBuffer<Element>, block: Int) {
        precondition(values.count == count * block, "a block for each process")
        var size = 1
        /// The blocks of a group of so many neighbours.
        func bytes(_ group: Int) -> UnsafeMutableRawBufferPointer {
            let range = group * size * block..<(group + 1) * size * block
            return UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: values.elements[range]))
        }
        // Pairs of groups for as long as all have a partner, then each with each.
        while count.isMultiple(of: 2 * size) {
            let group = rank / size
            exchange(UnsafeRawBufferPointer(bytes(group)), for: bytes(group ^ 1), with: rank ^ size)
            size *= 2
        }
        meetEach(of: count / size) { other, partner in
            exchange(UnsafeRawBufferPointer(bytes(rank / size)), for: bytes(other), with: partner)
        }
    }

    /// Has this process meet one of each other group of neighbouring ranks, the one that has its own place there.
    /// - Parameters:
    ///   - groups: How many there are, each of as many processes.
    ///   - body: Is given the other group, and the rank of the process that makes the call with this one.
    package func meetEach(of groups: Int, _ body: (_ group: Int, _ rank: Int) -> Void) {
        let (size, own) = (count / groups, rank / (count / groups))
        // In each turn those two meet whose numbers come to the turn's, modulo the number of groups: one waits for one, at most.
        for turn in 0..<groups {
            let other = (turn - own + groups) % groups
            if other != own { body(other, other * size + rank % size) }
        }
    }
}
