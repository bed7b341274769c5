/// Random positions outside a sparse structure, without a mask of it.
public enum RandomGrowth {
    /// Up to `count` distinct positions of `0 ..< population` that are not in `occupied`, ascending, every subset
    /// equally likely; fewer when there is less room. Draws ranks among the free positions and turns them into
    /// positions in one walk over `occupied`: O(occupied + count log count).
    /// - Parameter occupied: positions that may not be taken, strictly ascending, all below `population`.
    public static func positions(
        _ count: Int, below population: Int, avoiding occupied: [Int], random: inout CounterRandom
    ) -> [Int] {
        let room = population - occupied.count
        precondition(room >= 0, "more occupied positions than positions")
        var positions = Sampling.distinct(min(count, room), below: room, random: &random)
        var passed = 0
        for i in positions.indices {
            // The free position of rank r lies behind every occupied one that is not above r + occupied ones passed.
            while passed < occupied.count && occupied[passed] <= positions[i] + passed { passed += 1 }
            positions[i] += passed
        }
        return positions
    }
}
