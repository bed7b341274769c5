public import SparseParts
internal import SparseStore

/// Which samples of a data set that has no test part of its own are to test.
struct TestPart {
    /// Samples to train on, and to test, ascending.
    let rest: [Int]
    let taken: [Int]

    /// By `--test-fraction`, or as one of `--folds`.
    /// - Parameters:
    ///   - group: For each sample a number; samples of one group are in one fold. Nil: none belong together.
    ///   - file: For messages.
    /// - Throws: `DataError` for a fold that there is none of, or folds that there are too few samples or groups for.
    init(
        of samples: Subset, _ options: DataOptions, groups group: [Int]? = nil, in file: String
    ) throws(DataError) {
        let seed = options.splitSeed ?? 0
        guard let folds = options.folds else {
            if options.fold != nil {
                throw DataError(
                    .invalidOption, in: file, "--fold without --folds", expected: "--folds and how many there are")
            }
            if let group {
                (rest, taken) = try Self.groups(samples, group, share: options.testFraction, seed: seed, in: file)
                return
            }
            let parts = samples.split(fraction: options.testFraction, seed: seed, purpose: .testPart)
            (rest, taken) = (parts.rest.samples, parts.taken.samples)
            return
        }
        guard let fold = options.fold, (1...folds).contains(fold), folds > 1 else {
            throw DataError(
                .invalidOption, in: file,
                folds > 1 ? "--fold \(options.fold.map(String.init) ?? "") of \(folds) folds" : "--folds \(folds)",
                expected: folds > 1 ? "a number from 1 to \(folds)" : "at least 2 folds")
        }
        let folded = try Self.folds(samples, folds, group, seed: seed, in: file)
        rest = samples.samples.indices.filter { folded[$0] != fold - 1 }.map { samples.samples[$0] }
        taken = samples.samples.indices.filter { folded[$0] == fold - 1 }.map { samples.samples[$0] }
    }

    /// The fold of each sample, from 0: samples of every class in turn, in a random order; or whole groups, each to the fold that has the
    /// fewest samples.
    static func folds(
        _ samples: Subset, _ folds: Int, _ group: [Int]?, seed: UInt64, in file: String
    ) throws(DataError) -> [Int] {
        var random = CounterRandom(seed: seed, purpose: .testPart)
        let order = shuffled(Array(samples.samples.indices), &random)
        var fold = Array(repeating: 0, count: samples.count)
        if let group {
            var ofGroup: [Int: [Int]] = [:]
            for place in order { ofGroup[group[samples.samples[place]], default: []].append(place) }
            guard ofGroup.count >= folds else { throw tooFew("\(ofGroup.count) groups", folds, in: file) }
            // The largest first; of equal ones that whose first sample comes first in the random order.
            let firsts = order.enumerated().reduce(into: [Int: Int]()) { firsts, item in
                let name = group[samples.samples[item.element]]
                if firsts[name] == nil { firsts[name] = item.offset }
            }
            let sorted = ofGroup.sorted {
                ($1.value.count, firsts[$0.key] ?? 0) < ($0.value.count, firsts[$1.key] ?? 0)
            }
            var sizes = Array(repeating: 0, count: folds)
            for (_, places) in sorted {
                let smallest = sizes.indices.min { sizes[$0] < sizes[$1] } ?? 0
                for place in places { fold[place] = smallest }
                sizes[smallest] += places.count
            }
            return fold
        }
        guard samples.count >= folds else { throw tooFew("\(samples.count) samples", folds, in: file) }
        let dataset = samples.dataset
        var classes: [[Int]] = Array(repeating: [], count: max(dataset.classes, 1))
        for place in order {
            classes[dataset.classes > 0 ? dataset.label(of: samples.samples[place]) : 0].append(place)
        }
        // Each class goes on where the one before it left off, so that the folds are of one size.
        var next = 0
        for places in classes {
            for place in places {
                fold[place] = next
                next = (next + 1) % folds
            }
        }
        return fold
    }

    /// About this share of the samples, in whole groups.
    private static func groups(
        _ samples: Subset, _ group: [Int], share: Double, seed: UInt64, in file: String
    ) throws(DataError) -> (rest: [Int], taken: [Int]) {
        var random = CounterRandom(seed: seed, purpose: .testPart)
        let names = Set(samples.samples.map { group[$0] }).sorted()
        guard names.count > 1 else { throw tooFew("\(names.count) groups", 2, in: file) }
        var chosen: Set<Int> = []
        var count = 0
        for name in shuffled(names, &random).dropLast() where Double(count) < share * Double(samples.count) {
            chosen.insert(name)
            count += samples.samples.count { group[$0] == name }
        }
        return (
            samples.samples.filter { !chosen.contains(group[$0]) },
            samples.samples.filter { chosen.contains(group[$0]) }
        )
    }

    private static func tooFew(_ what: String, _ folds: Int, in file: String) -> DataError {
        DataError(.inconsistent, in: file, "\(what) for \(folds) folds", expected: "at least one for each fold")
    }
}

extension Options {
    /// Share of each class of a single file that becomes the test part, by a rule that only `splitSeed` changes.
    public var testFraction: Option<Double> {
        Option(
            "test-fraction", .data, "F", .openFraction, default: 0.2, carryOver: .refused,
            "that part, of a single file")
    }

    /// What the draws of test and validation samples follow from. Nil: 0 for the test part, the run's seed for validation.
    public var splitSeed: Option<UInt64?> {
        Option(
            "split-seed", .data, "N", .seed, inWords: "0, and the seed to validate", carryOver: .refused,
            "key of the draws of test and validation samples")
    }

    /// How many parts a single file is cut into, each of which tests one network that is trained on the others.
    public var folds: Option<Int?> {
        Option(
            "folds", .data, "K", .count, inWords: "none", carryOver: .refused,
            "train K networks, each tested on another part of a single file")
    }

    /// Which of the folds tests, from 1.
    public var fold: Option<Int?> {
        Option(
            "fold", .data, "N", .count, inWords: "each in turn", carryOver: .refused,
            "train the one that fold N tests, from 1")
    }

    /// A column whose entries say which samples belong together: they are all in one fold, or all in the test part.
    public var foldBy: Option<String?> {
        Option(
            "fold-by", .data, "NAME", .text("a column, by its name or its number from 1"), inWords: "none",
            carryOver: .refused, "CSV column of groups, each of which stays in one fold")
    }
}
