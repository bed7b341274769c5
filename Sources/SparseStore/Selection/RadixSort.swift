/// Sorts numbers of a known range in linear time, digit by digit from the lowest: positions come by the ten thousand, and
/// comparisons of what is in chance order are mostly foreseen wrongly.
enum RadixSort {
    private static let bits = 11
    /// Fewer are sorted by comparison: clearing the counters costs more.
    private static let few = 512

    /// Sorts numbers of `0 ..< limit`.
    static func sort(_ numbers: inout [Int], below limit: Int) {
        guard numbers.count > few else { return numbers.sort() }
        let width = Int.bitWidth - max(limit - 1, 1).leadingZeroBitCount
        var other = numbers
        for shift in stride(from: 0, to: width, by: bits) {
            numbers.withUnsafeBufferPointer { from in
                other.withUnsafeMutableBufferPointer { pass(from, into: $0, shift: shift) }
            }
            swap(&numbers, &other)
        }
    }

    /// Orders by one digit; what has the same stays in its order.
    private static func pass(
        _ from: UnsafeBufferPointer<Int>, into target: UnsafeMutableBufferPointer<Int>, shift: Int
    ) {
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 1 << bits) { places in
            places.initialize(repeating: 0)
            let mask = 1 << bits - 1
            for number in from { places[number &>> shift & mask] &+= 1 }
            var before = 0
            for digit in places.indices {
                let count = places[digit]
                places[digit] = before
                before &+= count
            }
            for number in from {
                let digit = number &>> shift & mask
                target[places[digit]] = number
                places[digit] &+= 1
            }
        }
    }
}
