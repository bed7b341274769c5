/// Arrays of numbers by name, as a file of weights holds them. They are read in pieces, so that a weight that is stored with
/// all its zeros is never in memory as a whole.
public protocol WeightArrays: AnyObject {
    /// All arrays, in the order of the file.
    var arrays: [WeightArray] { get }
    /// Texts that the file has beside them.
    var texts: [String: String] { get }
    /// Some elements in row-major order, converted to 32 bits; they may be not finite.
    /// - Parameters:
    ///   - name: One of `arrays`.
    ///   - range: Within its elements.
    /// - Throws: `ImportError` for what cannot be read.
    func floats(_ name: String, _ range: Range<Int>) throws(ImportError) -> [Float]
    /// The same of an array of whole numbers; other types are an error.
    func integers(_ name: String, _ range: Range<Int>) throws(ImportError) -> [Int]
}

extension WeightArrays {
    public var texts: [String: String] { [:] }
}

/// Name and shape of an array in a file.
public struct WeightArray: Sendable, Equatable {
    /// Its name in the file.
    public var name: String
    /// Its extents, the slowest first.
    public var shape: [Int]
    /// Number of elements.
    public var count: Int

    /// - Throws: `ImportError` for extents that are negative, or come to more elements than can be numbered.
    public init(_ name: String, shape: [Int], in path: String) throws(ImportError) {
        var count = 1
        for extent in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard extent >= 0, !overflow else {
                throw ImportError(path: path, reason: "array '\(name)' has the impossible shape \(shape)")
            }
            count = product
        }
        (self.name, self.shape, self.count) = (name, shape, count)
    }
}

/// A file of weights that cannot be read, or holds what no network can have.
public struct ImportError: Error, Equatable, CustomStringConvertible {
    /// The file or folder.
    public var path: String
    /// What is wrong with it, and what would be right.
    public var reason: String

    /// `path` cannot be taken, for the `reason` given in words.
    public init(path: String, reason: String) { (self.path, self.reason) = (path, reason) }

    public var description: String { "\(path): \(reason)" }
}
