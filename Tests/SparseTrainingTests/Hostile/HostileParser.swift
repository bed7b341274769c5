import Foundation
import SparseData
import SparseParts
import TestSupport

@testable import SparseTraining

/// Everything that reads bytes which somebody else may have written, on bytes in memory. `MutationTests` and the fuzzer of
/// `Tests/Fuzz` try it.
struct HostileParser {
    let name: String
    /// What it accepts.
    let originals: [[UInt8]]
    /// Reads and uses some bytes.
    let parse: ([UInt8]) throws -> Void
    /// Whether it may refuse bytes with such an error.
    let mayThrow: (any Error) -> Bool

    struct UnknownParser: Error { let name: String }

    static let names =
        [
            "configuration", "safetensors", "checkpoint", "layers of a network",
            "state of a checkpoint", "tensors of a checkpoint", "trained network", "weights in safetensors",
            "weights in npz", "header of NumPy", "kept rows",
        ]
        + Container.allCases.flatMap { container in
            DataParser.allCases.filter { container == .plain || $0.mayBeCompressed }.map {
                $0.rawValue + container.rawValue
            }
        }

    /// - Parameter folder: For what the parser needs on disk.
    init(named name: String, folder: TemporaryFolder) throws {
        switch name {
        case "configuration": self = try .configuration()
        case "safetensors": self = try .safetensors(folder)
        case "checkpoint": self = try .checkpoint(folder) { ($0, { $0 }) }
        case "layers of a network": self = try .layers()
        case "trained network": self = try .trainedModel(folder)
        case "weights in safetensors", "weights in npz": self = try .weights(name)
        case "header of NumPy": self = .header()
        case "kept rows": self = try .keptRows(folder)
        case "state of a checkpoint": self = try .checkpoint(folder, part: Self.state)
        case "tensors of a checkpoint": self = try .checkpoint(folder, part: Self.tensors)
        default:
            guard
                let container = Container.allCases.last(where: { name.hasSuffix($0.rawValue) }),
                let parser = DataParser(rawValue: String(name.dropLast(container.rawValue.count)))
            else { throw UnknownParser(name: name) }
            self = parser.parser(in: container)
        }
    }

    init(
        _ name: String, _ originals: [[UInt8]], mayThrow: @escaping (any Error) -> Bool,
        parse: @escaping ([UInt8]) throws -> Void
    ) {
        (self.name, self.originals, self.parse, self.mayThrow) = (name, originals, parse, mayThrow)
    }

    private static func configuration() throws -> HostileParser {
        var other = TrainingConfiguration()
        (other.method, other.epsilon, other.deltaT) = ("dsr", 3, .epochs(2))
        other.layerDensities = [LayerDensity(pattern: "fc*", density: 0.5)]
        let originals = [
            Array(try TrainingConfiguration().json()), Array(try other.json()),
            Array("{\"density\":0.1,\"model\":\"mlp:30\",\"lr\":1e-3,\"nesterov\":true,\"block\":[\"fc1=8\"]}".utf8),
        ]
        return HostileParser(
            "configuration", originals, mayThrow: { $0 is ConfigurationError },
            parse: { try TrainingConfiguration(json: Data($0), path: "mutant").validate() })
    }

    /// A checkpoint of a small run, with the batches of an update to come.
    private static func run(_ folder: TemporaryFolder) throws -> (TrainingConfiguration, [UInt8]) {
        var run = TrainingConfiguration()
        (run.model, run.steps, run.gradientAccumulation, run.deltaT) = ("mlp:12", 9, 3, .steps(8))
        let out = folder.path(UUID().uuidString)
        run.out = out
        (run.batchSize, run.threads) = (8, 1)
        _ = try Trainer(run).run()
        return (run, Array(try Data(contentsOf: URL(filePath: out + "/checkpoint.safetensors"))))
    }

