internal import SparseKernels

extension CounterRandom {
    /// Blocks looked through by one call of the kernel.
    private static let chunk = 4096

    /// Visits the words of a range, ascending, whose upper half is not above `bounds[upper eight bits of the lower half]`.
    /// - Parameter bounds: 256 of them.
    func forEachWord(in range: Range<Int>, upperHalfNotAbove bounds: [UInt32], _ body: (Int) -> Void) {
        precondition(bounds.count == 256 && range.lowerBound >= 0, "256 bounds for words from 0 on")
        var stream = st_philox(key: key, high: high)
        let most = bounds.max() ?? 0
        let blocks = range.lowerBound / 2..<(range.upperBound + 1) / 2
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2 * Self.chunk + 1) { found in
            guard let start = found.baseAddress else { return }
            for first in stride(from: blocks.lowerBound, to: blocks.upperBound, by: Self.chunk) {
                let count = InstructionSet.kernels.random.bounded_words(
                    &stream, UInt64(first), min(Self.chunk, blocks.upperBound - first), bounds, most, start)
                for word in found[..<count] {
                    let index = 2 * first + Int(word)
                    if range.contains(index) { body(index) }
                }
            }
        }
    }
}
