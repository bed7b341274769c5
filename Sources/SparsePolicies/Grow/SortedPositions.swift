/// Sets of positions as strictly ascending lists.
package enum SortedPositions {
    /// Those of `list` that are not in `removed`.
    package static func subtract(_ removed: [Int], from list: [Int]) -> [Int] {
        split(list, by: removed).outside
    }

    /// Cuts `list` into the members that `other` has and those that it has not, in one walk over both.
    static func split(_ list: [Int], by other: [Int]) -> (inside: [Int], outside: [Int]) {
        if other.isEmpty { return ([], list) }
        var inside: [Int] = []
        let outside = [Int](unsafeUninitializedCapacity: list.count) { outside, n in
            var (i, next) = (0, 0)
            while i < list.count, next < other.count {
                // Which list is ahead is chance: no branches, what is not to stay is overwritten.
                let (position, limit) = (list[i], other[next])
                if position == limit { inside.append(position) }
                outside[n] = position
                n += position < limit ? 1 : 0
                i += position <= limit ? 1 : 0
                next += position >= limit ? 1 : 0
            }
            while i < list.count {
                outside[n] = list[i]
                n += 1
                i += 1
            }
        }
        return (inside, outside)
    }
}
