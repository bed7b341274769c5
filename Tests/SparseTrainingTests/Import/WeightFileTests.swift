import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Every form in which a file can have the same pruned network gives the same weights at the same positions.
@Suite struct WeightFileTests {
    private func check(_ network: PrunedNetwork, _ configuration: TrainingConfiguration) throws {
        let trainer = try Trainer(configuration)
        #expect(network.difference(from: trainer) == nil)
    }

    @Test(arguments: ["F32", "F64", "F16", "BF16"]) func safetensorsOfEveryType(type: String) throws {
        let folder = try TemporaryFolder()
        let network = PrunedNetwork.perceptron
        let file = try folder.write(PlainWeightFile.safetensors(network.dense(type)), to: "a.safetensors")
        try check(network, importing(file))
    }

    @Test(arguments: [("_orig", "_mask", "F32"), ("", "_mask", "BOOL"), ("", ".mask", "U8"), ("_orig", "_mask", "F16")])
    func masks(values: String, mask: String, type: String) throws {
        let folder = try TemporaryFolder()
        var network = PrunedNetwork.perceptron
        // A stored 0, which only a mask can tell.
        let place = try #require(network.weights[0].mask?.firstIndex(of: true))
        network.weights[0].elements[place] = 0
        let file = try folder.write(
            PlainWeightFile.safetensors(network.masked(values, mask, type)), to: "a.safetensors")
        try check(network, importing(file))
    }

    @Test(arguments: [("F32", false), ("F64", true), ("F16", true)]) func npz(type: String, deflates: Bool) throws {
        let folder = try TemporaryFolder()
        let network = PrunedNetwork.perceptron
        let file = try folder.write(PlainWeightFile.npz(network.dense(type), deflates: deflates), to: "a.npz")
        try check(network, importing(file))
    }

    @Test(arguments: [false, true]) func compressedRowsAsPyTorchHasThem(hasShape: Bool) throws {
        let folder = try TemporaryFolder()
        let network = PrunedNetwork.perceptron
        let arrays = network.weights.flatMap { weight -> [PlainWeightFile.Array] in
            if weight.mask == nil { return [.init(weight.name, weight.shape, numbers: weight.elements)] }
            let (starts, indices, values) = network.compressed(weight)
            return [
                .init(weight.name + ".crow_indices", "I64", [starts.count], numbers: starts),
                .init(weight.name + ".col_indices", "I32", [indices.count], numbers: indices),
                .init(weight.name + ".values", [values.count], numbers: values),
            ] + (hasShape ? [.init(weight.name + ".shape", "I64", [2], numbers: weight.shape.map(Double.init))] : [])
        }
        try check(
            network, importing(folder.write(PlainWeightFile.safetensors(arrays), to: "a.safetensors")))
    }

    /// A folder with a file of SciPy for each weight, and the biases as plain arrays.
    @Test(arguments: [("csr", "I32"), ("csc", "I64")]) func matricesOfSciPy(format: String, type: String) throws {
        let folder = try TemporaryFolder()
        let network = PrunedNetwork.perceptron
        for weight in network.weights {
            if weight.mask == nil {
                try folder.write(
                    PlainWeightFile.npy(.init(weight.name, weight.shape, numbers: weight.elements)),
                    to: weight.name + ".npy")
                continue
            }
            let (starts, indices, values) = network.compressed(weight, byColumns: format == "csc")
            let matrix: [PlainWeightFile.Array] = [
                .init("indices", type, [indices.count], numbers: indices),
                .init("indptr", type, [starts.count], numbers: starts),
                .init("format", "|S3", [], Array(format.utf8)),
                .init("shape", "I64", [2], numbers: weight.shape.map(Double.init)),
                .init("data", "F64", [values.count], numbers: values),
            ]
            try folder.write(PlainWeightFile.npz(matrix, deflates: true), to: weight.name + ".npz")
        }
        try check(network, importing(folder.path))
    }

