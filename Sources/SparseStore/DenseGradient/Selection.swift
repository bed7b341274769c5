/// Order statistics. Non-negative floats order as their bit patterns do, so scores are selected as integers.
public enum Selection {
    /// The `rank`-th largest value (1 = largest), by radix selection in O(n).
    public static func largest(_ rank: Int, of values: [UInt32]) -> UInt32 {
        precondition(rank >= 1 && rank <= values.count, "rank outside the values")
        return smallest(values.count - rank + 1, of: values)
    }

    /// The `rank`-th smallest value (1 = smallest).
    public static func smallest(_ rank: Int, of values: [UInt32]) -> UInt32 {
        precondition(rank >= 1 && rank <= values.count, "rank outside the values")
        return values.withUnsafeBufferPointer { values in
            var wanted = rank
            var prefix: UInt32 = 0
            var known: UInt32 = 0
            // Eleven, eleven and ten bits: each pass fixes one digit of the answer.
            for (shift, digit) in [(21, UInt32(0x7FF)), (10, 0x7FF), (0, 0x3FF)] {
                var bins = [Int](repeating: 0, count: Int(digit) + 1)
                for value in values where value & known == prefix { bins[Int(value >> UInt32(shift) & digit)] += 1 }
                var bin = 0
                while wanted > bins[bin] {
                    wanted -= bins[bin]
                    bin += 1
                }
                prefix |= UInt32(bin) << UInt32(shift)
                known |= digit << UInt32(shift)
            }
            return prefix
        }
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
