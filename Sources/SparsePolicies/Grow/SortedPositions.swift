/// Sets of positions as strictly ascending lists.
package enum SortedPositions {
    /// Those of `list` that are not in `removed`.
    package static func subtract(_ removed: [Int], from list: [Int]) -> [Int] {
        split(list, by: removed).outside
    }

    /// Cuts `list` into the members that `other` has and those that it has not, in one walk over both.
    static func split(_ list: [Int], by other: [Int]) -> (inside: [Int], outside: [Int]) {
        var inside: [Int] = []
        var outside: [Int] = []
        outside.reserveCapacity(list.count)
        var next = 0
        for position in list {
            while next < other.count && other[next] < position { next += 1 }
            if next < other.count && other[next] == position {
                inside.append(position)
            } else {
                outside.append(position)
            }
        }
        return (inside, outside)
    }
}
