import Foundation
import SparseModels
import SparseParts
import SparseStore
import TestSupport
import Testing

@testable import SparseTraining

/// A GPT of two layers has the outputs and gradients that PyTorch computes from the same weights (`Tests/Python/gpt.py`). Without an
/// interpreter that has torch the test is skipped; `SPARSETRAIN_PYTHON` names it.
@Suite struct GPTPyTorchTests {
    /// Mean cross-entropy over the lanes that have a label.
    private struct LabelledLoss: Loss {
        let counted: Int
        var name: String { "labelled" }

        func evaluate(_ outputs: Panels, targets: Targets, samples: Int, gradient: Panels, panel: Int) -> Double {
            guard case .classes(let labels) = targets else { return .nan }
            var sum = 0.0
            for lane in 32 * panel..<32 * panel + 32 {
                let label = lane < samples ? Int(labels[lane]) : -1
                func place(_ x: Panels, _ channel: Int) -> Int {
                    x.offset(panel: panel, channel: channel) + lane % 32
                }
                let x = (0..<outputs.channels).map { Double(outputs.buffer[place(outputs, $0)]) }
                let largest = x.max() ?? 0
                let total = x.reduce(0) { $0 + exp($1 - largest) }
                for (channel, value) in x.enumerated() {
                    let share = exp(value - largest) / total - (channel == label ? 1 : 0)
                    gradient.buffer[place(gradient, channel)] = label < 0 ? 0 : Float(share / Double(counted))
                }
                if label >= 0 { sum += largest + log(total) - x[label] }
            }
            return sum
        }
    }

    @Test(
        .enabled(if: PyTorchTests.hasPackages, "python3 with safetensors, torch and numpy not found"),
        arguments: [32, 40, 64])
    func outputsAndGradients(length: Int) throws {
        let (layers, width, heads, vocabulary, windows) = (2, 64, 4, 23, 3)
        var settings = Settings()
        (settings.context, settings.heads) = (64, heads)
        let model = try Parts.models.model(
            named: "gpt:\(layers)x\(width)", input: ActivationShape(tokensOf: vocabulary), classes: vocabulary,
            options: settings)
        var random = CounterRandom(seed: 3, purpose: .test, layer: length)
        let matrices: [any SparseMatrix] = try model.weightShapes.map { shape in
            let positions = (0..<shape.positionCount).filter { _ in random.nextUnit() < 0.4 }
            let values = positions.map { _ in Float(random.nextUnit() - 0.5) }
            return try CSRMatrix(rows: shape.rows, columns: shape.columns, positions: positions, values: values)
        }
        let step = Panels.count(length) * Panels.lanes
        let network = try Network(
            model: model, matrices: matrices, batchSize: windows * step, workers: Workers(threads: 2, parts: 2))
        network.sequenceLength = length
        for parameter in network.parameters where parameter.matrix == nil {
            for i in 0..<parameter.values.count { parameter.values[i] += Float(random.nextUnit() - 0.5) }
        }
        let (ids, labels) = (AlignedBuffer<Int32>(count: windows * step), AlignedBuffer<Int32>(count: windows * step))
        labels.fill(-1)
        let lanes = (0..<windows).flatMap { window in (0..<length).map { window * step + $0 } }
        for lane in lanes {
            ids[lane] = Int32(random.next(below: vocabulary))
            labels[lane] = Int32(random.next(below: vocabulary))
        }

        let folder = try TemporaryFolder()
        FileManager.default.createFile(atPath: folder.path("in.safetensors"), contents: nil)
        let file = try #require(FileHandle(forWritingAtPath: folder.path("in.safetensors")))
        let tensors = network.parameters.map { parameter in
            Tensor(
                parameter.name, shape: parameter.extents, { Self.dense(parameter, .values) },
                count: parameter.extents.reduce(1, *))
        }
        let tokens = [Tensor("ids", lanes.map { ids[$0] }), Tensor("targets", lanes.map { labels[$0] })]
        try SafetensorsWriter.write(tensors + tokens, metadata: [:], to: file)
        try file.close()
        let script = SharedData.packageRoot + "/Tests/Python/gpt.py"
        let run = Python.run(
            [script, folder.path("in.safetensors"), folder.path("out.safetensors")]
                + [layers, heads, length].map(String.init), withErrors: true)
        try #require(run.status == 0, "\(run.output)")
        let expected = try SafetensorsFile(path: folder.path("out.safetensors"))

        let output = network.forward([.tokens(ids)], samples: windows * step)
        let logits = lanes.flatMap { lane in (0..<vocabulary).map { output[lane, $0] } }
        Self.compare(logits, try expected.floats("logits"), 2e-5, "logits")
        var sums = MetricSums()
        network.backward(
            [.tokens(ids)], targets: .classes(labels), samples: windows * step,
            loss: LabelledLoss(counted: lanes.count), step: 0, into: &sums)
        network.parameterGradients()
        let loss = Double(try expected.floats("loss")[0])
        #expect(abs(sums.loss / Double(lanes.count) - loss) < 1e-5 * loss)
        for parameter in network.parameters {
            var whole = try expected.floats(parameter.name + ".gradient")
            if let matrix = parameter.matrix {
                let stored = Set(matrix.storedPositions())
                for position in whole.indices where !stored.contains(position) { whole[position] = 0 }
            }
            Self.compare(Self.dense(parameter, .gradient), whole, 1e-4, parameter.name)
        }
    }

    private static func dense(_ parameter: Parameter, _ array: ParallelArray) -> [Float] {
        guard let matrix = parameter.matrix else { return parameter.stored[array].array }
        var dense = [Float](repeating: 0, count: matrix.rows * matrix.columns)
        for (position, value) in zip(matrix.storedPositions(), matrix.storedScores(of: array)) {
            dense[position] = value
        }
        return dense
    }

    /// The largest distance, as a share of the largest number.
    private static func compare(_ found: [Float], _ expected: [Float], _ share: Float, _ what: String) {
        guard found.count == expected.count else {
            Issue.record("\(what): \(found.count) numbers, expected \(expected.count)")
            return
        }
        let error = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
        let size = expected.map(\.magnitude).max() ?? 0
        #expect(error <= share * size && size > 0, "\(what): \(error) of \(size)")
    }
}
