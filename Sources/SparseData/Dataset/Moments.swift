internal import SparseStore

/// Mean and deviation of the raw values of some samples, by groups of neighbouring features, summed in double
/// precision in one pass over the samples.
struct Moments {
    private(set) var mean: [Float] = []
    /// Population deviation; that of the full scale where the values are all the same.
    private(set) var deviation: [Float] = []
    private(set) var least: [Float]
    private(set) var largest: [Float]
    /// Samples that are 0, and whether all are whole numbers.
    private(set) var zeros: [Int]
    private(set) var areWhole: [Bool]

    /// `groups` divides the number of features.
    init(of subset: Subset, groups: Int) {
        let features = subset.dataset.shape.features
        let run = features / groups
        let raw = FeatureScaling.identity(features)
        (least, largest) = (
            Array(repeating: .infinity, count: groups), Array(repeating: -.infinity, count: groups)
        )
        (zeros, areWhole) = (Array(repeating: 0, count: groups), Array(repeating: true, count: groups))
        let panel = Panels(channels: features, samples: Panels.lanes)
        let samples = AlignedBuffer<Int>(count: Panels.lanes)
        // Sums are taken about a first value: the squares of numbers far from 0 would drown what varies.
        var origin: [Double] = []
        var sum = Array(repeating: 0.0, count: groups)
        var squares = Array(repeating: 0.0, count: groups)
        for start in stride(from: 0, to: subset.count, by: Panels.lanes) {
            let count = min(Panels.lanes, subset.count - start)
            for lane in 0..<count { samples[lane] = subset.samples[start + lane] }
            subset.dataset.assemble(panel: 0, samples: samples, count: count, into: panel, scaling: raw)
            let values = panel.buffer.elements
            if start == 0 { origin = (0..<groups).map { Double(values[$0 * run * Panels.lanes]) } }
            for feature in 0..<features {
                let group = feature / run
                if count == Panels.lanes, areWhole[group], origin[group].magnitude <= Self.largestOrigin,
                    origin[group].rounded() == origin[group], let row = WholeMoments(panel, channel: feature)
                {
                    let (n, center) = (Double(count), origin[group])
                    least[group] = min(least[group], row.least)
                    largest[group] = max(largest[group], row.largest)
                    zeros[group] += row.zeros
                    sum[group] += row.sum - n * center
                    squares[group] += row.squares - center * (2 * row.sum - n * center)
                    continue
                }
                let center = origin[group]
                var (s, q) = (0.0, 0.0)
                var (low, high) = (least[group], largest[group])
                // Rounding is dear: once a group has a fraction it is asked no more.
                var (none, whole) = (0, areWhole[group])
                for lane in 0..<count {
                    let value = values[feature * Panels.lanes + lane]
                    low = value < low ? value : low
                    high = value > high ? value : high
                    none += value == 0 ? 1 : 0
                    whole = whole && value == value.rounded()
                    let x = Double(value) - center
                    s += x
                    q += x * x
                }
                (least[group], largest[group]) = (low, high)
                zeros[group] += none
                areWhole[group] = whole
                sum[group] += s
                squares[group] += q
            }
        }
        let n = Double(subset.count * run)
        for group in 0..<groups {
            let shifted = sum[group] / n
            let variance = squares[group] / n - shifted * shifted
            let deviation = Float(variance > 0 ? variance.squareRoot() : 0)
            mean.append(Float(origin[group] + shifted))
            self.deviation.append(least[group] < largest[group] ? deviation : subset.dataset.fullScale)
        }
    }

    /// Features of 0 and 1 alone.
    func isBinary(_ group: Int) -> Bool { areWhole[group] && least[group] == 0 && largest[group] == 1 }

    /// Counts of things most samples have none of, such as words of texts: dividing by their deviations would make the rarest loudest.
    /// - Parameter samples: How many were looked at.
    func isCount(_ group: Int, of samples: Int) -> Bool {
        areWhole[group] && least[group] == 0 && largest[group] <= Self.largestCount && 2 * zeros[group] >= samples
    }

    private static let largestCount: Float = 255

    /// Whole numbers less such a number are whole and have squares that a double holds.
    private static let largestOrigin = 512.0
}
