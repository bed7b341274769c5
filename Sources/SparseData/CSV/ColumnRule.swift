internal import Foundation
public import SparseParts

/// What is done to the numbers of a column before they are standardised.
public enum ColumnTransform: String, OptionChoice {
    /// The logarithm of 1 + x: counts and other skewed numbers come closer together.
    case log1p
}

/// What may be asked to be done to all columns.
public enum TableTransform: String, OptionChoice {
    /// Nothing.
    case none
    /// The logarithm of 1 + x, of columns that have no number below 0 and others than 0 and 1.
    case log1p
}

private func logPlusOne(_ number: Float) -> Float { Float(Foundation.log1p(Double(number))) }

/// What becomes of a column of a table: what was found when its network was trained, and is done again to every table that
/// the network reads later.
public struct ColumnRule: Codable, Sendable, Equatable {
    /// What a column holds.
    public enum Kind: String, Codable, Sendable {
        /// Numbers: a feature.
        case number
        /// Texts: a feature for each of them, 1 where it stands and 0 elsewhere.
        case categories
        /// Something that the network does not read.
        case ignored
        /// What the network is to find.
        case target
    }

    /// What the column holds.
    public var kind: Kind
    /// The texts of a column of categories, in the order of their features. Others, which training had none of, are 0 in all.
    public var categories: [String]?
    /// The number that stands for one that is missing; nil: none may be.
    public var fill: Float?
    /// What is done to its numbers; nil: nothing.
    public var transform: ColumnTransform?
    /// True when one more feature is 1 where the value is missing, and 0 elsewhere.
    public var indicator: Bool?

    /// What a column of numbers becomes, none of which may be missing.
    public static let number = ColumnRule(kind: .number)

    /// - Parameters:
    ///   - kind: What the column holds.
    ///   - categories: Texts of a column of categories.
    ///   - fill: What stands for a missing number.
    ///   - indicator: True for one more feature that says where values are missing.
    public init(kind: Kind, categories: [String]? = nil, fill: Float? = nil, indicator: Bool? = nil) {
        (self.kind, self.categories, self.fill, self.indicator) = (kind, categories, fill, indicator)
    }

    /// What a number of the column becomes.
    func transformed(_ number: Float) -> Float {
        switch transform {
        case nil: number
        // The other way round for numbers below 0, which training had none of.
        case .log1p: number < 0 ? -logPlusOne(-number) : logPlusOne(number)
        }
    }

    /// Features that it becomes.
    public var features: Int {
        let own =
            switch kind {
            case .number: 1
            case .categories: categories?.count ?? 0
            case .ignored, .target: 0
            }
        return own == 0 ? 0 : own + (indicator == true ? 1 : 0)
    }

    /// True where an empty field is an answer.
    var allowsMissing: Bool { fill != nil }

    /// What its features are called, when the column is called so.
    func names(_ column: String) -> [String] {
        let own =
            switch kind {
            case .number: [column]
            case .categories: (categories ?? []).map { "\(column)=\($0)" }
            case .ignored, .target: [String]()
            }
        return own.isEmpty || indicator != true ? own : own + ["\(column) missing"]
    }
}