    /// What was kept of a table in the cache folder. Only the table is not damaged, so that all of the file may be read.
    private static func keptRows(_ folder: TemporaryFolder) throws -> HostileParser {
        let table = folder.path("\(UUID().uuidString).csv")
        let lines = (0..<40).map { "\($0 % 7),\($0 % 5),\(["a", "b"][$0 % 2])\n" }
        try Data(("x,y,class\n" + lines.joined()).utf8).write(to: URL(filePath: table))
        var options = DataOptions()
        options.memoryLimit = 64
        let cache = folder.path(UUID().uuidString)
        options.settings.cache = cache
        func read(_ options: DataOptions) throws {
            let source = try DataSource.open(table, options: options)
            _ = DataFingerprint([source.train, source.test]).text
        }
        try read(options)
        let name = try FileManager.default.contentsOfDirectory(atPath: cache)[0]
        let path = URL(filePath: cache + "/" + name)
        return HostileParser(
            "kept rows", [Array(try Data(contentsOf: path))], mayThrow: { $0 is DataError },
            parse: { bytes in
                // Renamed, as a file that is mapped must not be cut short; the folder is there as long as it is needed.
                try withExtendedLifetime(folder) {
                    try Data(bytes).write(to: path, options: .atomic)
                    try read(options)
                }
            })
    }

    private static func layers() throws -> HostileParser {
        let image = ActivationShape(channels: 3, rows: 32, columns: 32)
        let originals = try ["mlp:5", "lenet5", "resnet20", "mobilenet-v1"].map {
            Array(try Parts.models.model(named: $0, input: image, classes: 4).json())
        }
        return HostileParser(
            "layers of a network", originals, mayThrow: { $0 is ModelError },
            parse: { _ = try Model(json: Data($0)).activationByteCount(batchSize: 1) })
    }

    private static func safetensors(_ folder: TemporaryFolder) throws -> HostileParser {
        let small = "{\"a\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]},\"__metadata__\":{\"k\":\"v\"}}"
        let length = (0..<8).map { UInt8(truncatingIfNeeded: small.utf8.count >> (8 * $0)) }
        let originals = [length + Array(small.utf8) + [UInt8](repeating: 1, count: 16), try run(folder).1]
        return HostileParser("safetensors", originals, mayThrow: { $0 is SafetensorsFile.Damage }, parse: readAll)
    }

    private static func readAll(_ bytes: [UInt8]) throws {
        let file = try SafetensorsFile(StoredBytes(AlignedBuffer(bytes)))
        for name in file.names {
            _ = try file.shape(of: name)
            _ = try? file.floats(name)
            _ = try? file.integers(name)
            _ = try? file.words(name)
        }
    }

    /// - Parameter part: What of the file is damaged, and how the whole is made of it.
    private static func checkpoint(
        _ folder: TemporaryFolder, part: ([UInt8]) throws -> ([UInt8], ([UInt8]) throws -> [UInt8])
    ) throws -> HostileParser {
        let (run, file) = try run(folder)
        let (original, whole) = try part(file)
        let trainer = try Trainer(run, resumption: .exact)
        func resume(_ bytes: [UInt8]) throws {
            defer {
                for matrix in trainer.network.weights { precondition(matrix.stored.count == matrix.storedCount) }
            }
            let file = try SafetensorsFile(StoredBytes(AlignedBuffer(whole(bytes))))
            _ = try trainer.resume(.exact, from: file, path: "mutant")
        }
        return HostileParser(
            "checkpoint", [original], mayThrow: { $0 is SafetensorsFile.Damage || $0 is ConfigurationError },
            parse: resume)
    }

    /// The header and what follows it.
    private static func split(_ file: [UInt8]) -> (header: [UInt8], rest: [UInt8]) {
        let length = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        return (Array(file[8..<8 + length]), Array(file[(8 + length)...]))
    }

