import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// The file for TensorBoard, read by a plain reader of its own, and by TensorBoard's where Python has it.
@Suite struct EventFileTests {
    /// One number of the file.
    private struct Scalar: Hashable {
        var step: Int
        var tag: String
        var value: Float
    }

    private func configuration(_ out: String) -> TrainingConfiguration {
        var run = TrainingConfiguration()
        (run.model, run.epochs, run.batchSize, run.out) = ("mlp:20", 4, 100, out)
        (run.deltaT, run.validationFraction, run.checkpointSteps) = (.steps(5), 0.1, 6)
        return run
    }

    @Test func checksumIsThatOfTheStandard() {
        // RFC 3720, B.4, and the check value of the catalogue of parametrised CRC algorithms.
        #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.of([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(CRC32C.of(Array("123456789".utf8)) == 0xE306_9283)
    }

    @Test func numbersAreThoseOfTheMetrics() throws {
        let folder = try TemporaryFolder()
        _ = try Trainer(configuration(folder.path("run"))).run()
        let expected = try metrics(folder.path("run"))
        #expect(expected.count > 60)
        #expect(Set(try scalars(folder.path("run"))) == Set(expected))
        #expect(try scalars(folder.path("run")).count == expected.count)
    }

    /// After a crash behind the checkpoint the file has every step once.
    @Test func noStepIsThereTwice() throws {
        final class Crash: TrainingObserver, Error {
            func stepDidEnd(_ progress: TrainingProgress) throws { if progress.step == 35 { throw self } }
        }
        let folder = try TemporaryFolder()
        _ = try Trainer(configuration(folder.path("whole"))).run()
        let run = configuration(folder.path("run"))
        #expect(throws: Crash.self) { try Trainer(run, observers: [Crash()]).run() }
        _ = try Trainer(run, resumption: .exact).run()
        func lasting(_ path: String) throws -> [Scalar] {
            try scalars(folder.path(path)).filter { $0.tag != "samples_per_second" }
        }
        #expect(try lasting("run") == lasting("whole"))
        // Begun anew, nothing of the run before is left.
        _ = try Trainer(run, resumption: .overwriting).run()
        #expect(try lasting("run") == lasting("whole"))
    }

    @Test func aFileOfSomebodyElseIsNotTouched() throws {
        let folder = try TemporaryFolder()
        try Data("mine".utf8).write(to: URL(filePath: folder.path(FolderContent.events)))
        #expect(throws: ConfigurationError.self) { try Trainer(configuration(folder.path)) }
        #expect(try String(contentsOfFile: folder.path(FolderContent.events), encoding: .utf8) == "mine")
    }

    @Test func histogramsCountEveryNumber() throws {
        let histogram = try #require(EventHistogram([3, -1, 0.5, 0.5, 2.9] as [Float]))
        #expect(histogram.minimum == -1 && histogram.maximum == 3)
        #expect(histogram.counts.reduce(0, +) == 5 && histogram.counts.last == 2 && histogram.counts.first == 1)
        #expect(histogram.limits.count == histogram.counts.count)
        #expect(abs(histogram.sum - 5.9) < 1e-6 && abs(histogram.sumOfSquares - 18.91) < 1e-5)
        #expect(EventHistogram([2, 2] as [Float])?.counts == [2])
        #expect(EventHistogram([] as [Float]) == nil)
    }

    static let hasTensorBoard = Python.has("tensorboard")

