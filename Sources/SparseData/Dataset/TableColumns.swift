/// The columns of the table that samples came from. A trained network keeps them, so that the columns of other tables can be
/// matched with what it was trained on.
public struct TableColumns: Codable, Sendable, Equatable {
    /// Their names, of a table with a header.
    public var names: [String]?
    /// How many there are, the class among them.
    public var count: Int
    /// Place of the column that holds the classes, from 0.
    public var target: Int

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
        guard count > 0, (0..<count).contains(target), names.map({ $0.count == count }) ?? true else {
            throw DecodingError.dataCorruptedError(
                forKey: .count, in: container, debugDescription: "names, number and target do not fit together")
        }
    }

    /// Names of the features in their order, without that of the classes.
    public var featureNames: [String]? {
        names.map { names in names.indices.filter { $0 != target }.map { names[$0] } }
    }
}
