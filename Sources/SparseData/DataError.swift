/// What a reader refuses: which file, what is wrong, where, and what would be right.
public struct DataError: Error, Equatable, CustomStringConvertible {
    /// What sort of fault it is, for programs.
    public enum Kind: Sendable, Equatable {
        /// Nothing is at that path.
        case notFound
        /// It is there and cannot be read.
        case unreadable
        /// No known format.
        case unknownFormat
        /// No sample is in it.
        case empty
        /// It ends too early.
        case truncated
        /// What stands there is not what the format has there.
        case malformed
        /// More than memory, or than can be counted.
        case tooLarge
        /// A number that is not finite.
        case nonFinite
        /// A class that there is none of.
        case labelOutOfRange
        /// Parts that do not fit each other.
        case inconsistent
        /// The value of an option that does not fit the data.
        case invalidOption
        /// An option that the format does not read.
        case unreadOption
    }

    /// Where in the file.
    public enum Place: Sendable, Equatable {
        /// Counted from 1.
        case line(Int, column: Int? = nil)
        /// Bytes from the beginning of the file; of what it holds where it is compressed, unless the message speaks of the
        /// compressed bytes.
        case offset(Int)
        /// Counted from 0.
        case sample(Int)
    }

    /// What went wrong, for a program to tell cases apart.
    public let kind: Kind
    /// Path of the file or folder, or the name of the data set or option.
    public let source: String
    /// Where in the source it is; nil when it is about the whole.
    public let place: Place?
    /// What was found.
    public let problem: String
    /// What would be right.
    public let expected: String

    /// An error about `source`: what the `problem` is, in words, and what was `expected` instead.
    public init(_ kind: Kind, in source: String, at place: Place? = nil, _ problem: String, expected: String) {
        self.kind = kind
        self.source = source
        self.place = place
        self.problem = problem
        self.expected = expected
    }

    public var description: String {
        let location =
            switch place {
            case .line(let line, let column?): ", line \(line), column \(column)"
            case .line(let line, nil): ", line \(line)"
            case .offset(let offset): ", byte \(offset)"
            case .sample(let sample): ", sample \(sample)"
            case nil: ""
            }
        return "\(source)\(location): \(problem); expected \(expected)"
    }
}
