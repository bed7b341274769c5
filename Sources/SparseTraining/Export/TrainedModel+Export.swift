internal import Foundation
internal import SparseParts

/// A trained network handed to other programs.
///
///     let model = try TrainedModel(contentsOf: "runs/mine")
///     let report = try model.export(to: "mine.onnx", format: "onnx")
extension TrainedModel {
    /// Writes the network, its weights as evaluation uses them.
    /// - Parameters:
    ///   - path: The file or folder to write. It appears when it is complete.
    ///   - name: A name of `Parts.exportFormats`: safetensors, npz, onnx, csv.
    ///   - options: What the format can be asked for.
    ///   - force: Whether a file, or a folder that an export wrote, is replaced.
    /// - Throws: `ConfigurationError` for an unknown format or an option that the format does not read; `ExportError`.
    public func export(
        to path: String, format name: String, options: ExportOptions = ExportOptions(), force: Bool = false
    ) throws -> ExportReport {
        let format = try Parts.exportFormats.named(name) { unknown in
            ConfigurationError(.unknownName(option: "format", unknown))
        }
        for option in options.given where !format.options.contains(option) {
            let readers = Parts.exportFormats.entries.filter { $0.part.options.contains(option) }.map(\.name)
            throw ConfigurationError.conflict(
                options: [option.rawValue, "format"],
                reason: "\(name) does not read it; it is read by \(readers.joined(separator: ", "))")
        }
        let destination = ExportDestination(url: URL(filePath: path), format: name, isFolder: format.writesFolder)
        try destination.check(force: force, source: self.path.isEmpty ? nil : URL(filePath: self.path))
        let exported = ExportedNetwork(self)
        let (bytes, remarks) = try destination.write { try format.write(exported, to: $0, options: options) }
        return ExportReport(
            path: path, layers: exported.layers.count, matrices: exported.matrices.count,
            weights: exported.matrices.map(\.count).reduce(0, +), bytes: bytes, remarks: remarks)
    }
}
