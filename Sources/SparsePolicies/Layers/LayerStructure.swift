/// A pattern that the stored weights of a layer keep from its first step to its last.
public enum LayerStructure: Sendable, Equatable, CustomStringConvertible {
    /// Any positions.
    case unstructured
    /// Whole blocks of this many weights a side.
    case blocks(Int)
    /// N:M: of every `of` consecutive inputs of an output `stored` have a weight.
    case groups(stored: Int, of: Int)
    /// As many weights for every output.
    case constantFanIn

    public var description: String {
        switch self {
        case .unstructured: "unstructured"
        case .blocks(let side): "blocks of \(side)"
        case .groups(let stored, let of): "\(stored):\(of)"
        case .constantFanIn: "constant fan-in"
        }
    }

    /// Weights that a layer of `rows` x `columns` stores, where the pattern says so. The last group of an output may be
    /// short; it then has `stored` weights if there is room for them.
    package func storedCount(rows: Int, columns: Int) -> Int? {
        guard case .groups(let stored, let of) = self else { return nil }
        return rows * (columns / of * stored + min(stored, columns % of))
    }

    /// Consecutive inputs of an output whose number of weights never changes; nil where it may.
    package func groupWidth(columns: Int) -> Int? {
        switch self {
        case .unstructured, .blocks: nil
        case .groups(_, let of): min(of, columns)
        case .constantFanIn: columns
        }
    }
}
