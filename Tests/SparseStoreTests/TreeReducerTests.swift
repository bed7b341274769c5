import TestSupport
import Testing

@testable import SparseStore

/// Sums over processes and over shards are those of one binary tree.
@Suite struct TreeReducerTests {
    private static func values(_ count: Int, of process: Int) -> [Float] {
        var random = CounterRandom(seed: 7, purpose: .test, layer: process)
        return (0..<count).map { _ in Float(random.nextUnit() - 0.5) * (process == 1 ? 1e4 : 1) }
    }

    /// Neighbours first, then pairs of neighbours; who has none goes up as it is.
    private static func tree(_ vectors: [[Float]]) -> [Float] {
        var vectors = vectors
        while vectors.count > 1 {
            vectors = stride(from: 0, to: vectors.count, by: 2).map { i in
                i + 1 < vectors.count ? zip(vectors[i], vectors[i + 1]).map { $0 + $1 } : vectors[i]
            }
        }
        return vectors[0]
    }

    /// What each of so many processes gets that share the shards, and the bytes that it has sent.
    private static func sums(
        _ processes: Int, shards: Int, count: Int
    ) throws -> [(sum: [Float], sent: Int, branches: Int)] {
        try ThreadRanks.run(processes) { communicator in
            let (reducer, tree) = (TreeReducer(communicator, shards: shards), ShardTree(shards: shards))
            let (run, workers) = (tree.run(of: communicator.rank, among: processes), Workers(threads: 1))
            var sums = ShardSums(tree, run: run)
            for shard in run {
                sums.begin(shard: shard, count: count + 2, workers: workers)
                for (i, value) in ([9] + Self.values(count, of: shard) + [8]).enumerated() { sums.current[i] += value }
            }
            let branches = sums.take(workers)
            #expect(branches.count == reducer.branches(of: run.count).count)
            // Something before and behind the range stays.
            let (before, behind) = (branches[0][0], branches[0][count + 1])
            reducer.reduce(branches, range: 1..<count + 1)
            #expect(branches[0][0] == before && branches[0][count + 1] == behind)
            #expect(reducer.bytesReduced == 4 * count * branches.count)
            return (Array(branches[0].array[1..<count + 1]), reducer.bytesSent, branches.count)
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8, 12], [1, 2, 3, 5])
    func processesGetTheBitsOfTheTree(processes: Int, each: Int) throws {
        let shards = processes * each
        for count in [0, 1, 4_095, 4_096, 10_001] {
            let expected = Self.tree((0..<shards).map { Self.values(count, of: $0) })
            for (sum, sent, branches) in try Self.sums(processes, shards: shards, count: count) {
                #expect(sum.map(\.bitPattern) == expected.map(\.bitPattern), "\(count)")
                // Each branch once and the sum once, less what a process sums itself. Short runs, and what is left of long ones when it is
                // short, go whole to each of the others at most.
                let most = 4 * ((1 + branches) * count * (processes - 1) / processes + 2 * 4_096)
                #expect(sent <= (count < 4_096 ? 4 * count * branches * (processes - 1) : most))
            }
        }
    }

    /// Every number of shards, and every number of processes that have as many of them.
    @Test func theTreeFollowsFromTheShardsAlone() throws {
        for shards in 1...26 {
            let expected = Self.tree((0..<shards).map { Self.values(37, of: $0) }).map(\.bitPattern)
            for processes in 1...shards where shards.isMultiple(of: processes) {
                for (sum, _, branches) in try Self.sums(processes, shards: shards, count: 37) {
                    #expect(sum.map(\.bitPattern) == expected, "\(shards) shards, \(processes) processes")
                    let each = shards / processes
                    #expect(each.nonzeroBitCount > 1 || branches == 1)
                }
            }
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8, 12]) func everyProcessKnowsWhatEachPutDown(processes: Int) throws {
        let all = try ThreadRanks.run(processes) { communicator in
            let values = AlignedBuffer<Int>(count: 3 * processes)
            for i in 0..<3 { values[3 * communicator.rank + i] = 10 * communicator.rank + i }
            communicator.gather(values, block: 3)
            return values.array
        }
        let expected = (0..<processes).flatMap { rank in (0..<3).map { 10 * rank + $0 } }
        #expect(all.allSatisfy { $0 == expected })
    }

    @Test(arguments: [1, 2, 3, 4, 6, 7, 8]) func whatAnyGivesAllKnow(processes: Int) throws {
        let unions = try ThreadRanks.run(processes) { communicator in
            let reducer = TreeReducer(communicator, shards: processes)
            let own = (0..<UInt32(3 * communicator.rank)).map { UInt32(communicator.rank) + 2 * $0 }
            return (reducer.union(of: own, limit: 1_000), reducer.union(of: own, limit: 2))
        }
        let expected = Set((0..<processes).flatMap { rank in (0..<3 * rank).map { UInt32(rank + 2 * $0) } })
        for (union, tooMany) in unions {
            #expect(union == expected.sorted() && (processes == 1 ? tooMany == [] : tooMany == nil))
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5, 8]) func whatTheFirstSaysAllHear(processes: Int) throws {
        let heard = try ThreadRanks.run(processes) { communicator in
            let values = AlignedBuffer((0..<50).map { _ in communicator.rank })
            communicator.broadcast(values)
            return values.array
        }
        #expect(heard.allSatisfy { $0.allSatisfy { $0 == 0 } } && heard.count == processes)
    }

    /// Shards one after the other, in one process.
    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 24], [1, 3])
    func shardsOfOneProcessAreTheSameTree(shards: Int, threads: Int) {
        let vectors = (0..<shards).map { Self.values(9_000, of: $0) }
        let (expected, tree, workers) = (Self.tree(vectors), ShardTree(shards: shards), Workers(threads: threads))
        var sums = ShardSums(tree, run: 0..<shards)
        for round in 0..<2 {
            for (shard, vector) in vectors.enumerated() {
                sums.begin(shard: shard, count: 9_000, workers: workers)
                for (i, value) in vector.enumerated() { sums.current[i] += value }
            }
            #expect(sums.isBegun)
            let taken = sums.take(workers)
            #expect(taken.count == 1 && taken[0].array == expected, "\(round)")
            #expect(!sums.isBegun)
        }
        let rooms = (0..<ShardTree.height(shards)).map { _ in AlignedBuffer<Float>(count: 9_000) }
        let sum = AlignedBuffer<Float>(count: 9_000)
        ShardTree.sum(of: 0..<shards, into: sum, rooms: rooms[...]) { shard, buffer in
            for (i, value) in vectors[shard].enumerated() { buffer[i] = value }
        } add: { sum, addend in
            for i in 0..<9_000 { sum[i] += addend[i] }
        }
        #expect(sum.array == expected)
        #expect(ShardTree.sum(of: 0..<shards) { vectors[$0][8_999] } == expected[8_999])
        #expect(tree.sumsHeld(of: 0..<shards) <= ShardTree.height(shards) + 1)
    }
}
