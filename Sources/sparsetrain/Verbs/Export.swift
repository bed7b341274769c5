internal import Foundation
internal import SparseParts
internal import SparseTraining

/// `sparsetrain export RUN`: a trained network for other programs.
extension Verb {
    static let export = Verb(
        name: "export", summary: "write a trained network for other programs: PyTorch, SciPy, ONNX Runtime",
        subject: .run,
        options: [.format, .exportPath, .layout, .foldBatchNorm, .sparseInitializers, .checkpoint, .force]
    ) { arguments in
        let (format, path) = (try arguments.required(.format), try arguments.required(.exportPath))
        let options = try arguments.exportOptions()
        guard Parts.exportFormats.entry(named: format) != nil else {
            let unknown = UnknownName(kind: Parts.exportFormats.kind, name: format, known: Parts.exportFormats.names)
            throw ConfigurationError(.unknownName(option: CommandOption.format.name, unknown))
        }
        let report = try arguments.trainedModel().export(
            to: path, format: format, options: options, force: arguments.has(.force))
        for remark in report.remarks { Command.say(remark) }
        try StandardOutput.write(
            "wrote \(report.path): \(format), \(report.layers) layers, \(report.matrices) weight matrices with "
                + "\(report.weights) weights, \(report.bytes) bytes")
        return ExitStatus.done
    }
}

extension CommandOption {
    fileprivate static let format = CommandOption(
        name: "format", unit: "NAME", expected: names(Parts.exportFormats.names),
        help: "form of the output: "
            + Parts.exportFormats.entries.map { "\($0.name) (\($0.summary))" }.joined(separator: "; "),
        choices: Parts.exportFormats.names)
    fileprivate static let exportPath = CommandOption(
        name: "out", unit: "PATH", expected: "a file, or for npz and csv a folder", help: "the file or folder to write")
    fileprivate static let layout = CommandOption(
        name: ExportOption.layout.rawValue, unit: "NAME",
        expected: names(ExportOptions.Layout.allCases.map(\.rawValue)),
        help: "safetensors: csr (stored weights) or dense (a PyTorch state_dict) [csr]",
        choices: ExportOptions.Layout.allCases.map(\.rawValue))
    fileprivate static let foldBatchNorm = CommandOption(
        name: ExportOption.foldBatchNorm.rawValue,
        help: "onnx: merge batch normalisation into the layer before it, where that is possible")
    fileprivate static let sparseInitializers = CommandOption(
        name: ExportOption.sparseInitializers.rawValue,
        help: "onnx: write the stored weights only; runtimes expand them when they load the file")

    /// "a, b or c"
    private static func names(_ names: [String]) -> String {
        names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
    }
}

extension Arguments {
    /// The value of an option that must be given, and not be empty.
    fileprivate func required(_ option: CommandOption) throws(ConfigurationError) -> String {
        guard let text = value(of: option), !text.isEmpty else {
            throw .missingValue(option: option.name, expected: option.expected)
        }
        return text
    }

    fileprivate func exportOptions() throws(ConfigurationError) -> ExportOptions {
        var options = ExportOptions(
            foldBatchNorm: has(.foldBatchNorm), sparseInitializers: has(.sparseInitializers))
        if let text = value(of: .layout) {
            guard let layout = ExportOptions.Layout(rawValue: text) else {
                throw .invalidValue(
                    option: CommandOption.layout.name, value: text, expected: CommandOption.layout.expected)
            }
            options.layout = layout
        }
        return options
    }
}