    @Test(.enabled(if: hasTensorBoard, "python3 with tensorboard not found; set SPARSETRAIN_PYTHON"))
    func tensorBoardReadsIt() throws {
        let folder = try TemporaryFolder()
        var run = configuration(folder.path("run"))
        run.histograms = true
        let trainer = try Trainer(run)
        _ = try trainer.run()
        let script = """
            import sys
            from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
            events = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "histograms": 0, "tensors": 0})
            events.Reload()
            for tag in events.Tags()["scalars"]:
                for point in events.Scalars(tag):
                    print("scalar", point.step, tag, repr(point.value))
            for tag in events.Tags()["histograms"]:
                for point in events.Histograms(tag):
                    print("histogram", point.step, tag, point.histogram_value.num)
            """
        let printed = try #require(Python.output(of: ["-c", script, folder.path("run")]))
        let lines = printed.split(separator: "\n").map { $0.split(separator: " ") }
        let scalars = try lines.filter { $0[0] == "scalar" }.map { words in
            Scalar(
                step: try #require(Int(words[1])), tag: String(words[2]),
                value: Float(try #require(Double(words[3]))))
        }
        #expect(Set(scalars) == Set(try metrics(folder.path("run"))))
        // An epoch's histograms count the weights of a layer, and its outputs.
        let last = lines.last { $0[0] == "histogram" && $0[2] == "weights/fc1.weight" }
        #expect(Double(try #require(last)[3]) == Double(trainer.network.weights[0].storedWeights))
        let fanIn = lines.filter { $0[0] == "histogram" && $0[2] == "fan_in/fc1.weight" }
        #expect(fanIn.count == 4 && fanIn.allSatisfy { Double($0[3]) == 20 })
    }

    /// What `metrics.jsonl` says, as it is to stand in the file.
    private func metrics(_ folder: String) throws -> [Scalar] {
        var found: [Scalar] = []
        for line in try String(contentsOfFile: folder + "/metrics.jsonl", encoding: .utf8).split(separator: "\n") {
            let record = try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let step = try #require(record["step"] as? Int)
            func add(_ tag: String, _ value: Any?) {
                if let number = value as? Double { found.append(Scalar(step: step, tag: tag, value: Float(number))) }
            }
            if record["event"] as? String == "epoch" {
                for part in ["train", "validation", "test"] {
                    for metric in ["loss", "accuracy", "top5"] { add("\(metric)/\(part)", record["\(part)_\(metric)"]) }
                }
                for key in ["learning_rate", "density", "train_flops_ratio", "samples_per_second"] {
                    add(key, record[key])
                }
            } else if record["event"] as? String == "topology" {
                for key in ["drop_fraction", "explored_fraction"] { add(key, record[key]) }
                for layer in record["layers"] as? [[String: Any]] ?? [] {
                    let name = try #require(layer["name"] as? String)
                    for key in ["density", "explored_fraction", "dropped", "grown"] {
                        add("layer_\(key)/\(name)", layer[key])
                    }
                }
            }
        }
        return found
    }

    /// The numbers of the file, its frames and checksums checked.
    private func scalars(_ folder: String) throws -> [Scalar] {
        let data = [UInt8](try Data(contentsOf: URL(filePath: folder + "/" + FolderContent.events)))
        var found: [Scalar] = []
        var at = 0
        func number(_ place: Int, _ bytes: Int) -> UInt64 {
            (0..<bytes).reduce(0) { $0 | UInt64(data[place + $1]) << UInt64(8 * $1) }
        }
        func masked(_ range: Range<Int>) -> UInt64 {
            let crc = CRC32C.of(data[range])
            return UInt64((crc >> 15 | crc << 17) &+ 0xA282_EAD8)
        }
        while at < data.count {
            let length = Int(number(at, 8))
            #expect(number(at + 8, 4) == masked(at..<at + 8))
            let body = at + 12..<at + 12 + length
            #expect(number(body.upperBound, 4) == masked(body))
            found += try event(Array(data[body]))
            at = body.upperBound + 4
        }
        return found
    }

    private func event(_ bytes: [UInt8]) throws -> [Scalar] {
        var step = 0
        var found: [Scalar] = []
        for (field, content) in try fields(bytes) {
            if case (2, .number(let value)) = (field, content) { step = Int(value) }
            guard case (5, .bytes(let summary)) = (field, content) else { continue }
            for case (1, .bytes(let entry)) in try fields(summary) {
                var (tag, value): (String, Float?) = ("", nil)
                for (field, content) in try fields(entry) {
                    if case (1, .bytes(let text)) = (field, content) { tag = String(decoding: text, as: UTF8.self) }
                    if case (2, .number(let bits)) = (field, content) { value = Float(bitPattern: UInt32(bits)) }
                }
                if let value { found.append(Scalar(step: 0, tag: tag, value: value)) }
            }
        }
        return found.map { Scalar(step: step, tag: $0.tag, value: $0.value) }
    }

    private enum Content {
        case number(UInt64)
        case bytes([UInt8])
    }

    /// The fields of a message of protocol buffers.
    private func fields(_ bytes: [UInt8]) throws -> [(Int, Content)] {
        var (at, found): (Int, [(Int, Content)]) = (0, [])
        func varint() -> UInt64 {
            var (value, shift): (UInt64, UInt64) = (0, 0)
            while bytes[at] & 128 != 0 {
                value |= UInt64(bytes[at] & 127) << shift
                (at, shift) = (at + 1, shift + 7)
            }
            at += 1
            return value | UInt64(bytes[at - 1]) << shift
        }
        func fixed(_ count: Int) -> UInt64 {
            at += count
            return (0..<count).reduce(0) { $0 | UInt64(bytes[at - count + $1]) << UInt64(8 * $1) }
        }
        while at < bytes.count {
            let key = varint()
            switch key & 7 {
            case 0: found.append((Int(key >> 3), .number(varint())))
            case 1: found.append((Int(key >> 3), .number(fixed(8))))
            case 5: found.append((Int(key >> 3), .number(fixed(4))))
            default:
                let count = Int(varint())
                found.append((Int(key >> 3), .bytes(Array(bytes[at..<at + count]))))
                at += count
            }
        }
        return found
    }
}
