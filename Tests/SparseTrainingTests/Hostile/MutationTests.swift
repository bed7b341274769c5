import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Files with bytes flipped, cut out, doubled or overwritten at random: each is read, or refused with an error; none ends
/// the process. `SPARSETRAIN_MUTATIONS` is the number of files per parser; the seed is that of `mutate`.
@Suite struct MutationTests {
    static let count = ProcessInfo.processInfo.environment["SPARSETRAIN_MUTATIONS"].flatMap { Int($0) } ?? 2000

    /// Calls `body` with mutants of `original`, all different, the same in every run.
    private func mutate(_ original: [UInt8], _ body: ([UInt8]) -> Void) {
        var random = CounterRandom(seed: 6, purpose: .test)
        func draw(below bound: Int) -> Int { Int(random.next() % UInt64(max(bound, 1))) }
        let telling: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF, 0x22, 0x2C, 0x2D, 0x30, 0x39, 0x5B, 0x7B, 0x7D]
        for _ in 0..<Self.count {
            var bytes = original
            for _ in 0...draw(below: 4) {
                // Headers are at the beginning: half of the damage goes there.
                let place = draw(below: draw(below: 2) == 0 ? min(bytes.count, 64) : bytes.count)
                guard place < bytes.count else { continue }
                let end = min(bytes.count, place + 1 + draw(below: 16))
                switch draw(below: 6) {
                case 0: bytes[place] ^= 1 << UInt8(draw(below: 8))
                case 1: bytes[place] = telling[draw(below: telling.count)]
                case 2: bytes.removeSubrange(place..<end)
                case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
                case 4: bytes.removeSubrange(place...)
                default: for i in place..<end { bytes[i] = UInt8(truncatingIfNeeded: random.next()) }
                }
            }
            body(bytes)
        }
    }

    @Test func checkpoints() throws {
        let folder = try TemporaryFolder()
        var run = TrainingConfiguration()
        (run.model, run.steps, run.gradientAccumulation, run.deltaT) = ("mlp:12", 9, 3, .steps(8))
        run.out = folder.path
        (run.batchSize, run.threads) = (8, 1)
        _ = try Trainer(run).run()
        let path = folder.path("checkpoint.safetensors")
        let original = Array(try Data(contentsOf: URL(filePath: path)))
        var (resumed, refused) = (0, 0)
        let trainer = try Trainer(run, resumption: .exact)
        mutate(original) { bytes in
            do {
                try folder.write(bytes, to: "checkpoint.safetensors")
                _ = try trainer.resume(.exact)
                resumed += 1
            } catch {
                #expect(error is TrainingError || error is ConfigurationError, "\(error)")
                refused += 1
            }
            for matrix in trainer.network.weights {
                #expect((matrix as? CSRMatrix).map { $0.values.count == $0.storedCount } != false)
            }
        }
        #expect(resumed + refused == Self.count && refused > 0)
    }

    @Test func configurations() throws {
        let folder = try TemporaryFolder()
        var refused = 0
        mutate(Array(try TrainingConfiguration().json())) { bytes in
            do {
                let path = try folder.write(bytes, to: "config.json")
                try TrainingConfiguration(file: URL(filePath: path)).validate()
            } catch {
                #expect(error is ConfigurationError, "\(error)")
                refused += 1
            }
        }
        #expect(refused > 0)
    }

    @Test(arguments: ["idx", "cifar", "csv"], [false, true])
    func data(format: String, compressed: Bool) throws {
        let folder = try TemporaryFolder()
        let files = Self.files(format)
        let names = compressed ? files.mapValues { Self.storedGzip($0) } : files
        for (name, bytes) in names { try folder.write(bytes, to: name) }
        let target = format == "csv" ? folder.path("t.csv") : folder.path
        _ = try DataSource.open(target, options: DataOptions())
        var refused = 0
        for (name, original) in names {
            mutate(original) { bytes in
                do {
                    try folder.write(bytes, to: name)
                    _ = try DataSource.open(target, options: DataOptions())
                } catch {
                    #expect(error is DataError, "\(error)")
                    refused += 1
                }
            }
            try folder.write(original, to: name)
        }
        #expect(refused > 0)
    }

    private static func files(_ format: String) -> [String: [UInt8]] {
        func idx(_ sizes: [UInt8], _ content: [UInt8]) -> [UInt8] {
            [0, 0, 8, UInt8(sizes.count)] + sizes.flatMap { [0, 0, 0, $0] } + content
        }
        let pixels = (0..<24).map { UInt8($0 * 9) }
        switch format {
        case "idx":
            return [
                "train-images-idx3-ubyte": idx([6, 2, 2], pixels),
                "train-labels-idx1-ubyte": idx([6], [0, 1, 2, 0, 1, 2]),
                "t10k-images-idx3-ubyte": idx([2, 2, 2], Array(pixels.prefix(8))),
                "t10k-labels-idx1-ubyte": idx([2], [0, 1]),
            ]
        case "cifar":
            let record = [3] + [UInt8](repeating: 7, count: 3071) + [9]
            return ["data_batch_1.bin": record + record, "test_batch.bin": record]
        default:
            let lines = (0..<20).map { "\($0 % 3),\(Double($0) * 0.5),-\($0)e-1" }
            return ["t.csv": Array(("class,a,b\n" + lines.joined(separator: "\n") + "\n").utf8)]
        }
    }

    /// Gzip without compression, made by hand: one stored block, CRC-32 and length.
    private static func storedGzip(_ bytes: [UInt8]) -> [UInt8] {
        var crc: UInt32 = .max
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        let length = UInt16(bytes.count)
        let head: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1]
        let sizes = [length, ~length].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        return head + sizes + bytes + little(~crc) + little(UInt32(bytes.count))
    }
}