    /// The text that says where the run was.
    private static func state(_ file: [UInt8]) throws -> ([UInt8], ([UInt8]) throws -> [UInt8]) {
        let (text, rest) = split(file)
        let header = try JSONDecoder().decode(SafetensorsHeader.self, from: Data(text))
        return (
            Array(header.metadata["run", default: ""].utf8),
            { state in
                var header = header
                header.metadata["run"] = String(decoding: state, as: UTF8.self)
                let text = try JSONEncoder().encode(header)
                return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text + rest
            }
        )
    }

    /// The numbers behind a whole header; as many of them as it says.
    private static func tensors(_ file: [UInt8]) -> ([UInt8], ([UInt8]) throws -> [UInt8]) {
        let rest = split(file).rest
        let head = file.dropLast(rest.count)
        return (rest, { Array(head + $0.prefix(rest.count) + rest.dropFirst($0.count)) })
    }
}

/// Trained networks, and files of weights that others wrote.
extension HostileParser {
    static func weights(_ name: String) throws -> HostileParser {
        let arrays: [PlainWeightFile.Array] = [
            .init("fc1.weight_orig", "F16", [2, 3], numbers: [1, 0, 2, -1, 0.5, 3]),
            .init("fc1.weight_mask", "BOOL", [2, 3], numbers: [1, 0, 1, 1, 1, 0]),
            .init("fc1.bias", "F64", [2], numbers: [1, 2]),
            .init("fc2.weight.crow_indices", "I64", [4], numbers: [0, 1, 2, 3]),
            .init("fc2.weight.col_indices", "I32", [3], numbers: [0, 1, 0]),
            .init("fc2.weight.values", [3], numbers: [1, -2, 0.25]), .init("fc2.bias", [3], numbers: [0, 1, 2]),
        ]
        let model = try Parts.models.model(
            named: "mlp:2", input: ActivationShape(channels: 3, rows: 1, columns: 1), classes: 3)
        func parse(_ file: any WeightArrays) throws {
            for array in file.arrays { _ = try? file.floats(array.name, 0..<min(array.count, 1 << 16)) }
            let start = try StartingWeights(file, path: "mutant", model: model, configuration: TrainingConfiguration())
            let plan = LayerPlan(density: 1, distribution: UniformDensity())
            let budgets = try plan.budgets(for: model.weightShapes.map { ($0.name, LayerShape($0)) })
            _ = try start.matrices(budgets) { _ in .csr }
        }
        let mayThrow: (any Error) -> Bool = { $0 is ImportError || $0 is ConfigurationError }
        if name == "weights in safetensors" {
            return HostileParser(
                name, [PlainWeightFile.safetensors(arrays)], mayThrow: mayThrow,
                parse: { try parse(SafetensorsArrays(StoredBytes(AlignedBuffer($0)), path: "mutant")) })
        }
        return HostileParser(
            name, [PlainWeightFile.npz(arrays), PlainWeightFile.npz(arrays, deflates: true)],
            mayThrow: mayThrow,
            parse: { bytes in
                let file = NPZArrays(path: "mutant")
                try file.add(archive: StoredBytes(AlignedBuffer(bytes)), path: "mutant", name: nil)
                try parse(file)
            })
    }

    /// A header of NumPy alone.
    static func header() -> HostileParser {
        let originals = [
            "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }",
            "{'descr': '|S3', 'fortran_order': False, 'shape': (), }",
        ].map { Array($0.utf8) }
        return HostileParser(
            "header of NumPy", originals, mayThrow: { $0 is NumPyHeader.Fault },
            parse: { _ = try NumPyHeader(String(decoding: $0, as: UTF8.self)) })
    }

    /// A checkpoint that is used without its run.
    static func trainedModel(_ folder: TemporaryFolder) throws -> HostileParser {
        HostileParser(
            "trained network", [try run(folder).1],
            mayThrow: { $0 is SafetensorsFile.Damage || $0 is ModelError || $0 is TrainedModelError },
            parse: { bytes in
                let file = try SafetensorsFile(StoredBytes(AlignedBuffer(bytes)))
                _ = try TrainedModel(file, path: "mutant", threads: 1)
            })
    }
}
