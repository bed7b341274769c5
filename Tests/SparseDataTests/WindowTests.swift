import SparseStore
import Testing

@testable import SparseData

/// Batches of windows against a plain reading of the tokens.
@Suite struct WindowTests {
    private let tokens: [Int]

    init() {
        var random = CounterRandom(seed: 9, purpose: .test)
        tokens = (0..<1337).map { _ in random.next(below: 50) }
    }

    private func subset(_ length: Int, _ windows: WindowOrder = .random) throws -> Subset {
        Subset(
            windowsOf: try TokenDataset(
                tokens: tokens, vocabulary: Vocabulary(ids: 50),
                sequence: SequenceShape(length: length, windows: windows)))
    }

    /// Lanes of one batch as they should be: windows that begin at `starts`, in whole panels.
    private func lanes(_ starts: [Int], _ length: Int, capacity: Int) -> (ids: [Int32], next: [Int32]) {
        let width = (length + 31) / 32 * 32
        var (ids, next) = ([Int32](), [Int32]())
        for start in starts {
            for place in 0..<width {
                ids.append(place < length ? Int32(tokens[start + place]) : 0)
                next.append(place < length ? Int32(tokens[start + place + 1]) : -1)
            }
        }
        let rest = [Int32](repeating: -1, count: capacity * width - ids.count)
        return (ids + rest, next + rest)
    }

    private func check(_ batch: Batch, _ starts: [Int], _ length: Int, capacity: Int) throws {
        let expected = lanes(starts, length, capacity: capacity)
        guard case .tokens(let ids) = batch.inputs[0], case .tokens(let next, let counted) = batch.targets else {
            Issue.record("no tokens")
            return
        }
        #expect(ids.array == expected.ids && next.array == expected.next)
        #expect(batch.count == starts.count * ((length + 31) / 32 * 32) && counted == starts.count * length)
    }

    @Test(arguments: [5, 31, 32, 33, 40, 64, 100]) func windowsFollowEachOther(length: Int) throws {
        let subset = try subset(length, .inOrder)
        let count = (tokens.count - 1) / length
        for order in [SampleOrder(subset), SampleOrder(subset, seed: 3, epoch: 2)] {
            let loader = BatchLoader(subset, batchSize: 3, scaling: .identity(1))
            var batch = loader.makeBatch(shape: SampleShape(channels: 1))
            #expect(loader.batchCount == (count + 2) / 3)
            // A full batch leaves nothing behind in one that is not.
            for index in 0..<loader.batchCount {
                loader.load(index, of: order, into: &batch)
                let starts = (3 * index..<min(3 * index + 3, count)).map { $0 * length }
                try check(batch, starts, length, capacity: 3)
            }
        }
    }

    @Test(arguments: [5, 32, 40, 64]) func windowsAtRandomBeginAnywhere(length: Int) throws {
        let subset = try subset(length)
        let loader = BatchLoader(subset, batchSize: 4, scaling: .identity(1), dropLast: true)
        var batch = loader.makeBatch(shape: SampleShape(channels: 1))
        var seen: Set<[Int]> = []
        for epoch in 0..<3 {
            let order = SampleOrder(subset, seed: 11, epoch: epoch)
            #expect(order.count == (tokens.count - 1) / length)
            // The upper half of a product of words, as Lemire has it: a stream of its own.
            let stream = CounterRandom(seed: 11, purpose: .windows, step: epoch)
            let places = UInt64(tokens.count - length)
            let starts = (0..<order.count).map { Int(stream.word(UInt64($0)).multipliedFullWidth(by: places).high) }
            #expect(starts.allSatisfy { $0 >= 0 && $0 + length < tokens.count })
            seen.insert(starts)
            for index in 0..<loader.batchCount {
                loader.load(index, of: order, into: &batch)
                try check(batch, Array(starts[4 * index..<4 * index + 4]), length, capacity: 4)
            }
        }
        #expect(seen.count == 3)
    }

    @Test func everyPlaceIsAsLikely() throws {
        let dataset = try TokenDataset(
            tokens: Array(0..<24), vocabulary: Vocabulary(ids: 24), sequence: SequenceShape(length: 16))
        let subset = Subset(windowsOf: dataset)
        var counts = [Int](repeating: 0, count: 8)
        for epoch in 0..<8000 { counts[SampleOrder(subset, seed: 1, epoch: epoch)[0]] += 1 }
        #expect(counts.allSatisfy { abs($0 - 1000) < 150 })
    }

    /// Validation windows are the last ones; no window of training has a token to be found in common with them.
    @Test(arguments: [0.1, 0.25, 0.5]) func validationIsTheEnd(fraction: Double) throws {
        let (rest, taken) = try subset(16).split(fraction: fraction, seed: 5, purpose: .validation)
        let windows = (tokens.count - 1) / 16
        let expected = Int((Double(windows) * fraction).rounded())
        #expect(taken.count == expected && rest.count == windows - expected)
        let cut = rest.count * 16
        #expect(rest.dataset.count == cut && taken.dataset.count == tokens.count - 1 - cut)
        #expect((0..<cut).allSatisfy { rest.dataset.label(of: $0) == tokens[$0 + 1] })
        #expect((0..<taken.dataset.count).allSatisfy { taken.dataset.token(of: $0, input: 0) == tokens[cut + $0] })
        for epoch in 0..<20 {
            let order = SampleOrder(rest, seed: 5, epoch: epoch)
            #expect((0..<order.count).allSatisfy { order[$0] + 16 <= cut })
        }
        #expect(try subset(16).split(fraction: 0, seed: 5).rest.count == windows)
    }

    @Test func tokensTellDataApart() throws {
        func print(_ tokens: [Int], _ length: Int = 16) throws -> String {
            DataFingerprint([
                Subset(
                    windowsOf: try TokenDataset(
                        tokens: tokens, vocabulary: Vocabulary(ids: 50), sequence: SequenceShape(length: length)))
            ]).text
        }
        let text = try print(tokens)
        for place in [0, 7, 1335, 1336] {
            var others = tokens
            others[place] = (others[place] + 1) % 50
            #expect(try print(others) != text)
        }
        #expect(try print(tokens) == text && print(tokens.dropLast()) != text)
    }

    @Test func ownTokensAreChecked() throws {
        let shape = SequenceShape(length: 4)
        #expect(throws: DataError.self) {
            try TokenDataset(tokens: [0, 1, 2, 3, 4, 5], vocabulary: Vocabulary(ids: 5), sequence: shape)
        }
        #expect(throws: DataError.self) {
            try TokenDataset(tokens: [0, 1, 2, 3], vocabulary: Vocabulary(ids: 5), sequence: shape)
        }
        let dataset = try TokenDataset(tokens: [0, 1, 2, 3, 4, 0], vocabulary: Vocabulary(ids: 5), sequence: shape)
        let good = Subset(windowsOf: dataset)
        try DataSource(name: "own", train: good, test: good).check()
        for samples in [[-1], [2]] {
            let error = #expect(throws: DataError.self) {
                try DataSource(name: "own", train: Subset(dataset, samples: samples), test: good).check()
            }
            #expect(error?.source == "own")
        }
    }
}
