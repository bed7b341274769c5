internal import SparseParts

/// What becomes of a column of a table that a trained network reads.
enum ColumnSource: Equatable {
    /// It holds the network's feature column of this number, from 0.
    case feature(Int)
    /// The network does not read it; its text is handed on.
    case copied
    /// The target.
    case leftOut
}

/// Which column of a table holds which feature of a network.
struct ColumnMatch {
    private(set) var sources: [ColumnSource] = []
    private(set) var remarks: [String] = []

    private let shape: CSVShape
    /// Names of the columns that hold features, in their order.
    private var known: [String]?

    private var name: String { Paths.name(shape.path) }

    /// - Parameters:
    ///   - features: How many the network reads.
    ///   - columns: Those of the table that it was trained on.
    ///   - target: A column to leave out, as `--target` has it.
    ///   - ignored: Columns to copy, as `--ignore` has them.
    init(
        _ shape: CSVShape, features: Int, columns: TableColumns?, target: String?, ignored: [String]
    ) throws(DataError) {
        self.shape = shape
        let rules = columns?.columnRules ?? Array(repeating: .number, count: features)
        let featureColumns = columns?.featureColumns ?? Array(0..<features)
        let copied = try TableColumnOptions.columns(ignored, Options().ignoredColumns.name, shape)
        let told: Int?
        if let target { told = try Target.column(target, shape) } else { told = nil }
        if let names = shape.names, let all = columns?.names, told == nil {
            known = featureColumns.map { all[$0] }
            try matchNames(names, all: all, rules: rules, copied: copied)
            return
        }
        try matchPlaces(columns, rules: rules, featureColumns: featureColumns, told: told, copied: copied)
    }

    private func refusal(_ problem: String, _ expected: String) -> DataError {
        DataError(.inconsistent, in: shape.path, at: .line(shape.headerLine), problem, expected: expected)
    }

    private func leftOut(_ column: Int, _ reason: String) -> String {
        "\(name): \(shape.column(column)) is taken for the target, \(reason), and left out"
    }

    private mutating func matchNames(
        _ names: [String], all: [String], rules: [ColumnRule], copied: Set<Int>
    ) throws(DataError) {
        let known = known ?? []
        let wanted = known.prefix(20).joined(separator: ",") + (known.count > 20 ? ",..." : "")
        let places = names.indices.filter { !copied.contains($0) }
        // Names that occur twice tell nothing: then the whole row must be that of the training table.
        let isUnique = Set(all).count == all.count && Set(names).count == names.count
        guard isUnique else {
            let isTarget = { (name: String) in zip(all, rules).contains { $0 == name && $1.kind == .target } }
            if places.map({ names[$0] }) == known {
                sources = Array(repeating: .copied, count: names.count)
                for (feature, place) in places.enumerated() { sources[place] = .feature(feature) }
            } else if names == all {
                var feature = -1
                sources = rules.map { rule in
                    if rule.features > 0 { feature += 1 }
                    return rule.features > 0 ? .feature(feature) : rule.kind == .target ? .leftOut : .copied
                }
            } else if let place = places.first(where: { isTarget(names[$0]) }),
                places.filter({ $0 != place }).map({ names[$0] }) == known
            {
                sources = Array(repeating: .copied, count: names.count)
                for (feature, other) in places.filter({ $0 != place }).enumerated() {
                    sources[other] = .feature(feature)
                }
                sources[place] = .leftOut
            } else {
                throw refusal(
                    "columns of one name, in another order", "the columns of the training table: \(wanted)")
            }
            if let place = sources.firstIndex(of: .leftOut) { remarks = [leftOut(place, "by its name")] }
            return
        }
        var found: [String: ColumnSource] = [:]
        for (column, rule) in rules.enumerated() {
            found[all[column]] = rule.kind == .target ? .leftOut : rule.kind == .ignored ? .copied : nil
        }
        for (feature, name) in known.enumerated() { found[name] = .feature(feature) }
        for (column, name) in names.enumerated() {
            guard let source = copied.contains(column) ? .copied : found[name] else {
                throw refusal(
                    "a column \(CSVText.shown(name)), which the network was not trained on",
                    "the columns of the training table, in any order: \(wanted); or --ignore "
                        + Target.word(column: column, name: name))
            }
            sources.append(source)
        }
        let order = sources.compactMap { if case .feature(let feature) = $0 { feature } else { nil } }
        if let missing = known.indices.first(where: { !order.contains($0) }) {
            throw refusal(
                "no column \(CSVText.shown(known[missing]))",
                "the columns of the training table, in any order: \(wanted)")
        }
        for place in sources.indices where sources[place] == .leftOut { remarks.append(leftOut(place, "by its name")) }
        if order != Array(known.indices) {
            remarks.append(
                "\(name) has the columns of the training table in another order: they are matched by their names")
        }
    }

    private mutating func matchPlaces(
        _ columns: TableColumns?, rules: [ColumnRule], featureColumns: [Int], told: Int?, copied: Set<Int>
    ) throws(DataError) {
        let rest = (0..<shape.width).filter { !copied.contains($0) }
        sources = Array(repeating: .copied, count: shape.width)
        func take(_ places: [Int]) {
            for (feature, place) in places.enumerated() { sources[place] = .feature(feature) }
        }
        if let told {
            let places = rest.filter { $0 != told }
            guard places.count == featureColumns.count else {
                throw refusal(
                    "\(shape.width) columns",
                    "\(featureColumns.count + 1): the \(featureColumns.count) features of the network and the class")
            }
            take(places)
            sources[told] = .leftOut
            remarks = [leftOut(told, "as --target says")]
            return
        }
        if rest.count == featureColumns.count { return take(rest) }
        // All columns of the training table, the ignored ones included, with its target or without.
        if columns?.rules != nil, copied.isEmpty {
            let withoutTarget = rules.indices.filter { rules[$0].kind != .target }
            for kept in [Array(rules.indices), withoutTarget] where kept.count == shape.width {
                var feature = -1
                for (place, column) in kept.enumerated() {
                    if rules[column].features > 0 { feature += 1 }
                    sources[place] =
                        rules[column].features > 0
                        ? .feature(feature) : rules[column].kind == .target ? .leftOut : .copied
                }
                for place in sources.indices where sources[place] == .leftOut {
                    remarks.append(leftOut(place, "which is it in the table that the network was trained on"))
                }
                return
            }
        }
        guard rest.count == featureColumns.count + 1 else {
            throw refusal(
                "\(shape.width) columns",
                "\(featureColumns.count), the features of the network"
                    + (columns == nil ? "" : ", or one more for the class, as in the table that it was trained on"))
        }
        let named = (shape.names.map(TellingName.columns) ?? []).filter(rest.contains)
        let place: Int
        if named.count == 1 {
            place = named[0]
            remarks = [leftOut(place, "by its name")]
        } else if let columns, columns.count == shape.width, rest.contains(columns.target) {
            place = columns.target
            remarks = [leftOut(place, "which has it in the table that the network was trained on")]
        } else {
            throw refusal(
                "\(shape.width) columns, one more than the network's features",
                "\(featureColumns.count) columns, or --target and the name or number of the one to leave out")
        }
        take(rest.filter { $0 != place })
        sources[place] = .leftOut
    }
}
