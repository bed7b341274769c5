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
        // Clearing the counters costs more than sorting so few.
        if values.count <= 256 { return values.sorted()[rank - 1] }
        // The first eleven bits of the answer, then those that share them: a small part of the values.
        var (digit, wanted) = digit(rank, of: values, shift: 21)
        let first = digit
        let rest = sharing(first, of: values, shift: 21)
        (digit, wanted) = self.digit(wanted, of: rest, shift: 10)
        let second = digit
        (digit, _) = self.digit(wanted, of: sharing(second, of: rest, shift: 10), shift: 0)
        return first << 21 | second << 10 | digit
    }

    /// The bits below `shift` of the values whose bits above it are `digit`.
    private static func sharing(_ digit: UInt32, of values: [UInt32], shift: UInt32) -> [UInt32] {
        let low = (UInt32(1) << shift) &- 1
        // Which values share them is chance: each is written, and overwritten by the next if it does not.
        return [UInt32](unsafeUninitializedCapacity: values.count) { sharing, count in
            values.withUnsafeBufferPointer { values in
                var n = 0
                for value in values {
                    sharing[n] = value & low
                    n &+= value >> shift == digit ? 1 : 0
                }
                count = n
            }
        }
    }

    /// Bits from `shift` up of the `rank`-th smallest value, and its rank among the values that share them.
    private static func digit(_ rank: Int, of values: [UInt32], shift: UInt32) -> (digit: UInt32, rank: Int) {
        // Neighbours fall into few bins: four counters for each, or every count would wait for the one before it.
        let bins = 1 << 11
        return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 4 * bins) { counts in
            counts.initialize(repeating: 0)
            values.withUnsafeBufferPointer { values in
                for i in values.indices { counts[Int(values[i] >> shift) + i % 4 * bins] &+= 1 }
            }
            var wanted = rank
            for bin in 0..<bins {
                let count = (0..<4).reduce(0) { $0 + Int(counts[bin + $1 * bins]) }
                if wanted <= count { return (UInt32(bin), wanted) }
                wanted -= count
            }
            preconditionFailure("a rank within the values has a bin")
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
