public import SparseStore

/// Some samples of a data set, such as its training part.
public struct Subset: Sendable {
    /// What the samples are of.
    public let dataset: any Dataset
    /// Indices into the data set.
    public let samples: [Int]

    /// The given samples, by default all.
    public init(_ dataset: any Dataset, samples: [Int]? = nil) {
        self.dataset = dataset
        self.samples = samples ?? Array(0..<dataset.count)
    }

    /// Number of samples.
    public var count: Int { samples.count }

    /// `count` of the samples at random under `seed`, in the order of the data set; all when there are no more.
    public func sampled(_ count: Int?, seed: UInt64) -> Subset {
        guard let count, count < samples.count else { return self }
        var random = CounterRandom(seed: seed, purpose: .trainingSamples)
        let chosen = Sampling.distinct(count, below: samples.count, random: &random)
        return Subset(dataset, samples: chosen.map { samples[$0] })
    }

    /// Takes about `fraction` of the samples out of every class (of all, where there are no classes), at random under `seed`. Of
    /// tokens in a row the last windows are taken: windows at random would have tokens in common with others.
    /// - Parameters:
    ///   - fraction: from 0 to below 1.
    ///   - seed: What the draw follows from.
    ///   - purpose: What the taken samples are for. Two splits of one run that are made one after the other need one each, or
    ///     the second chooses among what is left by the numbers that chose the first.
    /// - Returns: what stays, and what was taken, both in the order of the data set.
    public func split(
        fraction: Double, seed: UInt64, purpose: RandomPurpose = .testPart
    ) -> (rest: Subset, taken: Subset) {
        precondition(fraction >= 0 && fraction < 1, "a fraction is in [0, 1)")
        if let sequence = dataset.sequence { return split(fraction, sequence) }
        let classes = dataset.classes
        func label(_ sample: Int) -> Int { classes > 0 ? dataset.label(of: sample) : 0 }
        var ofClass = Array(repeating: 0, count: max(classes, 1))
        for sample in samples { ofClass[label(sample)] += 1 }
        var wanted = ofClass.map { min(Int((Double($0) * fraction).rounded()), $0 - 1) }
        guard wanted.contains(where: { $0 > 0 }) else {
            return (Subset(dataset, samples: samples.ascending), Subset(dataset, samples: []))
        }
        var random = CounterRandom(seed: seed, purpose: purpose)
        // Flags in place of two sorts: there may be millions.
        var isTaken = Array(repeating: false, count: samples.count)
        for place in shuffled(Array(samples.indices), &random) {
            let label = label(samples[place])
            if wanted[label] > 0 {
                wanted[label] -= 1
                isTaken[place] = true
            }
        }
        var (rest, taken): ([Int], [Int]) = ([], [])
        for (sample, isTaken) in zip(samples, isTaken) {
            if isTaken { taken.append(sample) } else { rest.append(sample) }
        }
        // What is handed out ascends, whatever the order of the samples was.
        return (Subset(dataset, samples: rest.ascending), Subset(dataset, samples: taken.ascending))
    }
}

extension Subset {
    /// The windows of tokens in a row, one after the other; what is left at the end and fills none is left out.
    public init(windowsOf dataset: any Dataset) {
        let length = dataset.sequence?.length ?? 1
        self.init(dataset, samples: Array(stride(from: 0, through: dataset.count - length, by: length)))
    }

    private func split(_ fraction: Double, _ sequence: SequenceShape) -> (rest: Subset, taken: Subset) {
        let taken = min(Int((Double(count) * fraction).rounded()), count - 1)
        guard taken > 0 else { return (self, Subset(dataset, samples: [])) }
        let cut = (count - taken) * sequence.length
        return (
            Subset(windowsOf: SequencePart(base: dataset, places: 0..<cut)),
            Subset(windowsOf: SequencePart(base: dataset, places: cut..<dataset.count))
        )
    }
}

/// Some places of tokens in a row, next to each other. The last label may be the token of a place after them.
private struct SequencePart: WrappedDataset {
    let base: any Dataset
    let places: Range<Int>

    var count: Int { places.count }
    func label(of sample: Int) -> Int { base.label(of: places.lowerBound + sample) }
    func token(of sample: Int, input: Int) -> Int { base.token(of: places.lowerBound + sample, input: input) }
}

extension Array where Element: Comparable {
    /// Sorted, which most are already.
    fileprivate var ascending: [Element] { zip(self, dropFirst()).allSatisfy { $0 <= $1 } ? self : sorted() }
}

/// Fisher and Yates's shuffle. Written out because the standard library's may change between Swift versions, and the
/// same seed must give the same order for ever.
func shuffled(_ items: [Int], _ random: inout CounterRandom) -> [Int] {
    var items = items
    for i in stride(from: items.count - 1, to: 0, by: -1) { items.swapAt(i, random.next(below: i + 1)) }
    return items
}
