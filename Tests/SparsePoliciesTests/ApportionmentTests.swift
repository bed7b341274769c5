import SparsePolicies
import SparseStore
import Testing

struct ApportionmentTests {
    @Test func goldenShares() {
        let counts = Apportionment.counts(77, shares: [900, 300, 33], room: [1000, 1000, 1000])
        #expect(counts == [56, 19, 2])
    }

    @Test func whatAFullLayerCannotTakeGoesToTheOthers() {
        #expect(Apportionment.counts(100, shares: [50, 30, 20], room: [10, 1000, 1000]) == [10, 54, 36])
        #expect(Apportionment.counts(100, shares: [1, 1, 1], room: [10, 20, 30]) == [10, 20, 30])
        #expect(Apportionment.counts(7, shares: [0, 0, 0], room: [5, 0, 5]) == [4, 0, 3])
        #expect(Apportionment.counts(4, shares: [0, 1], room: [5, 3]) == [1, 3])
        #expect(Apportionment.counts(0, shares: [1, 2], room: [5, 3]) == [0, 0])
    }

    /// Totals are exact, rooms hold, and a layer below its room is within one unit of its share among such layers.
    @Test func totalsAndRoomsAreExact() {
        for trial in 0..<500 {
            var random = CounterRandom(seed: 4, purpose: .test, step: trial)
            let layers = 1 + random.next(below: 6)
            let shares = (0..<layers).map { _ in random.nextUnit() * Double(random.next(below: 4)) }
            let room = (0..<layers).map { _ in random.next(below: 50) }
            let total = random.next(below: 150)
            let counts = Apportionment.counts(total, shares: shares, room: room)
            #expect(counts.reduce(0, +) == min(total, room.reduce(0, +)))
            #expect(zip(counts, room).allSatisfy { $0 >= 0 && $0 <= $1 })
            let open = shares.indices.filter { counts[$0] < room[$0] && shares[$0] > 0 }
            for a in open {
                for b in open where shares[a] > shares[b] { #expect(counts[a] >= counts[b]) }
            }
        }
    }
}
