import Foundation
import SparseParts
import SparseStore
import Testing

@testable import SparseModels

/// Models of several inputs, named and of tokens, with a layer of two matrices and three inputs.
struct SeveralInputsTests {
    private static let inputs = [
        ModelInput(name: "left", shape: ActivationShape(channels: 6)),
        ModelInput(name: "right", shape: ActivationShape(channels: 5)),
        ModelInput(name: "word", shape: ActivationShape(tokensOf: 7)),
    ]

    /// left and right through linear layers (right also into the gate as it is), a table of words as the gate's third input.
    private static func model() throws -> Model {
        try Model(
            name: "gated", inputs: inputs,
            layers: [
                Linear(name: "a", outputs: 8, relu: true), Reading("word", by: TokenTable(name: "table", outputs: 4)),
                Reading("a", "right", "table", by: Gate(name: "gate", outputs: 4)),
                Reading("gate", "table", by: Addition(name: "sum")), Linear(name: "out", outputs: 3),
            ])
    }

    private struct Sample {
        var network: Network
        var inputs: [BatchInput]
        var labels: AlignedBuffer<Int32>
        let count = 75

        init(threads: Int = 1, model: Model? = nil) throws {
            let model = try model ?? SeveralInputsTests.model()
            let matrices = try model.weightShapes.enumerated().map { index, shape in
                try randomMatrix(rows: shape.rows, columns: shape.columns, density: 0.6, seed: 30 + index)
            }
            network = try Network(
                model: model, matrices: matrices, batchSize: 90, seed: 3,
                workers: Workers(threads: threads, parts: threads))
            var random = CounterRandom(seed: 8, purpose: .test)
            for parameter in network.parameters where parameter.kind != .weight {
                for i in 0..<parameter.values.count { parameter.values[i] = Float(random.nextUnit() - 0.3) }
                parameter.matrix?.valuesHaveChanged()
            }
            let left = randomBatch(inputs: 6, classes: 3, samples: 75, capacity: 90, seed: 4)
            let right = randomBatch(inputs: 5, classes: 3, samples: 75, capacity: 90, seed: 5)
            let words = AlignedBuffer<Int32>((0..<96).map { $0 < 75 ? Int32(random.next(below: 7)) : -1 })
            (inputs, labels) = ([.values(left.input), .values(right.input), .tokens(words)], left.labels)
        }

        func backward(_ step: Int = 0, metrics: [any Metric] = []) -> MetricSums {
            var sums = MetricSums()
            network.backward(
                inputs, targets: .classes(labels), samples: count, loss: SoftmaxCrossEntropy(), metrics: metrics,
                step: step, into: &sums)
            return sums
        }

        func loss() -> Double {
            var sums = MetricSums()
            network.evaluate(
                inputs, targets: .classes(labels), samples: count, loss: SoftmaxCrossEntropy(), into: &sums)
            return sums.meanLoss
        }
    }

    @Test func gradientsAreThoseOfDifferences() throws {
        let sample = try Sample()
        _ = sample.backward()
        sample.network.parameterGradients()
        #expect(sample.network.weights.count == 4)
        for parameter in sample.network.parameters {
            let gradient = parameter.gradient.array
            var (errors, size) = (0.0, 0.0)
            for index in stride(from: 0, to: parameter.values.count, by: 3) {
                let old = parameter.values[index]
                func loss(_ value: Float) -> Double {
                    parameter.values[index] = value
                    parameter.matrix?.valuesHaveChanged()
                    return sample.loss()
                }
                let (up, down) = (loss(old + 0.02), loss(old - 0.02))
                _ = loss(old)
                let difference = (up - down) / 0.04
                errors += (difference - Double(gradient[index])) * (difference - Double(gradient[index]))
                size += difference * difference
            }
            #expect(size > 0 && (errors / size).squareRoot() < 0.02, "\(parameter.name): \(errors), \(size)")
        }
    }

    /// What growth would ask for is the product of the panels that the layer names.
    @Test func denseGradientsAreThoseOfTheMatrices() throws {
        let sample = try Sample()
        _ = sample.backward()
        sample.network.parameterGradients()
        for (index, matrix) in sample.network.weights.enumerated() {
            let batch = try #require(sample.network.gradientBatch(ofWeights: index))
            for (position, gradient) in zip(matrix.storedPositions(), matrix.storedScores(of: .gradient)) {
                let (row, column) = position.quotientAndRemainder(dividingBy: matrix.columns)
                let product = (0..<sample.count).reduce(0.0) {
                    $0 + Double(batch.outputGradient[$1, row]) * Double(batch.input[$1, column])
                }
                #expect(abs(product - Double(gradient)) < 1e-4)
            }
        }
    }

