import Dispatch
import Synchronization
import TestSupport
import Testing

@testable import SparseStore

/// What grows when several processes sum their dense gradients before anybody looks at them.
@Suite struct GradientReducerTests {
    /// All ways in which a dense gradient is looked at.
    private struct Choices: Equatable, Sendable {
        var largest: [ScoredPosition]
        var ofRows: [ScoredPosition]
        var ofGroups: [ScoredPosition]
        /// At the positions of `largest`.
        var gradient: [Float]

        init(_ matrix: any SparseMatrix, _ gradient: DenseGradient, count: Int, threads: Int) throws {
            let (workers, stored) = (Workers(threads: threads, parts: threads), matrix.storedPositions())
            largest = try matrix.largestGradients(of: gradient, count: count, alsoEligible: [], workers: workers)
            let across = (matrix.columns + matrix.unitColumns - 1) / matrix.unitColumns
            let down = matrix.positionCount / across
            ofRows = try matrix.largestGradients(
                of: gradient, perRow: (0..<down).map { $0 % 3 }, closed: stored, workers: workers)
            ofGroups = try matrix.largestGradients(
                of: gradient, replacing: stored, groupWidth: 4, closed: stored, workers: workers)
            self.gradient = matrix.denseGradient(of: gradient, at: largest.map(\.position), workers: workers)
        }

        var positions: [[Int]] { [largest, ofRows, ofGroups].map { $0.map(\.position) } }
        var scores: [[Float]] { [largest, ofRows, ofGroups].map { $0.map(\.score) } + [gradient] }
    }

    private struct Doubling: GradientReducer {
        func reduce(_ branches: [AlignedBuffer<Float>], range: Range<Int>) {
            for i in range { branches[0][i] *= 2 }
        }
    }

    @Test(arguments: ["csr", "block8"], [40, 2500])
    func twiceEveryGradientIsTheSameChoice(format: String, rows: Int) throws {
        let (matrix, batches) = try layer(format, rows: rows, columns: 70, processes: 1, seed: 101)
        let count = matrix.positionCount / 7
        for threads in [1, 2, 7] {
            let alone = try Choices(matrix, DenseGradient(batches[0]), count: count, threads: threads)
            let twice = try Choices(
                matrix, DenseGradient(batches[0], reducer: Doubling()), count: count, threads: threads)
            #expect(alone.positions == twice.positions)
            #expect(alone.scores.map { $0.map { 2 * $0 } } == twice.scores)
        }
    }

    /// Two processes, of 1 and 3 threads, whose batches differ in number and size: both choose what one process chooses that
    /// has all batches, and what the sums in double precision say.
    @Test(arguments: ["csr", "block8"], [40, 2500])
    func processesChooseByTheSum(format: String, rows: Int) throws {
        let (matrix, batches) = try layer(format, rows: rows, columns: 70, processes: 2, seed: 102)
        let count = matrix.positionCount / 7
        let chosen = try together(matrix, batches, count: count)
        #expect(chosen[0] == chosen[1])
        let alone = try Choices(matrix, DenseGradient(batches[0] + batches[1]), count: count, threads: 2)
        #expect(chosen[0].positions == alone.positions)
        for (a, b) in zip(chosen[0].scores.joined(), alone.scores.joined()) {
            #expect(abs(a - b) <= 1e-4 * (1 + abs(b)))
        }
        let reference = ReferenceMatrix(
            rows: rows, columns: 70, unitRows: matrix.unitRows, unitColumns: matrix.unitColumns,
            positions: matrix.storedPositions())
        let expected = try reference.largestGradients(
            of: DenseGradient(batches[0] + batches[1]), count: count, alsoEligible: [], workers: Workers(threads: 1))
        #expect(chosen[0].largest.map(\.position) == expected.map(\.position))
        #expect(try Choices(matrix, DenseGradient(batches[0]), count: count, threads: 1).positions != alone.positions)
    }