    /// Convolutions: single weights, and blocks of channels at one kernel element, which the file has in PyTorch's order.
    @Test(arguments: [nil, "conv2=4"]) func convolutions(block: String?) throws {
        let folder = try TemporaryFolder()
        let data = try SmallData()
        var network = PrunedNetwork(
            [
                ("conv1", [6, 1, 5, 5]), ("conv2", [16, 6, 5, 5]), ("fc1", [120, 16]), ("fc2", [84, 120]),
                ("fc3", [3, 84]),
            ])
        if block != nil {
            // The second convolution of a network of its own, whose channels are a multiple of four.
            let shape = [8, 4, 3, 3]
            network = PrunedNetwork([("conv1", [4, 3, 3, 3]), ("conv2", shape), ("fc", [10, 8])], seed: 3)
            var mask = [Bool](repeating: false, count: shape.reduce(1, *))
            for row in 0..<8 {
                for column in 0..<36 where (row / 4 + column % 9) % 3 == 0 { mask[row * 36 + column] = true }
            }
            network.weights[2].mask = mask
            network.weights[2].elements = mask.indices.map { mask[$0] ? Double($0 % 13) / 8 + 0.125 : 0 }
        }
        let file = try folder.write(PlainWeightFile.safetensors(network.dense()), to: "a.safetensors")
        guard let block else {
            var options = ["data": data.images]
            try check(network, importing(file, model: "lenet5", options))
            options["threads"] = "1"
            try check(network, importing(file, model: "lenet5", options))
            return
        }
        let model = try Model(
            name: "two", input: ActivationShape(channels: 3, rows: 32, columns: 32),
            layers: [
                Conv2D(name: "conv1", outputs: 4, kernel: 3, bias: true, relu: true),
                Conv2D(name: "conv2", outputs: 8, kernel: 3, bias: true, relu: true), Pooling(globalAverage: "pool"),
                Linear(name: "fc", outputs: 10),
            ])
        let trainer = try Trainer(importing(file, ["data": data.colours, "block": block]), model: model)
        #expect(trainer.network.weights[1].format == "block4")
        #expect(network.difference(from: trainer) == nil)
    }

    @Test func linearBlocks() throws {
        let folder = try TemporaryFolder()
        let network = PrunedNetwork([("fc1", [12, 64]), ("fc2", [10, 12])], units: 4)
        let file = try folder.write(PlainWeightFile.safetensors(network.dense()), to: "a.safetensors")
        let configuration = try importing(file, ["block": "4"])
        try check(network, configuration)
        #expect(try Trainer(configuration).network.weights.map(\.format) == ["block4", "block4"])
    }

    /// A layer that is kept dense has zeros where the file has nothing.
    @Test func layersKeptDense() throws {
        let folder = try TemporaryFolder()
        let network = PrunedNetwork.perceptron
        let file = try folder.write(PlainWeightFile.npz(network.dense()), to: "a.npz")
        let trainer = try Trainer(importing(file, ["dense-layers": "fc2"]))
        #expect(trainer.network.weights[1].format == "dense")
        #expect(trainer.network.weights[1].elements(of: .values) == network["fc2.weight"]?.elements.map { Float($0) })
        #expect(network.difference(from: trainer) == nil)
    }

    /// binary16, against the definition.
    @Test func halves() {
        for bits in UInt16.min...UInt16.max {
            let (exponent, fraction) = (Int(bits >> 10) & 31, Double(bits & 1023))
            let magnitude =
                exponent == 0
                ? fraction * pow(2, -24)
                : exponent == 31
                    ? (fraction == 0 ? .infinity : .nan) : (1 + fraction / 1024) * pow(2, Double(exponent - 15))
            let value = TensorType.half(bits)
            if magnitude.isNaN {
                #expect(value.isNaN)
            } else {
                #expect(Double(value) == (bits >> 15 == 1 ? -magnitude : magnitude))
            }
        }
    }
}
