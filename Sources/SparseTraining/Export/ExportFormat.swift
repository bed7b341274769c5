public import SparseParts

/// A form in which a trained network is handed to other programs. A new one is a file with a type that conforms, and a line in
/// `Parts.exportFormats`:
///
///     Parts.exportFormats.add("onnx", "a graph of operators") { ... }
public protocol ExportFormat: Sendable {
    /// True when it writes a folder of files, false when it writes one file.
    var writesFolder: Bool { get }
    /// The options that it reads; others are refused.
    var options: Set<ExportOption> { get }
    /// Writes the network. The target is new: what is there already stays as it is until all is written.
    /// - Returns: Remarks for the user, such as what readers make of the file.
    /// - Throws: `ExportError` for a network that the format cannot express; errors of the file system.
    func write(_ network: ExportedNetwork, to target: ExportTarget, options: ExportOptions) throws -> [String]
}

/// What can be asked of formats beyond their names.
public enum ExportOption: String, Sendable, CaseIterable {
    /// `ExportOptions.layout`.
    case layout
    /// `ExportOptions.foldBatchNorm`.
    case foldBatchNorm = "fold-batch-norm"
    /// `ExportOptions.sparseInitializers`.
    case sparseInitializers = "sparse-initializers"
}

/// How a network is exported.
public struct ExportOptions: Sendable, Equatable {
    /// How weight matrices are written.
    public enum Layout: String, Sendable, CaseIterable {
        /// Compressed rows: the stored weights alone.
        case csr
        /// Every weight, those that are not stored as 0.
        case dense
    }

    /// Nil: compressed rows.
    public var layout: Layout?
    /// Merge batch normalisation into the linear layer or convolution before it, where that is read by nothing else.
    public var foldBatchNorm = false
    /// Write weight matrices as their stored weights, where the format has both.
    public var sparseInitializers = false

    /// What is left out is as the format has it by itself.
    public init(layout: Layout? = nil, foldBatchNorm: Bool = false, sparseInitializers: Bool = false) {
        self.layout = layout
        self.foldBatchNorm = foldBatchNorm
        self.sparseInitializers = sparseInitializers
    }

    /// Those that say something else than nothing.
    var given: [ExportOption] {
        (layout == nil ? [] : [.layout]) + (foldBatchNorm ? [.foldBatchNorm] : [])
            + (sparseInitializers ? [.sparseInitializers] : [])
    }
}

/// What an export has written.
public struct ExportReport: Sendable, Equatable {
    /// The file or folder.
    public var path: String
    /// Layers of the network, and weight matrices among them.
    public var layers: Int
    /// Weight matrices among the layers.
    public var matrices: Int
    /// Weights that are stored, explicit zeros among them.
    public var weights: Int
    /// Bytes written.
    public var bytes: Int
    /// What the user should know of the result.
    public var remarks: [String]
}

extension Parts {
    /// The formats of export.
    public static let exportFormats = Registry<any ExportFormat>(
        "export format",
        [
            .init(
                "safetensors", "tensors of compressed rows, or a PyTorch state_dict (--layout dense)",
                SafetensorsExport()),
            .init("npz", "a folder of SciPy matrices of compressed rows, and vectors", NPZExport()),
            .init("onnx", "a graph with standardisation of the inputs, for ONNX Runtime and others", ONNXExport()),
            .init("csv", "a folder of tables: row, column, value", CSVExport()),
        ])
}
