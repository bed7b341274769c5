import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Exports, as far as this package itself can read them; other programs do in `ReaderTests`.
@Suite struct ExportTests {
    private func trained(_ folder: TemporaryFolder, _ options: [String: String] = ["algo": "set"]) throws
        -> TrainedModel
    {
        try ExportCase(model: "mlp:40,30", options: options).trained(in: folder)
    }

    private func refusal(_ body: () throws -> Void) -> ExportError? {
        do { try body() } catch { return error as? ExportError }
        return nil
    }

    /// The bytes of each tensor of a file, by the description of the format alone.
    private func tensors(of path: String) throws -> [String: Data] {
        let file = try Data(contentsOf: URL(filePath: path))
        let length = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = try #require(
            try JSONSerialization.jsonObject(with: file.dropFirst(8).prefix(length)) as? [String: [String: Any]])
        return header.reduce(into: [:]) { tensors, entry in
            guard let offsets = entry.value["data_offsets"] as? [Int] else { return }
            tensors[entry.key] = Data(file[8 + length + offsets[0]..<8 + length + offsets[1]])
        }
    }

    /// Compressed rows of every store against the weights that the forward pass uses, element by element.
    @Test(arguments: [
        ["algo": "set"], ["algo": "set", "block": "8"], ["algo": "topkast"], ["algo": "static", "dense-layers": "fc3"],
    ])
    func rowsAreThoseOfTheForwardPass(options: [String: String]) throws {
        let folder = try TemporaryFolder()
        let trained = try trained(folder, options)
        _ = try trained.export(to: folder.path("a.safetensors"), format: "safetensors")
        let file = try tensors(of: folder.path("a.safetensors"))
        for (shape, matrix) in zip(trained.model.weightShapes, trained.weights) {
            let used = matrix.forwardSet?.matrix ?? matrix
            func numbers<Number: BitwiseCopyable>(_ part: String, as type: Number.Type) throws -> [Number] {
                let bytes = try #require(file["\(shape.name).weight.\(part)"])
                return bytes.withUnsafeBytes { bytes in
                    stride(from: 0, to: bytes.count, by: MemoryLayout<Number>.size).map {
                        bytes.loadUnaligned(fromByteOffset: $0, as: type)
                    }
                }
            }
            let starts = try numbers("crow_indices", as: Int32.self).map { Int($0) }
            let columns = try numbers("col_indices", as: Int32.self)
            let values = try numbers("values", as: Float.self)
            #expect(try numbers("shape", as: Int64.self) == [Int64(shape.rows), Int64(shape.columns)])
            try #require(starts.count == shape.rows + 1 && starts.last == used.storedWeights)
            try #require(columns.count == used.storedWeights && values.count == columns.count)
            // One input after the other is 1: the output is a column of weights.
            for column in 0..<shape.columns {
                let (input, output) = (
                    Panels(channels: shape.columns, samples: 1), Panels(channels: shape.rows, samples: 1)
                )
                input[0, column] = 1
                matrix.forward(input, into: output, bias: nil, relu: false, panels: 0..<1, part: .whole)
                for row in 0..<shape.rows {
                    let found = (starts[row]..<starts[row + 1]).first { Int(columns[$0]) == column }.map { values[$0] }
                    #expect(output[0, row] == found ?? 0)
                }
            }
        }
    }

    @Test func whatIsThereIsReplacedWhenThatIsAskedFor() throws {
        let folder = try TemporaryFolder()
        let trained = try trained(folder)
        for (name, format) in [("a.onnx", "onnx"), ("b", "npz")] {
            let path = folder.path(name)
            let first = try trained.export(to: path, format: format)
            #expect(refusal { _ = try trained.export(to: path, format: format) } == .exists(path: path))
            #expect(try trained.export(to: path, format: format, force: true) == first)
        }
        // A folder becomes that of another format, and nothing of the first stays.
        _ = try trained.export(to: folder.path("b"), format: "csv", force: true)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("b")).sorted()
        #expect(names == ["export.json", "fc1.weight.csv", "fc2.weight.csv", "fc3.weight.csv", "vectors.csv"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a.onnx", "b", "run"])
    }

    /// A format of a program's own, which writes a folder and nothing beside its files.
    private struct Counts: ExportFormat {
        let writesFolder = true
        let options: Set<ExportOption> = []

        func write(_ network: ExportedNetwork, to target: ExportTarget, options: ExportOptions) throws -> [String] {
            for matrix in network.matrices {
                try Data("\(matrix.count)".utf8).write(to: target.url.appending(path: matrix.name))
            }
            return ["counted"]
        }
    }

    @Test func formatsOfAProgramsOwn() throws {
        let folder = try TemporaryFolder()
        let trained = try trained(folder)
        Parts.exportFormats.add("counts-of-export-tests", "numbers of weights", Counts())
        for force in [false, true] {
            let report = try trained.export(to: folder.path("x"), format: "counts-of-export-tests", force: force)
            #expect(report.remarks == ["counted"] && report.matrices == 3)
            let count = try String(contentsOfFile: folder.path("x/fc1.weight"), encoding: .utf8)
            #expect(Int(count) == trained.weights[0].storedWeights)
        }
    }

    @Test func whatIsNoExportStays() throws {
        let folder = try TemporaryFolder()
        let trained = try trained(folder)
        try folder.makeFolder(folder.path("own"))
        try folder.write("mine", to: "own/notes.txt")
        func export(_ name: String, _ format: String) -> ExportError? {
            refusal { _ = try trained.export(to: folder.path(name), format: format, force: true) }
        }
        #expect(export("own", "npz") == .foreign(path: folder.path("own"), name: "notes.txt"))
        #expect(export("own", "onnx") == .wrongKind(path: folder.path("own"), isFolder: true, format: "onnx"))
        #expect(
            export("own/notes.txt", "csv")
                == .wrongKind(path: folder.path("own/notes.txt"), isFolder: false, format: "csv"))
        let checkpoint = "run/checkpoint.safetensors"
        #expect(export(checkpoint, "safetensors") == .isSource(path: folder.path(checkpoint)))
        #expect(try String(contentsOfFile: folder.path("own/notes.txt"), encoding: .utf8) == "mine")
        #expect(try TrainedModel(contentsOf: folder.path("run")).model.name == "mlp:40,30")
    }

    @Test func optionsOfOtherFormatsAreRefused() throws {
        let folder = try TemporaryFolder()
        let trained = try trained(folder)
        for (format, options) in [
            ("onnx", ExportOptions(layout: .dense)), ("npz", ExportOptions(foldBatchNorm: true)),
            ("safetensors", ExportOptions(sparseInitializers: true)), ("csv", ExportOptions(layout: .csr)),
            ("none", ExportOptions()),
        ] {
            #expect(throws: ConfigurationError.self) {
                try trained.export(to: folder.path("x"), format: format, options: options)
            }
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("x")))
    }

    @Test func aFolderThatCannotBeWrittenIsNamed() throws {
        let folder = try TemporaryFolder()
        let trained = try trained(folder)
        try folder.write("a file", to: "file")
        let error = refusal { _ = try trained.export(to: folder.path("file/x.onnx"), format: "onnx") }
        guard case .cannotWrite = error else { return #expect(error == nil, "another error") }
    }

    /// A layer whose kind says nothing of ONNX has no form there, and one that does has.
    @Test func layersOfAProgramsOwn() throws {
        let folder = try TemporaryFolder()
        for isKnown in [false, true] {
            var configuration = TrainingConfiguration()
            (configuration.steps, configuration.out) = (3, folder.path("run\(isKnown)"))
            let own: any LayerDefinition = isKnown ? Twice(name: "own") : TrainedModelTests.Doubling(name: "own")
            let model = try Model(
                name: "own", input: ActivationShape(channels: 64),
                layers: [Linear(name: "a", outputs: 30), own, Linear(name: "b", outputs: 10)])
            _ = try Trainer(configuration, model: model).run()
            Parts.layerKinds.add(TrainedModelTests.Doubling.self, "twice its input")
            Parts.layerKinds.add(Twice.self, "twice its input")
            let trained = try TrainedModel(contentsOf: folder.path("run\(isKnown)"))
            let path = folder.path("\(isKnown).onnx")
            let error = refusal { _ = try trained.export(to: path, format: "onnx") }
            #expect(error == (isKnown ? nil : .unknownLayer(name: "own", kind: "Doubling", format: "onnx")))
            #expect(FileManager.default.fileExists(atPath: path) == isKnown)
            _ = try trained.export(to: folder.path("\(isKnown).safetensors"), format: "safetensors")
            guard isKnown else { continue }
            let content = try Data(contentsOf: URL(filePath: path))
            #expect(content.contains(Data("Twice_of_mine".utf8)))
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { !$0.hasSuffix("partial") })
    }

    private struct Twice: ONNXLayer {
        let name: String
        func makeLayer(at site: LayerSite) -> any Layer { TrainedModelTests.DoublingLayer(name: name, site: site) }
        func append(to graph: inout ONNXGraph, at place: ONNXPlace) -> ONNXValue {
            let input = place.inputs[0]
            return graph.append("Add", [input.name, input.name], like: input, named: "Twice_of_mine")
        }
    }

    /// Names come from a checkpoint and may be anything.
    @Test func namesOfFilesStayInTheFolder() {
        var names = FileNames()
        #expect(names.name(for: "../../etc/passwd", suffix: ".csv") == "_.._.._etc_passwd.csv")
        #expect(names.name(for: "Fc1.weight", suffix: ".csv") == "Fc1.weight.csv")
        #expect(names.name(for: "fc1.weight", suffix: ".csv") == "fc1.weight-2.csv")
        #expect(names.name(for: "fc1/weight", suffix: ".csv") == "fc1_weight.csv")
        #expect(names.name(for: String(repeating: "x", count: 999), suffix: ".csv").utf8.count == 204)
        #expect(names.name(for: "naïve\n", suffix: "") == "na_ve_")
    }

    /// Against the bytes of the documentation of protocol buffers, and a message within a message.
    @Test func fieldsAreEncodedAsDocumented() throws {
        var (inner, outer) = (ProtobufMessage(), ProtobufMessage())
        inner.add(1, 150)
        inner.add(2, "testing")
        outer.add(3, inner)
        outer.add(4, -1)
        outer.add(5, 1.5 as Float)
        outer.add(6, byteCount: 2) { try $0.write([7, 8] as [UInt8]) }
        let folder = try TemporaryFolder()
        let path = try folder.write([], to: "message")
        let file = try FileHandle(forUpdating: URL(filePath: path))
        let sink = ByteSink(file)
        try outer.write(to: sink)
        try sink.flush()
        let message: [UInt8] = [0x08, 0x96, 0x01, 0x12, 0x07] + Array("testing".utf8)
        let rest: [UInt8] = [0x20] + Array(repeating: 0xff, count: 9) + [0x01, 0x2d, 0, 0, 0xc0, 0x3f, 0x32, 2, 7, 8]
        #expect(try Data(contentsOf: URL(filePath: path)) == Data([0x1a, UInt8(message.count)] + message + rest))
        #expect(outer.byteCount == 2 + message.count + rest.count)
    }
}
