import SparseStore
import Synchronization
import Testing

@testable import SparseModels

/// How layers may be split is how they are split.
struct SplitTests {
    /// y = x, and a record of the calls.
    private struct Recording: LayerDefinition {
        let name: String
        let split: LayerSplit
        let log: Log

        init(name: String, _ split: LayerSplit, _ log: Log) { (self.name, self.split, self.log) = (name, split, log) }
        init(from decoder: any Decoder) throws { throw ModelError.unreadable(reason: "a test's") }
        func encode(to encoder: any Encoder) throws {}
        func makeLayer(at site: LayerSite) -> any Layer { RecordingLayer(name, log, site) }
    }

    private final class Log: Sendable {
        struct Call: Hashable {
            var layer: String
            var isForward: Bool
            var panels: Range<Int>
            var parts: Int
        }
        let calls = Mutex<[Call]>([])
    }

    private final class RecordingLayer: Layer {
        let name: String
        let output: Panels
        let outputGradient: Panels
        private let log: Log
        private let adds: Bool

        init(_ name: String, _ log: Log, _ site: LayerSite) {
            (self.name, self.log, adds) = (name, log, site.inputs[0].addsGradient)
            (output, outputGradient) = (site.output, site.outputGradient)
        }

        func forward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
            log.calls.withLock {
                $0.append(Log.Call(layer: name, isForward: true, panels: panels, parts: part.count))
            }
            MapOperations.sum(
                inputs[0], nil, into: output, relu: false, panels: panels, channels: part.range(of: output.channels))
        }

        func backward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
            log.calls.withLock {
                $0.append(Log.Call(layer: name, isForward: false, panels: panels, parts: part.count))
            }
            guard let gradient = inputs.gradient(0) else { return }
            MapOperations.sumBackward(
                outputGradient, output: nil, into: gradient, adding: adds, panels: panels,
                channels: part.range(of: output.channels))
        }
    }

    @Test(arguments: [1, 2, 4, 16]) func splits(threads: Int) throws {
        let (samples, length) = (384, 3)
        let log = Log()
        // Wide enough for several threads.
        let layers: [any LayerDefinition] = [
            Linear(name: "fc1", outputs: 128), Recording(name: "panels", .panels, log),
            Recording(name: "whole", .wholePanels, log), Recording(name: "sequences", .sequences, log),
            Recording(name: "channels", .channels, log), Linear(name: "fc2", outputs: 4),
        ]
        let network = try randomNetwork(layers, inputs: 256, batchSize: samples, threads: threads)
        network.sequenceLength = 32 * length
        let (input, labels) = randomBatch(inputs: 256, classes: 4, samples: samples, capacity: samples)
        let sums = network.backward(input, labels: labels, samples: samples, loss: SoftmaxCrossEntropy(), step: 0)
        let plain = try randomNetwork(layers, inputs: 256, batchSize: samples, threads: 1)
        #expect(plain.backward(input, labels: labels, samples: samples, loss: SoftmaxCrossEntropy(), step: 0) == sums)
        let calls = log.calls.withLock { $0 }
        for call in calls {
            switch call.layer {
            case "whole": #expect(call.parts == 1)
            case "channels": #expect(call.panels == 0..<12)
            default: break
            }
        }
        #expect(Set(calls.map(\.layer)).count == 4)
    }

    @Test(arguments: [1, 2, 4, 16]) func sequencesStayWhole(threads: Int) throws {
        let log = Log()
        let layers: [any LayerDefinition] = [
            Linear(name: "fc1", outputs: 128), Recording(name: "sequences", .sequences, log),
            Linear(name: "fc2", outputs: 4),
        ]
        let network = try randomNetwork(layers, inputs: 256, batchSize: 384, threads: threads)
        network.sequenceLength = 96
        let (input, labels) = randomBatch(inputs: 256, classes: 4, samples: 384, capacity: 384)
        _ = network.backward(input, labels: labels, samples: 384, loss: SoftmaxCrossEntropy(), step: 0)
        let calls = log.calls.withLock { $0 }
        #expect(calls.allSatisfy { $0.parts == 1 && $0.panels.lowerBound % 3 == 0 && $0.panels.upperBound % 3 == 0 })
        for isForward in [true, false] {
            let panels = calls.filter { $0.isForward == isForward }.flatMap { Array($0.panels) }
            #expect(panels.sorted() == Array(0..<12))
        }
    }
}
