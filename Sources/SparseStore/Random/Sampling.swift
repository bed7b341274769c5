/// Sampling without replacement that never holds more than what it draws.
package enum Sampling {
    /// `count` distinct numbers of `0 ..< population`, ascending, every subset equally likely.
    ///
    /// Small shares are drawn in rounds: as many numbers as are missing, sorted and freed of doubles, until none is
    /// missing (the first `count` distinct ones of a sequence of independent draws). Large shares are taken by walking
    /// the population once (selection sampling, Knuth, TAOCP 3.4.2, algorithm S). Memory is O(count).
    package static func distinct(_ count: Int, below population: Int, random: inout CounterRandom) -> [Int] {
        precondition(count >= 0 && count <= population, "cannot draw \(count) distinct numbers below \(population)")
        return count > population / 4
            ? selected(count, below: population, random: &random) : drawn(count, below: population, random: &random)
    }

    private static func drawn(_ count: Int, below population: Int, random: inout CounterRandom) -> [Int] {
        var found: [Int] = []
        while found.count < count {
            var fresh: [Int] = []
            fresh.reserveCapacity(count - found.count)
            for _ in found.count..<count { fresh.append(random.next(below: population)) }
            RadixSort.sort(&fresh, below: population)
            found = union(found, fresh)
        }
        return found
    }

    /// Merges two ascending lists into one strictly ascending list.
    private static func union(_ a: [Int], _ b: [Int]) -> [Int] {
        var merged: [Int] = []
        merged.reserveCapacity(a.count + b.count)
        var (i, j) = (0, 0)
        while i < a.count || j < b.count {
            let next: Int
            if j == b.count || i < a.count && a[i] <= b[j] {
                next = a[i]
                i += 1
            } else {
                next = b[j]
                j += 1
            }
            if merged.last != next { merged.append(next) }
        }
        return merged
    }

    private static func selected(_ count: Int, below population: Int, random: inout CounterRandom) -> [Int] {
        var chosen: [Int] = []
        chosen.reserveCapacity(count)
        for number in 0..<population where chosen.count < count {
            if random.next(below: population - number) < count - chosen.count { chosen.append(number) }
        }
        return chosen
    }
}

/// Random positions outside a sparse structure, without a mask of it.
package enum RandomGrowth {
    /// Up to `count` distinct positions of `0 ..< population` that are not in `occupied`, ascending, every subset
    /// equally likely; fewer when there is less room. Draws ranks among the free positions and turns them into
    /// positions in one walk over `occupied`: O(occupied + count log count).
    /// - Parameter occupied: positions that may not be taken, strictly ascending, all below `population`.
    package static func positions(
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
