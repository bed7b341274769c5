public import SparseParts

/// A kind of files that hold the weights of trained networks.
public protocol WeightFormat: Sendable {
    /// Whether what lies there looks like this format.
    /// - Parameter location: Of a file the first bytes, of a folder the names in it.
    func recognises(_ location: WeightLocation) -> Bool
    /// Opens it. Whatever the file claims is checked before memory is taken for it.
    /// - Throws: `ImportError`.
    func open(_ location: WeightLocation) throws(ImportError) -> any WeightArrays
}

extension Parts {
    /// The formats of weights. The one added last is asked first.
    public static let weightFormats = Registry<any WeightFormat>(
        "format of weights", [SafetensorsFormat.entry, NPZFormat.entry])
}
