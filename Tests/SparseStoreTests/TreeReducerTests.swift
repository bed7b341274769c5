import TestSupport
import Testing

@testable import SparseStore

/// Sums over processes and over shards are those of one binary tree.
@Suite struct TreeReducerTests {
    private static func values(_ count: Int, of process: Int) -> [Float] {
        var random = CounterRandom(seed: 7, purpose: .test, layer: process)
        return (0..<count).map { _ in Float(random.nextUnit() - 0.5) * (process == 1 ? 1e4 : 1) }
    }

    /// Neighbours first, then pairs of neighbours.
    private static func tree(_ vectors: [[Float]]) -> [Float] {
        var vectors = vectors
        while vectors.count > 1 {
            vectors = stride(from: 0, to: vectors.count, by: 2).map { i in
                zip(vectors[i], vectors[i + 1]).map { $0 + $1 }
            }
        }
        return vectors[0]
    }

    @Test(arguments: [1, 2, 4, 8], [0, 1, 4_095, 4_096, 10_001])
    func processesGetTheBitsOfTheTree(processes: Int, count: Int) throws {
        let sums = try ThreadRanks.run(processes) { communicator in
            let reducer = TreeReducer(communicator)
            // Something before and behind the range stays.
            let values = AlignedBuffer([9] + Self.values(count, of: communicator.rank) + [8])
            reducer.reduce(values, range: 1..<count + 1)
            #expect(values[0] == 9 && values[count + 1] == 8)
            #expect(reducer.bytesReduced == 4 * count)
            // Two halves for each pair: twice the bytes at most. Short runs go whole, once for each level of the tree.
            let most = count < 4_096 ? 4 * count * processes.trailingZeroBitCount : 8 * (count + 8 * processes)
            #expect(reducer.bytesSent <= most)
            return Array(values.array[1..<count + 1])
        }
        let expected = Self.tree((0..<processes).map { Self.values(count, of: $0) })
        for sum in sums { #expect(sum.map(\.bitPattern) == expected.map(\.bitPattern)) }
    }

    @Test(arguments: [1, 2, 4, 8]) func everyProcessKnowsWhatEachPutDown(processes: Int) throws {
        let all = try ThreadRanks.run(processes) { communicator in
            let values = AlignedBuffer<Int>(count: 3 * processes)
            for i in 0..<3 { values[3 * communicator.rank + i] = 10 * communicator.rank + i }
            communicator.gather(values, block: 3)
            return values.array
        }
        let expected = (0..<processes).flatMap { rank in (0..<3).map { 10 * rank + $0 } }
        #expect(all.allSatisfy { $0 == expected })
    }

    @Test(arguments: [1, 2, 3, 4, 5, 8]) func whatTheFirstSaysAllHear(processes: Int) throws {
        let heard = try ThreadRanks.run(processes) { communicator in
            let values = AlignedBuffer((0..<50).map { _ in communicator.rank })
            communicator.broadcast(values)
            return values.array
        }
        #expect(heard.allSatisfy { $0.allSatisfy { $0 == 0 } } && heard.count == processes)
    }

    /// Shards one after the other, in one process or as branches of several.
    @Test(arguments: [1, 2, 4, 8], [1, 3]) func shardsAreBranchesOfTheSameTree(shards: Int, threads: Int) {
        let vectors = (0..<shards).map { Self.values(500, of: $0) }
        let expected = Self.tree(vectors)
        var sums = ShardSums()
        for round in 0..<2 {
            for (shard, vector) in vectors.enumerated() {
                sums.begin(shard: shard, counts: [500], workers: Workers(threads: threads))
                for (i, value) in vector.enumerated() { sums.current[0][i] += value }
            }
            #expect(sums.isBegun)
            #expect(sums.take(Workers(threads: threads))[0].array == expected, "\(round)")
            #expect(!sums.isBegun)
        }
        let rooms = (0..<ShardTree.height(shards)).map { _ in AlignedBuffer<Float>(count: 500) }
        let sum = AlignedBuffer<Float>(count: 500)
        ShardTree.sum(0..<shards, into: sum, rooms: rooms[...]) { shard, buffer in
            for (i, value) in vectors[shard].enumerated() { buffer[i] = value }
        } add: { sum, addend in
            for i in 0..<500 { sum[i] += addend[i] }
        }
        #expect(sum.array == expected)
    }
}
