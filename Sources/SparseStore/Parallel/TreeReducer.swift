internal import SparseKernels

/// Sums over processes in the tree over all shards (`ShardTree`), of which each process has a run. A sum of two numbers does not depend on
/// their order, so that all processes get the same bits, those of the tree.
///
/// Where the run of a process is a branch, two processes that meet cut what they have in halves and sum one each (Rabenseifner,
/// "Optimization of collective reduction operations", ICCS 2004), for as long as all have a partner: always, when their number is a power
/// of two. The groups that are left then, and processes with several branches, each sum their part of the values of all. A process sends
/// each value of each of its branches once, less what it sums, and the sums as often. Short runs of values, of which a message costs more
/// than its bytes, are sent whole.
package final class TreeReducer: GradientReducer, @unchecked Sendable {
    // Unchecked: called by one thread at a time.
    private let communicator: any Communicator
    private let tree: ShardTree
    /// Neighbouring processes that sum in halves, a power of two of them. They are a branch.
    private let groupSize: Int
    /// Of each such group, or of each process, the branches of its shards.
    private let branches: [[Range<Int>]]
    /// What other processes sent.
    private var received = AlignedBuffer<Float>(count: 0)
    /// Sums of branches that wait for what comes behind them.
    private var sums: [UnsafeMutablePointer<Float>] = []
    /// Bytes of values whose sums were asked for.
    package private(set) var bytesReduced = 0
    /// Bytes that this process has sent for them.
    package private(set) var bytesSent = 0
    /// Fewer values are not worth cutting.
    private static let shortest = 4_096

    /// - Parameters:
    ///   - communicator: Reaches the processes.
    ///   - shards: Of a batch, a multiple of the number of processes.
    package init(_ communicator: any Communicator, shards: Int) {
        let (tree, processes) = (ShardTree(shards: shards), communicator.count)
        precondition(shards.isMultiple(of: processes), "as many shards for each process")
        let each = shards / processes
        (self.communicator, self.tree) = (communicator, tree)
        groupSize = each & (each - 1) == 0 ? 1 << processes.trailingZeroBitCount : 1
        let groups = processes / groupSize
        branches = (0..<groups).map { tree.branches(of: tree.run(of: $0, among: groups)) }
    }

    package var parts: Int { groupSize > 1 ? communicator.count : branches.joined().count }

    package func branches(of shards: Int) -> [Range<Int>] {
        let run = tree.run(of: communicator.rank, among: communicator.count)
        precondition(shards == run.count, "a process has \(run.count) shards, not \(shards)")
        return tree.branches(of: run).map { $0.lowerBound - run.lowerBound..<$0.upperBound - run.lowerBound }
    }

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

    package func reduce(_ branches: [AlignedBuffer<Float>], range: Range<Int>) {
        precondition(
            branches.allSatisfy { range.lowerBound >= 0 && range.upperBound <= $0.count }, "range outside a buffer")
        bytesReduced += 4 * range.count * branches.count
        reduce(branches, range, distance: 1)
    }

    /// Sums over this process and those of its group whose ranks differ from its own in bits from `distance` on, and over all groups.
    private func reduce(_ branches: [AlignedBuffer<Float>], _ range: Range<Int>, distance: Int) {
        if distance >= groupSize { return meetAll(branches, range) }
        let (other, values) = (communicator.rank ^ distance, branches[0])
        makeRoom(range.count)
        if range.count < Self.shortest {
            exchange(values, range, for: received, 0..<range.count, with: other)
            add(received.pointer, to: values.pointer + range.lowerBound, range.count)
            reduce(branches, range, distance: 2 * distance)
            return
        }
        let middle = range.lowerBound + range.count / 2
        let (lower, upper) = (range.lowerBound..<middle, middle..<range.upperBound)
        let (own, others) = communicator.rank & distance == 0 ? (lower, upper) : (upper, lower)
        exchange(values, others, for: received, 0..<own.count, with: other)
        add(received.pointer, to: values.pointer + own.lowerBound, own.count)
        reduce(branches, own, distance: 2 * distance)
        exchange(values, own, for: values, others, with: other)
    }

    /// Sums over all groups, of each of which this process knows one process: each of these sums a part of the values.
    private func meetAll(_ branches: [AlignedBuffer<Float>], _ range: Range<Int>) {
        let groups = self.branches.count
        if groups == 1 { return }
        precondition(branches.count == self.branches[group].count, "a buffer for each branch")
        let isWhole = range.count < Self.shortest
        func part(_ group: Int) -> Range<Int> {
            if isWhole { return range }
            let part = Part(group, of: groups).range(of: range.count)
            return range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound
        }
        let own = part(group)
        makeRoom(self.branches.joined().count * own.count)
        communicator.meetEach(of: groups) { other, rank in
            let (before, theirs) = (self.branches[..<other].joined().count, self.branches[other].count)
            for index in 0..<max(branches.count, theirs) {
                // Who has fewer branches than the other sends nothing in their place.
                let place = (before + index) * own.count
                exchange(
                    branches[min(index, branches.count - 1)], index < branches.count ? part(other) : 0..<0,
                    for: received, index < theirs ? place..<place + own.count : 0..<0, with: rank)
            }
        }
        sumUp(branches, own)
        if isWhole { return }
        communicator.meetEach(of: groups) { other, rank in
            exchange(branches[0], own, for: branches[0], part(other), with: rank)
        }
    }

    /// Sums up what came from the others and what is here, branch after branch.
    private func sumUp(_ branches: [AlignedBuffer<Float>], _ range: Range<Int>) {
        sums.removeAll(keepingCapacity: true)
        var place = 0
        for (other, nodes) in self.branches.enumerated() {
            for (index, node) in nodes.enumerated() {
                let here = other == group ? branches[index].pointer + range.lowerBound : nil
                sums.append(here ?? received.pointer + place * range.count)
                place += 1
                let whole = tree.branchCount(of: 0..<node.upperBound)
                while sums.count > whole {
                    let addend = sums.removeLast()
                    add(addend, to: sums[sums.count - 1], range.count)
                }
            }
        }
        let values = branches[0].pointer + range.lowerBound
        if sums[0] != values { values.update(from: sums[0], count: range.count) }
    }

    private var group: Int { communicator.rank / groupSize }

    private func makeRoom(_ count: Int) {
        if received.count < count { received = AlignedBuffer(count: count) }
    }

    private func add(_ addend: UnsafePointer<Float>, to sum: UnsafeMutablePointer<Float>, _ count: Int) {
        InstructionSet.kernels.vectors.axpy(1, addend, sum, count)
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
