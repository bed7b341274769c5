/// Which stored weights the forward pass of a checkpoint uses, where it does not use all: these are its network.
struct FileForwardSet {
    private let bytes: [Int]

    /// Takes those that it marks. Of weights in blocks a mark would mean a block: they are refused.
    /// - Throws: `ImportError`.
    func filter(_ stored: StoredPositions, of name: String, path: String) throws(ImportError) -> StoredPositions {
        guard bytes.count == (stored.positions.count + 63) / 64 * 8 else {
            throw ImportError(
                path: path,
                reason:
                    "its forward pass uses a part of the weights of '\(name)' (topkast), and the list of them is one of "
                    + "blocks, or of another weight; export the network and begin from that")
        }
        let places = stored.positions.indices.filter { bytes[$0 / 8] >> ($0 % 8) & 1 == 1 }
        return StoredPositions(
            positions: places.map { stored.positions[$0] }, values: places.map { stored.values[$0] })
    }

    fileprivate init(bytes: [Int]) { self.bytes = bytes }
}

extension WeightReader {
    /// That of the weight at this place of the network, if the file is a checkpoint that has one.
    func forwardSet(_ place: Int) throws(ImportError) -> FileForwardSet? {
        guard file.texts["format"] == "sparsetrain",
            let array = file.arrays.first(where: { $0.name == "forward.\(place)" })
        else { return nil }
        return FileForwardSet(bytes: try file.integers(array.name, 0..<array.count))
    }
}
