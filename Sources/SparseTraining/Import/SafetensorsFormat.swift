internal import SparseParts
internal import SparseStore

/// Files of safetensors: of PyTorch's networks, and checkpoints of this program.
struct SafetensorsFormat: WeightFormat {
    static let entry = Registry<any WeightFormat>.Entry(
        "safetensors", "a file of safetensors, a run folder", SafetensorsFormat())

    func recognises(_ location: WeightLocation) -> Bool {
        if location.path.hasSuffix(".safetensors") { return true }
        // The length of the header, and its first character.
        return location.head.count > 8 && location.head[8] == UInt8(ascii: "{")
    }

    func open(_ location: WeightLocation) throws(ImportError) -> any WeightArrays {
        try SafetensorsArrays(WeightLocation.bytes(of: location.path), path: location.path)
    }
}

/// The tensors of a safetensors file.
final class SafetensorsArrays: WeightArrays {
    let arrays: [WeightArray]
    private let path: String
    private let file: SafetensorsFile

    var texts: [String: String] { file.metadata }

    /// - Throws: `ImportError`.
    convenience init(_ bytes: StoredBytes, path: String) throws(ImportError) {
        let file: SafetensorsFile
        do { file = try SafetensorsFile(bytes) } catch { throw Self.error(error, path) }
        try self.init(file, path: path)
    }

    /// - Throws: `ImportError`.
    init(_ file: SafetensorsFile, path: String) throws(ImportError) {
        self.path = path
        self.file = file
        do {
            arrays = try file.namesInOrder.map { try WeightArray($0, shape: file.shape(of: $0), in: path) }
        } catch { throw Self.error(error, path) }
    }

    func floats(_ name: String, _ range: Range<Int>) throws(ImportError) -> [Float] {
        do { return try file.numbers(name, range) } catch { throw Self.error(error, path) }
    }

    func integers(_ name: String, _ range: Range<Int>) throws(ImportError) -> [Int] {
        do { return try file.wholeNumbers(name, range) } catch { throw Self.error(error, path) }
    }

    private static func error(_ error: any Error, _ path: String) -> ImportError {
        error as? ImportError ?? ImportError(path: path, reason: "\(error)")
    }
}
