import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// What `inspect` says, against plain counts of what the checkpoint holds.
@Suite struct InspectionTests {
    private func run(_ options: [String: String], _ folder: TemporaryFolder) throws -> PlainSafetensors {
        var configuration = TrainingConfiguration()
        for (name, value) in options { try configuration.set(name, to: value) }
        (configuration.steps, configuration.out) = (25, folder.path("run"))
        _ = try Trainer(configuration).run()
        return try PlainSafetensors(path: folder.path("run/checkpoint.safetensors"))
    }

    @Test func countsAreThoseOfTheFile() throws {
        let folder = try TemporaryFolder()
        let file = try run(["model": "mlp:40,20", "density": "0.1"], folder)
        let inspection = try Inspection(contentsOf: folder.path("run/checkpoint.safetensors"))
        #expect(inspection.layers.map(\.name) == ["fc1", "fc2", "fc3"] && inspection.step == 25)
        for layer in inspection.layers {
            let starts = try #require(file.integers(layer.name + ".weight.crow_indices"))
            let columns = try #require(file.integers(layer.name + ".weight.col_indices"))
            let values = try #require(file.floats(layer.name + ".weight.values"))
            let fanIn = zip(starts, starts.dropFirst()).map { Double($1 - $0) }
            #expect(layer.stored == values.count)
            #expect(layer.shape[0] == fanIn.count)
            let positions = Double(layer.shape[0] * layer.shape[1])
            #expect(layer.density == Double(values.count) / positions)
            #expect(layer.fanIn.maximum == fanIn.max() && layer.fanIn.minimum == fanIn.min())
            #expect(layer.deadOutputs == fanIn.count { $0 == 0 })
            #expect(layer.deadInputs == layer.shape[1] - Set(columns).count)
            let numbers = values.count + columns.count + starts.count
            #expect(layer.bytes == 4 * numbers)
            #expect(abs(layer.largest[0].value) == values.map { abs($0) }.max())
            let total = values.reduce(0.0) { $0 + Double(abs($1)) }
            #expect(abs(layer.importance.mean - total / Double(fanIn.count)) < 1e-9)
        }
    }

    /// Products of absolute weights, as matrices multiplied in double precision.
    @Test func importanceIsTheSumOverPaths() throws {
        let folder = try TemporaryFolder()
        let file = try run(["model": "mlp:40,20", "density": "0.1"], folder)
        var ofOutputs = [Double](repeating: 1, count: 10)
        for (layer, inputs) in [("fc3", 20), ("fc2", 40), ("fc1", 64)] {
            let starts = try #require(file.integers(layer + ".weight.crow_indices"))
            let columns = try #require(file.integers(layer + ".weight.col_indices"))
            let values = try #require(file.floats(layer + ".weight.values"))
            var ofInputs = [Double](repeating: 0, count: inputs)
            for row in ofOutputs.indices {
                for place in starts[row]..<starts[row + 1] {
                    ofInputs[columns[place]] += Double(abs(values[place])) * ofOutputs[row]
                }
            }
            ofOutputs = ofInputs
        }
        let total = ofOutputs.reduce(0, +)
        let found = try #require(try Inspection(contentsOf: folder.path("run/checkpoint.safetensors")).inputImportance)
        for (a, b) in zip(found, ofOutputs) { #expect(abs(a - b / total) < 1e-9) }
    }

    @Test(arguments: [
        ["block": "8", "model": "mlp:48"], ["nm": "fc1=2:4"], ["algo": "topkast"], ["model": "lenet5"],
        ["model": "resnet20", "batch-size": "8"],
    ])
    func everyStructureIsInspected(options: [String: String]) throws {
        let (folder, data) = (try TemporaryFolder(), try SmallData())
        var options = options
        if options["model"] == "lenet5" { options["data"] = data.images }
        if options["model"] == "resnet20" { options["data"] = data.colours }
        _ = try run(options, folder)
        let inspection = try Inspection(contentsOf: folder.path("run/checkpoint.safetensors"))
        #expect(inspection.layers.allSatisfy { $0.stored > 0 && $0.idleOutputs != nil })
        #expect(abs(try #require(inspection.inputImportance).reduce(0, +) - 1) < 1e-9)
        #expect((options["algo"] == "topkast") == (inspection.layers[0].forward != nil))
    }

    /// A file of version 1 does not say how layers are connected.
    @Test func aFileOfVersionOneIsInspected() throws {
        let folder = try TemporaryFolder()
        _ = try run(["model": "mlp:40,20"], folder)
        let path = folder.path("run/checkpoint.safetensors")
        let now = try Inspection(contentsOf: path)
        var bytes = try Data(contentsOf: URL(filePath: path))
        let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
        var header = try #require(
            try JSONSerialization.jsonObject(with: bytes[8..<8 + length]) as? [String: Any])
        var metadata = try #require(header["__metadata__"] as? [String: String])
        for key in ["model", "samples"] { metadata[key] = nil }
        metadata["format_version"] = "1"
        header["__metadata__"] = metadata
        let text = try JSONSerialization.data(withJSONObject: header)
        bytes = Data((0..<8).map { UInt8(text.count >> (8 * $0) & 255) }) + text + bytes[(8 + length)...]
        try bytes.write(to: URL(filePath: folder.path("old.safetensors")))
        let old = try Inspection(contentsOf: folder.path("old.safetensors"))
        #expect(old.formatVersion == "1" && old.model == nil && old.inputImportance == nil)
        #expect(old.layers.map(\.name) == now.layers.map(\.name))
        #expect(old.layers.map(\.fanIn) == now.layers.map(\.fanIn))
        #expect(old.layers.map(\.largest) == now.layers.map(\.largest))
        #expect(old.layers.allSatisfy { $0.idleOutputs == nil })
    }
}
