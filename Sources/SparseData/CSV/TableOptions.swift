public import SparseParts

/// What is done where a table has no value.
public enum MissingValues: String, OptionChoice {
    /// It is refused.
    case error
    /// The mean of the column's numbers in the training part stands for it.
    case mean
    /// 0 stands for it.
    case zero
    /// The sample is left out.
    case drop
}

/// How a table writes numbers that are not whole.
public enum DecimalMark: String, OptionChoice {
    /// 1.5
    case point
    /// 1,5; points may separate thousands.
    case comma
}

/// How a table's letters are bytes.
public enum TextEncoding: String, OptionChoice {
    /// One to four bytes a letter.
    case utf8 = "utf-8"
    /// A byte a letter, as in ISO-8859-1 and, where that has none, Windows-1252.
    case latin1 = "latin-1"
}

extension Options {
    /// Columns that the network does not read, such as names and numbers of samples; `predict` copies them.
    public var ignoredColumns: Option<[String]> {
        Option(
            "ignore", .data, "NAME,...", .text("columns, by their names or their numbers from 1"), default: [],
            carryOver: .refused,
            "CSV columns that are no features, such as ids; predict copies them")
    }

    /// Columns of which each text, or number, is a category.
    public var categoricalColumns: Option<[String]> {
        Option(
            "categories", .data, "NAME,...", .text("columns, by their names or their numbers from 1"), default: [],
            carryOver: .refused,
            "CSV columns whose entries are categories; those of few texts are found")
    }

    /// What is done where a value is missing.
    public var missingValues: Option<MissingValues> {
        Option(
            "missing", .data, "HOW", .choice, default: .error, carryOver: .refused,
            "where a CSV field is empty, NA and the like: error, mean, zero or drop")
    }

    /// One more feature for each column with missing values.
    public var missingIndicators: Option<Bool> {
        Option(
            "missing-indicators", .data, "", .flag, default: false, carryOver: .refused,
            "one more feature for each CSV column with missing values, 1 where they are")
    }

    /// What is done to columns of numbers before they are standardised.
    public var transform: Option<TableTransform> {
        Option(
            "transform", .data, "NAME", .choice, default: .none, carryOver: .refused,
            "of CSV columns without numbers below 0: none, or log1p, the logarithm of 1 + x")
    }

    /// How numbers are written; nil: it is found, or an error where it is in doubt.
    public var decimalMark: Option<DecimalMark?> {
        Option(
            "decimal", .data, "MARK", .choice, inWords: "found", carryOver: .refused,
            "what separates the decimals in a CSV file: point or comma")
    }

    /// How letters are written; nil: UTF-8, and an error where it is none.
    public var textEncoding: Option<TextEncoding?> {
        Option(
            "encoding", .data, "NAME", .choice, inWords: "utf-8", carryOver: .refused, "of a CSV file: utf-8 or latin-1"
        )
    }
}