    @Test func threadsGiveTheSameBits() throws {
        var losses: [[Double]] = []
        var values: [[[Float]]] = []
        for threads in [1, 2, 5, 64] {
            let sample = try Sample(threads: threads)
            losses.append(
                try (0..<4).map { step in
                    let loss = sample.backward(step).loss
                    try sample.network.update(SGD(), learningRate: 0.1)
                    return loss
                })
            values.append(sample.network.parameters.map { $0.values.array })
        }
        #expect(losses.allSatisfy { $0 == losses[0] } && losses[0][3] < losses[0][0])
        #expect(values.allSatisfy { $0 == values[0] })
    }

    @Test func layersAreReadByName() throws {
        let model = try Self.model()
        #expect(model.nodes.map(\.definition.name) == ["a", "table", "gate.input3", "gate", "sum", "out"])
        #expect(model.nodes[3].sources == [.layer(0), .input(1), .layer(2)])
        #expect(model.weightShapes.map(\.name) == ["a", "gate.0", "gate.1", "out"])
        #expect(model.weightShapes.map(\.columns) == [6, 8, 5, 4])
        func fault(_ layers: [any ModelPart]) -> String {
            do {
                _ = try Model(name: "m", inputs: Self.inputs, layers: layers)
                return ""
            } catch { return "\(error)" }
        }
        #expect(fault([Reading("up", by: Linear(name: "a", outputs: 2))]).contains("'up'"))
        #expect(fault([Reading("word", by: Linear(name: "a", outputs: 2))]).contains("reads tokens"))
        #expect(
            fault([Linear(name: "a", outputs: 2), Reading("left", by: Linear(name: "b", outputs: 2))]).contains(
                "is read by no"))
        #expect(fault([Reading("left", by: Gate(name: "a", outputs: 2))]).contains("has 1 inputs, but takes 3"))
        #expect(fault([Linear(name: "right", outputs: 2)]).contains("two layers called 'right'"))
        #expect(
            fault([Reading("left", "right", by: Addition(name: "sum"))]).contains("inputs of 6 and 5"))
    }

    /// A layer that another names later is not fused away.
    @Test func whatIsReadTwiceIsNotFused() throws {
        let layers: [any ModelPart] = [
            Linear(name: "a", outputs: 4), ReLU(name: "relu"), Reading("a", "relu", by: Addition(name: "sum")),
            Linear(name: "out", outputs: 2),
        ]
        let model = try Model(name: "m", input: ActivationShape(channels: 3), layers: layers)
        #expect(model.nodes.map(\.definition.name) == ["a", "relu", "sum", "out"])
    }

    @Test func theDescriptionIsReadBack() throws {
        let model = try Self.model()
        #expect(throws: ModelError.self) { try Model(json: try model.json()) }
        Parts.layerKinds.add(Gate.self, "one of two matrices opens the other")
        Parts.layerKinds.add(TokenTable.self, "a row for each token")
        let read = try Model(json: try model.json())
        #expect(read.inputs == model.inputs && read.nodes.map(\.sources) == model.nodes.map(\.sources))
        #expect(try read.json() == model.json())
        // The same numbers come out of it.
        let (first, second) = (try Sample(), try Sample(model: read))
        #expect(first.backward() == second.backward())
        let text = String(decoding: try model.json(), as: UTF8.self)
        for (from, to) in [("\"vocabulary\":7", "\"vocabulary\":0"), ("[0,-2,2]", "[0,-4,1]"), ("[0,-2,2]", "[0,1]")] {
            try #require(text.contains(from))
            let changed = Data(text.replacingOccurrences(of: from, with: to).utf8)
            #expect(throws: ModelError.self) { try Model(json: changed) }
        }
    }

    @Test func pathsLeadThroughEachMatrix() throws {
        let model = try Self.model()
        func network(_ stored: [String: [Int]]) throws -> Network {
            let matrices = try model.weightShapes.map { shape in
                try CSRMatrix(
                    rows: shape.rows, columns: shape.columns,
                    positions: stored[shape.name] ?? Array(0..<shape.positionCount))
            }
            return try Network(model: model, matrices: matrices, batchSize: 1, workers: Workers(threads: 1))
        }
        #expect(try network([:]).layersWithoutPath == [])
        // Without weights the first matrix of the gate has no path, nor has the layer that it alone reads; the second has.
        #expect(try network(["gate.0": []]).layersWithoutPath == [0, 1])
        #expect(try network(["gate.1": []]).layersWithoutPath == [2])
        // The output reads channel 3, the gate's first matrix makes channel 0.
        #expect(try network(["gate.0": [0], "out": [3]]).layersWithoutPath == [0, 1])
    }
}