    /// A sum that is not finite is refused by both, though only one has such a gradient.
    @Test func bothRefuseWhatIsNotFinite() throws {
        let (matrix, batches) = try layer("csr", rows: 300, columns: 70, processes: 2, seed: 103)
        batches[1][0].outputGradient[0, 150] = .infinity
        let meeting = Meeting()
        sideBySide { process in
            #expect(throws: StoreError.self) {
                try Choices(
                    matrix, DenseGradient(batches[process], reducer: Seat(meeting: meeting, process: process)),
                    count: 9, threads: 1 + 2 * process)
            }
        }
    }

    /// Batches cut into four or six shards, which one or several processes share: the same bits, whether all sums are looked at or
    /// those that may be large.
    @Test(arguments: [("csr", 4), ("csr", 6), ("block8", 4), ("block8", 6)], [3, 12, 400])
    func processesThatShareShardsChooseTheSame(layer shape: (format: String, shards: Int), count: Int) throws {
        let (format, all) = shape
        let (matrix, batches) = try layer(format, rows: 2500, columns: 70, processes: all, seed: 104)
        let shards = batches.map { $0[0] }
        func choices(_ processes: Int) throws -> [(Choices, bytes: Int)] {
            try ThreadRanks.run(processes) { communicator in
                let own = Part(communicator.rank, of: processes).range(of: all)
                var batch = shards[own.lowerBound]
                batch.otherShards = Array(shards[own.dropFirst()])
                let reducer = TreeReducer(communicator, shards: all)
                let gradient = DenseGradient([batch], reducer: processes > 1 ? reducer : nil)
                _ = try matrix.largestGradients(
                    of: gradient, count: count, alsoEligible: [], workers: Workers(threads: 1))
                let bytes = reducer.bytesReduced
                return (try Choices(matrix, gradient, count: count, threads: 1 + communicator.rank), bytes)
            }
        }
        let one = try choices(1)[0]
        let dense = 4 * matrix.rows * matrix.columns
        for processes in 2...all where all.isMultiple(of: processes) {
            for (choice, bytes) in try choices(processes) {
                #expect(choice == one.0)
                // Blocks are summed whole, and so are single weights of which many grow: with a sample before, and perhaps anew.
                // So are those of six parts: most have a sixth of a large sum. Of six shards three are two branches of the tree.
                let branches = all / processes == 3 ? 2 : 1
                let isFew = format == "csr" && count < 400 && processes * branches <= 4
                #expect(bytes < (isFew ? 1 : 3) * dense * branches)
            }
        }
        let reference = ReferenceMatrix(
            rows: 2500, columns: 70, unitRows: matrix.unitRows, unitColumns: matrix.unitColumns,
            positions: matrix.storedPositions())
        let expected = try reference.largestGradients(
            of: DenseGradient(shards), count: count, alsoEligible: [], workers: Workers(threads: 1))
        #expect(one.0.largest.map(\.position) == expected.map(\.position))
    }

    /// Two threads that may wait for each other.
    private func sideBySide(_ body: @escaping @Sendable (_ process: Int) -> Void) {
        let both = DispatchGroup()
        for process in 0..<2 {
            DispatchQueue(label: "process \(process)").async(group: both) { body(process) }
        }
        both.wait()
    }

    private func layer(
        _ format: String, rows: Int, columns: Int, processes: Int, seed: UInt64
    ) throws -> (any SparseMatrix, [[GradientBatch]]) {
        var random = CounterRandom(seed: seed, purpose: .test)
        let format = try #require(MatrixFormat(format))
        let positions = (0..<format.positionCount(rows: rows, columns: columns)).filter { _ in random.nextUnit() < 0.2 }
        let matrix = try format.make(rows: rows, columns: columns, positions: positions)
        let batches = (0..<processes).map { process in
            (0...process).map { _ in
                let samples = 33 + 40 * process
                return GradientBatch(
                    input: CSRProductTests.randomPanels(columns, samples, &random),
                    outputGradient: CSRProductTests.randomPanels(rows, samples, &random), samples: samples, scale: 0.5)
            }
        }
        return (matrix, batches)
    }

    private func together(
        _ matrix: any SparseMatrix, _ batches: [[GradientBatch]], count: Int
    ) throws -> [Choices] {
        let meeting = Meeting()
        let results = Mutex([Result<Choices, any Error>?](repeating: nil, count: 2))
        sideBySide { process in
            let result = Result {
                try Choices(
                    matrix, DenseGradient(batches[process], reducer: Seat(meeting: meeting, process: process)),
                    count: count, threads: 1 + 2 * process)
            }
            results.withLock { $0[process] = result }
        }
        return try results.withLock { try $0.map { try #require($0).get() } }
    }

    /// Where two processes put down what they have, and take what the other has.
    private final class Meeting: Sendable {
        let boxes = [Box(), Box()]

        final class Box: Sendable {
            private let contents = Mutex<[[Float]]>([])
            private let filled = DispatchSemaphore(value: 0)

            func put(_ values: [Float]) {
                contents.withLock { $0.append(values) }
                filled.signal()
            }

            /// Nothing when none came in half a minute: the processes do not make the same calls.
            func take() -> [Float] {
                filled.wait(timeout: .now() + 30) == .success ? contents.withLock { $0.removeFirst() } : []
            }
        }
    }

    private struct Seat: GradientReducer {
        let meeting: Meeting
        let process: Int

        func reduce(_ branches: [AlignedBuffer<Float>], range: Range<Int>) {
            let values = branches[0]
            let own = Array(values.elements[range])
            meeting.boxes[process].put(own)
            let other = meeting.boxes[1 - process].take()
            guard own.count == other.count else {
                Issue.record("a process sums \(own.count) numbers, the other \(other.count)")
                return
            }
            // Addition of two commutes: both get the same bits.
            for (i, pair) in zip(range, zip(own, other)) { values[i] = pair.0 + pair.1 }
        }
    }
}
