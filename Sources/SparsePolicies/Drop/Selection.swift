/// Selection by the total order of all methods: absolute score first, then position.
public enum Selection {
    /// Indices of the `count` smallest absolute scores, ascending; of equal ones the lower indices. Linear time: the
    /// score that divides is found digit by digit. Scores must not be NaN.
    public static func smallest(_ count: Int, of scores: [Float]) -> [Int] {
        guard count > 0 else { return [] }
        guard count < scores.count else { return Array(scores.indices) }
        let (threshold, ties) = threshold(count, of: scores)
        var chosen: [Int] = []
        chosen.reserveCapacity(count)
        var tiesLeft = ties
        for index in scores.indices {
            let digits = scores[index].magnitude.bitPattern
            if digits < threshold {
                chosen.append(index)
            } else if digits == threshold && tiesLeft > 0 {
                tiesLeft -= 1
                chosen.append(index)
            }
        }
        return chosen
    }

    /// The `count`-th smallest absolute score, as the bits of a float (which order as integers do), and how many of
    /// the scores equal to it belong to the `count` smallest.
    private static func threshold(_ count: Int, of scores: [Float]) -> (bits: UInt32, ties: Int) {
        var prefix: UInt32 = 0
        var rank = count
        for shift in [UInt32(24), 16, 8, 0] {
            var histogram = [Int](repeating: 0, count: 256)
            for score in scores {
                let digits = score.magnitude.bitPattern
                // A shift by 32 gives 0 in Swift: every score counts in the first round.
                if digits >> (shift + 8) == prefix >> (shift + 8) { histogram[Int(digits >> shift & 255)] += 1 }
            }
            var digit = 0
            while histogram[digit] < rank {
                rank -= histogram[digit]
                digit += 1
            }
            prefix |= UInt32(digit) << shift
        }
        return (prefix, rank)
    }
}
