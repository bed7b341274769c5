import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Which array is which: by name, by order where that means one thing only, and else not at all.
@Suite struct WeightNameTests {
    private let network = PrunedNetwork.perceptron

    private func trainer(
        _ arrays: [PlainWeightFile.Array], model: String = "mlp:12", _ options: [String: String] = [:]
    ) throws -> Trainer {
        let folder = try TemporaryFolder()
        let file = try folder.write(PlainWeightFile.safetensors(arrays), to: "a.safetensors")
        return try Trainer(importing(file, model: model, options))
    }

    private func refusal(
        _ arrays: [PlainWeightFile.Array], model: String = "mlp:12", _ options: [String: String] = [:]
    ) throws -> String {
        let error = #expect(throws: ConfigurationError.self) { try trainer(arrays, model: model, options) }
        return error?.description ?? ""
    }

    private func sequential(_ name: String) -> String {
        name.replacing("fc1", with: "net.0").replacing("fc2", with: "net.2")
    }

    @Test func otherNamesOfOtherShapes() throws {
        let trainer = try trainer(network.dense(rename: sequential))
        #expect(network.difference(from: trainer) == nil)
        let report = try #require(trainer.importReport)
        #expect(report.remarks.count == 2 && report.remarks[0].contains("'net.0' is taken for 'fc1'"))
        #expect(report.layers.map(\.source) == ["net.0.weight", "net.2.weight"])
        #expect(report.lines.contains { $0.hasPrefix("fc1  12 x 64") && $0.contains("from net.0.weight") })
    }

    /// Three layers of one shape, numbered so that their order as texts is another.
    @Test func orderByNumbers() throws {
        let hidden = PrunedNetwork(
            [("fc1", [12, 64]), ("fc2", [12, 12]), ("fc3", [12, 12]), ("fc4", [12, 12]), ("fc5", [10, 12])])
        let names = ["fc1": "l.0", "fc2": "l.2", "fc3": "l.8", "fc4": "l.10", "fc5": "l.12"]
        func rename(_ name: String) -> String { (names[String(name.prefix(3))] ?? "") + name.dropFirst(3) }
        let arrays = hidden.dense(rename: rename).sorted { $0.name < $1.name }
        #expect(try hidden.difference(from: trainer(arrays, model: "mlp:12,12,12,12")) == nil)
        // Without an order in the names it is refused, with what to type.
        let words = ["fc1": "a", "fc2": "in", "fc3": "mid", "fc4": "out", "fc5": "z"]
        func reword(_ name: String) -> String { (words[String(name.prefix(3))] ?? "") + name.dropFirst(3) }
        let message = try refusal(hidden.dense(rename: reword), model: "mlp:12,12,12,12")
        #expect(
            message.contains("in, mid, out") && message.contains("fc2, fc3, fc4") && message.contains("--map in=fc2"))
        let mapped = try trainer(
            hidden.dense(rename: reword), model: "mlp:12,12,12,12", ["map": "in=fc2,mid=fc3,out=fc4"])
        #expect(hidden.difference(from: mapped) == nil)
    }

    @Test func mapsOfArraysLayersAndPrefixes() throws {
        let arrays = network.dense { "module." + $0 }
        #expect(try network.difference(from: trainer(arrays, ["map": "module="])) == nil)
        let swapped = network.dense {
            $0.replacing("fc1", with: "x").replacing("fc2", with: "fc1").replacing("x", with: "fc2")
        }
        #expect(try network.difference(from: trainer(swapped, ["map": "fc1=fc2,fc2=fc1"])) == nil)
        let single = network.dense { $0 == "fc1.weight" ? "kernel" : $0 }
        #expect(try network.difference(from: trainer(single, ["map": "kernel=fc1.weight"])) == nil)
        #expect(try refusal(single).contains("--map kernel=fc1.weight"))
        #expect(try refusal(arrays, ["map": "modul="]).contains("did you mean 'module"))
        #expect(try refusal(network.dense(), ["map": "fc1=fc2"]).contains("both 'fc1.weight' and 'fc2.weight'"))
    }

    @Test func whatIsMissingOrLeftOver() throws {
        #expect(try refusal(network.dense() + [.init("extra", [2], numbers: [1, 2])]).contains("extra (2)"))
        #expect(try refusal(network.dense().filter { $0.name != "fc2.weight" }).contains("'fc2.weight' (10 x 12)"))
        #expect(
            try refusal(network.dense(), model: "mlp:13").contains("12 x 64, but 'fc1.weight' of the model 13 x 64"))
        // A counter of batches says nothing of the result.
        let counted = network.dense() + [.init("fc1.num_batches_tracked", "I64", [], numbers: [3])]
        #expect(try network.difference(from: trainer(counted)) == nil)
        // A layer without a bias is one whose bias is 0, which is said.
        let without = try trainer(network.dense().filter { $0.name != "fc1.bias" })
        let bias = try #require(without.network.parameters.first { $0.name == "fc1.bias" })
        #expect(bias.values.array.allSatisfy { $0 == 0 })
        #expect(without.importReport?.remarks.contains { $0.contains("no 'fc1.bias', which is 0") } == true)
    }

    @Test func structuresThatDoNotFit() throws {
        #expect(try refusal(network.dense(), ["block": "4"]).contains("the weights of 'fc1' are not blocks of 4"))
        #expect(try refusal(network.dense(), ["nm": "2:4"]).contains("are not 2:4: of the weights of output 0"))
        #expect(try refusal(network.dense(), ["constant-fan-in": "fc1"]).contains("output"))
    }

    @Test func densitiesAndMethodsThatDoNotFit() throws {
        let stored = network.weights.compactMap(\.mask).map { $0.count { $0 } }
        let density = Double(stored.reduce(0, +)) / Double(12 * 64 + 120)
        #expect(try trainer(network.dense()).configuration.density == density)
        #expect(try trainer(network.dense(), ["density": "\(density)"]).network.weights.map(\.storedCount) == stored)
        #expect(try refusal(network.dense(), ["density": "0.2"]).contains("--density 0.2:"))
        #expect(try refusal(network.dense(), ["layer-density": "fc2=0.9"]).contains("--layer-density fc2=0.9:"))
        for method in ["dense", "topkast", "srigl", "deepr"] {
            #expect(throws: (any Error).self, "\(method)") { try trainer(network.dense(), ["algo": method]) }
        }
        #expect(throws: (any Error).self) { try trainer(network.dense(), ["algo": "mest", "soft-bound": "true"]) }
        // A method that lowers the density begins with the file's.
        let granet = try trainer(network.dense(), ["algo": "granet", "density": "0.1", "steps": "100"])
        #expect(granet.configuration.initialDensity == density && granet.configuration.density == 0.1)
        #expect(
            try refusal(network.dense(), ["algo": "granet", "initial-density": "0.9"]).contains("--initial-density"))
    }
}
