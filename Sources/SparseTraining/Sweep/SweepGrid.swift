internal import SparseParts

/// An option of a sweep and the values that it takes in turn, as words of the command line.
package struct SweepAxis: Sendable, Equatable {
    var option: String
    var values: [String]
}

/// Which runs a sweep has: every combination of a pair, a draw and a value of each axis.
package struct SweepGrid: Sendable, Equatable {
    /// Options that all runs have, unless another part says the same.
    package private(set) var base: [String: String] = [:]
    /// Sets of options that go together, such as data, model and epochs.
    package private(set) var pairs: [[String: String]] = []
    /// Options that take several values.
    package private(set) var axes: [SweepAxis] = []
    /// Options whose values are drawn.
    package private(set) var ranges: [SweepRange] = []

    /// More runs than anybody waits for.
    static let mostRuns = 10_000

    /// A grid of one run: all defaults.
    package init() {}

    /// Sets an option of all runs.
    package mutating func set(_ option: String, to value: String) throws(ConfigurationError) {
        let name = try SweepOption.name(of: option)
        try SweepOption.check(name, value)
        if let other = same(as: name, in: base.keys), other != name { throw Self.conflict(other, name) }
        base[name] = value
    }

    /// Lets an option take several values.
    package mutating func vary(_ option: String, over values: [String]) throws(ConfigurationError) {
        let name = try SweepOption.name(of: option)
        guard !values.isEmpty else { throw .missingValue(option: name, expected: "at least one value") }
        try checkMayVary(name)
        for value in values { try SweepOption.check(name, value) }
        var seen: Set<String> = []
        axes.append(SweepAxis(option: name, values: values.filter { seen.insert($0).inserted }))
    }

    /// Adds a set of options that go together.
    package mutating func add(pair options: [String: String]) throws(ConfigurationError) {
        var pair: [String: String] = [:]
        for (given, value) in options.sorted(by: { $0.key < $1.key }) {
            let name = try SweepOption.name(of: given)
            try checkMayVary(name, besidePairs: true)
            try SweepOption.check(name, value)
            if let other = same(as: name, in: pair.keys) { throw Self.conflict(other, name) }
            pair[name] = value
        }
        pairs.append(pair)
    }

    /// Lets the values of an option be drawn.
    package mutating func draw(_ range: SweepRange) throws(ConfigurationError) {
        try checkMayVary(range.option)
        ranges.append(range)
    }

    /// A comma stands between values, of options whose values have none.
    /// - Throws: `ConfigurationError` where a list of models was meant.
    package mutating func read(word text: String, of given: String) throws(ConfigurationError) {
        let name = try SweepOption.name(of: given)
        let pieces = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        if let other = same(as: name, in: options.filter { $0 != name }) { throw Self.conflict(other, name) }
        let isList = name != SweepOption.ratio ? try TrainingConfiguration.option(named: name).isList : false
        if pieces.count == 1 || isList {
            if name == Options().model.name, pieces.count > 1,
                pieces.dropFirst().contains(where: { Parts.models.entry(of: $0) != nil })
            {
                throw .rejected(
                    reason: "--\(name) \(text): a comma is part of a model's name; to vary --\(name), name a file "
                        + #"with "grid": {"\#(name)": [...]} or "pairs" (--grid FILE)"#)
            }
            try set(name, to: text)
        } else {
            base[name] = nil
            axes.removeAll { $0.option == name }
            try vary(name, over: pieces)
        }
    }

    /// What is said here, and where nothing is, what `other` says.
    package func over(_ other: SweepGrid) -> SweepGrid {
        let said = Set(options.map(SweepOption.subject))
        func isOpen(_ name: String) -> Bool { !said.contains(SweepOption.subject(of: name)) }
        var both = self
        both.base.merge(other.base.filter { isOpen($0.key) }) { own, _ in own }
        both.axes += other.axes.filter { isOpen($0.option) }
        both.ranges += other.ranges.filter { isOpen($0.option) }
        var left: [[String: String]] = []
        for pair in other.pairs.map({ $0.filter { isOpen($0.key) } }) where !left.contains(pair) { left.append(pair) }
        if pairs.isEmpty && left != [[:]] { both.pairs = left }
        return both
    }

    /// The options of each run, in the order of the pairs, and then of the axes: data, model, method, density, others, seed.
    /// - Parameter draws: How often the ranges are drawn from.
    /// - Throws: `ConfigurationError` for too many runs, and for ranges without draws or the other way round.
    package func cells(draws: Int? = nil) throws(ConfigurationError) -> [[String: String]] {
        if let draws {
            guard !ranges.isEmpty else {
                throw .rejected(reason: #"--random \#(draws) needs a file with "random" (--grid FILE)"#)
            }
        } else if let range = ranges.first {
            throw .rejected(
                reason: #"the "random" of --grid has values of \#(range.option) to draw: say how often, --random N"#)
        }
        let axes = axes.sorted { SweepOption.rank(of: $0.option) < SweepOption.rank(of: $1.option) }
        var count = max(pairs.count, 1)
        for size in axes.map(\.values.count) + [draws ?? 1] {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow, product <= Self.mostRuns else {
                throw .rejected(
                    reason: "more than \(Self.mostRuns) runs; leave some values out, or draw some of them (--random)")
            }
            count = product
        }
        var cells = pairs.isEmpty ? [[:]] : pairs
        let seed = Options().seed.name
        for axis in axes where axis.option != seed { cells = cells.flatMap { axis.applied(to: $0) } }
        if let draws {
            cells = cells.flatMap { cell in
                (0..<draws).map { draw in
                    ranges.reduce(into: cell) { $0[$1.option] = $1.value(ofDraw: draw) }
                }
            }
        }
        for axis in axes where axis.option == seed { cells = cells.flatMap { axis.applied(to: $0) } }
        return cells.map { cell in
            let said = Set(cell.keys.map(SweepOption.subject))
            return cell.merging(base.filter { !said.contains(SweepOption.subject(of: $0.key)) }) { own, _ in own }
        }
    }

    /// Every option that something is said of.
    var options: [String] {
        Array(base.keys) + pairs.flatMap(\.keys) + axes.map(\.option) + ranges.map(\.option)
    }

    private func checkMayVary(_ name: String, besidePairs: Bool = false) throws(ConfigurationError) {
        if name != SweepOption.ratio, try TrainingConfiguration.option(named: name).carryOver == .free {
            throw .rejected(reason: "--\(name) changes no result, so it is the same for all runs of a sweep")
        }
        let others = axes.map(\.option) + ranges.map(\.option) + (besidePairs ? [] : pairs.flatMap(\.keys))
        if let other = same(as: name, in: others) { throw Self.conflict(other, name) }
    }

    private func same(as name: String, in others: some Sequence<String>) -> String? {
        let subject = SweepOption.subject(of: name)
        return others.first { SweepOption.subject(of: $0) == subject }
    }

    private static func conflict(_ one: String, _ other: String) -> ConfigurationError {
        one == other
            ? .rejected(reason: "--\(one) is given values at two places of the sweep; keep one of them")
            : .conflict(options: [one, other], reason: "they decide the same; set one of them")
    }
}

extension SweepAxis {
    fileprivate func applied(to cell: [String: String]) -> [[String: String]] {
        values.map { cell.merging([option: $0]) { $1 } }
    }
}
