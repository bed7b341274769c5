/// Sums over processes in a binary tree of ranks: neighbours first, then pairs of neighbours, and so on. A sum of two numbers
/// does not depend on their order, so that all processes get the same bits, those of the tree.
///
/// Two processes that meet cut what they have in halves and sum one each (Rabenseifner, "Optimization of collective reduction
/// operations", ICCS 2004): each sends twice the values in all, however many processes there are. Short runs of values, of
/// which a message costs more than its bytes, are sent whole.
package final class TreeReducer: GradientReducer, @unchecked Sendable {
    // Unchecked: called by one thread at a time.
    private let communicator: any Communicator
    /// What another process sent.
    private var received = AlignedBuffer<Float>(count: 0)
    /// Bytes of values whose sums were asked for.
    package private(set) var bytesReduced = 0
    /// Bytes that this process has sent for them.
    package private(set) var bytesSent = 0
    /// Fewer values are not worth halving.
    private static let shortest = 4_096

    /// - Precondition: The number of processes is a power of two.
    package init(_ communicator: any Communicator) {
        precondition(communicator.count & (communicator.count - 1) == 0, "a tree of pairs")
        self.communicator = communicator
    }

    package var processes: Int { communicator.count }

    package func union(of positions: [UInt32], limit: Int) -> [UInt32]? {
        let counts = AlignedBuffer<Int>(count: communicator.count)
        counts[communicator.rank] = positions.count
        communicator.gather(counts, block: 1)
        let (total, most) = counts.elements.reduce(into: (0, 0)) { $0 = ($0.0 + $1, max($0.1, $1)) }
        if total > limit { return nil }
        bytesReduced += 4 * positions.count
        bytesSent += 4 * most * (communicator.count - 1)
        let all = AlignedBuffer<UInt32>(count: communicator.count * most)
        _ = all.elements[(communicator.rank * most)...].update(fromContentsOf: positions)
        communicator.gather(all, block: most)
        var union: [UInt32] = []
        for (rank, count) in counts.elements.enumerated() {
            union.append(contentsOf: all.elements[rank * most..<rank * most + count])
        }
        union.sort()
        var last: UInt32?
        union.removeAll { position in
            defer { last = position }
            return position == last
        }
        return union
    }

    package func reduce(_ values: AlignedBuffer<Float>, range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= values.count, "range outside the buffer")
        if received.count < range.count { received = AlignedBuffer(count: range.count) }
        bytesReduced += 4 * range.count
        sum(values, range, distance: 1)
    }

    /// Sums over this process and those whose ranks differ from its own in bits from `distance` on.
    private func sum(_ values: AlignedBuffer<Float>, _ range: Range<Int>, distance: Int) {
        if distance >= communicator.count { return }
        let other = communicator.rank ^ distance
        if range.count < Self.shortest {
            exchange(values, range, for: received, 0..<range.count, with: other)
            add(to: values, range)
            sum(values, range, distance: 2 * distance)
            return
        }
        let middle = range.lowerBound + range.count / 2
        let (lower, upper) = (range.lowerBound..<middle, middle..<range.upperBound)
        let (own, others) = communicator.rank & distance == 0 ? (lower, upper) : (upper, lower)
        exchange(values, others, for: received, 0..<own.count, with: other)
        add(to: values, own)
        sum(values, own, distance: 2 * distance)
        exchange(values, own, for: values, others, with: other)
    }

    private func add(to values: AlignedBuffer<Float>, _ range: Range<Int>) {
        for (i, place) in range.enumerated() { values.pointer[place] += received.pointer[i] }
    }

    private func exchange(
        _ sent: AlignedBuffer<Float>, _ range: Range<Int>, for received: AlignedBuffer<Float>, _ place: Range<Int>,
        with rank: Int
    ) {
        bytesSent += 4 * range.count
        communicator.exchange(
            UnsafeRawBufferPointer(UnsafeMutableBufferPointer(rebasing: sent.elements[range])),
            for: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: received.elements[place])),
            with: rank)
    }
}
