/// Order statistics. Non-negative floats order as their bit patterns do, so scores are selected as integers.
public enum Selection {
    /// The `rank`-th largest value (1 = largest).. Radix selection: two passes of 16 bits, O(n).
    public static func largest(_ rank: Int, of values: [UInt32]) -> UInt32 {
        precondition(rank >= 1 && rank <= values.count, "rank outside the values")
        return smallest(values.count - rank + 1, of: values)
    }

    /// The `rank`-th smallest value (1 = smallest).
    public static func smallest(_ rank: Int, of values: [UInt32]) -> UInt32 {
        precondition(rank >= 1 && rank <= values.count, "rank outside the values")
        var wanted = rank
        var bins = [Int](repeating: 0, count: 1 << 16)
        for value in values { bins[Int(value >> 16)] += 1 }
        var high = 0
        while wanted > bins[high] {
            wanted -= bins[high]
            high += 1
        }
        for i in bins.indices { bins[i] = 0 }
        for value in values where Int(value >> 16) == high { bins[Int(value & 0xFFFF)] += 1 }
        var low = 0
        while wanted > bins[low] {
            wanted -= bins[low]
            low += 1
        }
        return UInt32(high) << 16 | UInt32(low)
    }

    /// Index of the first element of an ascending array that is not below `value`.
    public static func firstIndex(in ascending: [Int], notBelow value: Int) -> Int {
        var (low, high) = (0, ascending.count)
        while low < high {
            let middle = (low + high) / 2
            if ascending[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
