/// Why a network was not exported. Nothing was written then.
public enum ExportError: Error, Equatable, CustomStringConvertible {
    /// Something is at the path.
    case exists(path: String)
    /// A folder where the format writes a file, or the other way round.
    case wrongKind(path: String, isFolder: Bool, format: String)
    /// A folder with a file in it that no export wrote.
    case foreign(path: String, name: String)
    /// The path is that of the checkpoint which is exported.
    case isSource(path: String)
    /// A layer of a kind that the format knows nothing of.
    case unknownLayer(name: String, kind: String, format: String)
    /// A layer of sequences in a network whose inputs are none.
    case noSequences(layer: String, format: String)
    /// More than a file of the format can hold.
    case tooLarge(format: String, what: String)
    /// A file cannot be written.
    case cannotWrite(path: String, reason: String)

    public var description: String {
        switch self {
        case .exists(let path):
            "--out \(path): exists already; name another path, or give --force to replace it"
        case .wrongKind(let path, true, let format):
            "--out \(path): a folder, where \(format) writes a file; name a file"
        case .wrongKind(let path, false, let format):
            "--out \(path): a file, where \(format) writes a folder; name a folder"
        case .foreign(let path, let name):
            "--out \(path): the folder has \(name), which no export wrote; name another folder"
        case .isSource(let path):
            "--out \(path): the checkpoint that is to be exported; name another path"
        case .unknownLayer(let name, let kind, let format):
            "layer '\(name)' is of kind \(kind), which has no form in \(format); its definition must conform to "
                + "ONNXLayer, or another format be chosen"
        case .noSequences(let layer, let format):
            "layer '\(layer)' works on sequences, which in \(format) are those of an input of tokens; the network has none"
        case .tooLarge(let format, let what):
            "\(what) is more than a file of \(format) can hold"
        case .cannotWrite(let path, let reason):
            "cannot write \(path): \(reason)"
        }
    }
}
