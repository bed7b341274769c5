/// Sets of positions as strictly ascending lists.
package enum SortedPositions {
    /// Those of `list` that are not in `removed`.
    package static func subtract(_ removed: [Int], from list: [Int]) -> [Int] {
        removed.isEmpty ? list : split(list, by: removed).outside
    }

    /// Cuts `list` into the members that `other` has and those that it has not, in one walk over both.
    package static func split(_ list: [Int], by other: [Int]) -> (inside: [Int], outside: [Int]) {
        if other.isEmpty { return ([], list) }
        var outside: [Int] = []
        let most = min(list.count, other.count)
        // Room for one more each: what is not to stay is written too, and overwritten.
        let inside = [Int](unsafeUninitializedCapacity: most + 1) { inside, insideCount in
            outside = [Int](unsafeUninitializedCapacity: list.count + 1) { outside, outsideCount in
                guard let inner = inside.baseAddress, let outer = outside.baseAddress else { return }
                (insideCount, outsideCount) = list.withUnsafeBufferPointer { list in
                    other.withUnsafeBufferPointer { split(list, by: $0, inner, outer) }
                }
            }
        }
        return (inside, outside)
    }

    /// Writes both parts, and returns how many are in each.
    private static func split(
        _ list: UnsafeBufferPointer<Int>, by other: UnsafeBufferPointer<Int>, _ inside: UnsafeMutablePointer<Int>,
        _ outside: UnsafeMutablePointer<Int>
    ) -> (inside: Int, outside: Int) {
        var (i, next, inner, outer) = (0, 0, 0, 0)
        while i < list.count, next < other.count {
            // Which list is ahead is chance: no branches.
            let (position, limit) = (list[i], other[next])
            inside[inner] = position
            outside[outer] = position
            inner &+= position == limit ? 1 : 0
            outer &+= position < limit ? 1 : 0
            i &+= position <= limit ? 1 : 0
            next &+= position >= limit ? 1 : 0
        }
        while i < list.count {
            outside[outer] = list[i]
            outer &+= 1
            i &+= 1
        }
        return (inner, outer)
    }
}
