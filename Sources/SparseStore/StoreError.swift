/// What a store refuses.
public enum StoreError: Error, Equatable, CustomStringConvertible {
    /// A shape without rows or columns.
    case invalidShape(rows: Int, columns: Int)
    /// More positions or stored weights than the store can index.
    case tooLarge(rows: Int, columns: Int)
    /// Row starts, columns or values that do not form a CSR matrix; the text says where.
    case invalidStructure(String)
    /// A change that does not fit the matrix; the text says where.
    case invalidChange(String)
    /// A dense-gradient score that is NaN or infinite.
    case nonFiniteGradient(position: Int)

    public var description: String {
        switch self {
        case .invalidShape(let rows, let columns):
            "a matrix cannot have \(rows) rows and \(columns) columns; at least one of each"
        case .tooLarge(let rows, let columns):
            "a matrix of \(rows) x \(columns) is more than the store can index: at most \(Int32.max) rows, columns and weights"
        case .invalidStructure(let text): "not a sparse matrix: \(text)"
        case .invalidChange(let text): "the topology change does not fit the matrix: \(text)"
        case .nonFiniteGradient(let position): "the gradient at position \(position) is not finite"
        }
    }
}
