/// The columns of the table that samples came from. A trained network keeps them, so that the columns of other tables can be
/// matched with what it was trained on.
public struct TableColumns: Codable, Sendable, Equatable {
    /// Their names, of a table with a header.
    public var names: [String]?
    /// How many there are, the class among them.
    public var count: Int
    /// Place of the column that holds the classes, from 0.
    public var target: Int

    /// The columns of the numbers to be found, where there are several, in the order of the outputs.
    public var targets: [Int]?
    /// Number of the first feature in a file of sparse rows: 0 or 1.
    public var firstIndex: Int?
    /// What becomes of each column; nil: the target is the only one that is no plain number.
    public var rules: [ColumnRule]?
    /// How numbers are written, where it is not with a point.
    public var decimalMark: DecimalMark?
    /// How letters are written, where it is not in UTF-8.
    public var encoding: TextEncoding?

    enum CodingKeys: String, CodingKey {
        case names, count, target, targets, rules, encoding
        case firstIndex = "first_index"
        case decimalMark = "decimal"
    }

    /// Names of more columns than this are not kept.
    static let mostNames = 1 << 16

    /// - Parameters:
    ///   - names: As many as `count`.
    ///   - count: Columns of the table.
    ///   - target: Below `count`.
    public init(names: [String]?, count: Int, target: Int) {
        precondition(names.map { $0.count == count } ?? true && (0..<count).contains(target), "columns that do not fit")
        self.names = count <= Self.mostNames ? names : nil
        self.count = count
        self.target = target
    }

    /// Reads what `encode` wrote; the text may have been changed since.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        names = try container.decodeIfPresent([String].self, forKey: .names)
        count = try container.decode(Int.self, forKey: .count)
        target = try container.decode(Int.self, forKey: .target)
        firstIndex = try container.decodeIfPresent(Int.self, forKey: .firstIndex)
        rules = try container.decodeIfPresent([ColumnRule].self, forKey: .rules)
        decimalMark = try container.decodeIfPresent(DecimalMark.self, forKey: .decimalMark)
        encoding = try container.decodeIfPresent(TextEncoding.self, forKey: .encoding)
        targets = try container.decodeIfPresent([Int].self, forKey: .targets)
        guard targets.map({ $0.allSatisfy((0..<max(count, 0)).contains) && Set($0).count == $0.count }) ?? true else {
            throw DecodingError.dataCorruptedError(
                forKey: .targets, in: container, debugDescription: "not columns of the table")
        }
        guard rules.map({ $0.count == count }) ?? true else {
            throw DecodingError.dataCorruptedError(
                forKey: .rules, in: container, debugDescription: "not a rule for each column")
        }
        guard count > 0, firstIndex.map({ (0...1).contains($0) && count > 1 }) ?? true, (0..<count).contains(target),
            names.map({ $0.count == count }) ?? true
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .count, in: container, debugDescription: "names, number and target do not fit together")
        }
    }

    /// What becomes of each column.
    public var columnRules: [ColumnRule] {
        rules ?? (0..<count).map { $0 == target ? ColumnRule(kind: .target) : .number }
    }

    /// The columns that hold features, from 0.
    var featureColumns: [Int] {
        let rules = columnRules
        return rules.indices.filter { rules[$0].features > 0 }
    }

    /// Names of the features in their order, without that of the classes.
    public var featureNames: [String]? { encodedFeatureNames }

    /// What a feature is called in messages, when that is asked for: its column, with the category where there are several.
    var nameOfFeature: @Sendable (Int) -> String {
        let (rules, names, features) = (columnRules, names, featureColumns)
        let firsts = features.reduce(into: [0]) { $0.append(($0.last ?? 0) + rules[$1].features) }
        return { feature in
            let index = (firsts.firstIndex { $0 > feature } ?? 0) - 1
            guard features.indices.contains(index) else { return "feature \(feature + 1)" }
            let column = features[index]
            let place = "column \(column + 1)"
            guard let name = names?[column], !name.isEmpty else { return place }
            let text = rules[column].features == 1 ? name : rules[column].names(name)[feature - firsts[index]]
            return "\(place) (\(CSVText.shown(text).dropFirst().dropLast()))"
        }
    }

    /// Names of what the network reads: those of the columns, with the category where a column has several.
    var encodedFeatureNames: [String]? {
        let rules = columnRules
        return names.map { names in rules.indices.flatMap { rules[$0].names(names[$0]) } }
    }
}
