import Foundation
import SparseStore
import TestSupport
import Testing

@testable import SparseData

@Suite struct LIBSVMTests {
    private func open(
        _ text: String, test: String? = nil, _ change: (inout DataOptions) -> Void = { _ in }
    ) throws -> DataSource {
        let folder = try TemporaryFolder()
        var options = DataOptions()
        if let test { options.testData = try folder.write(test, to: "test.svm") }
        change(&options)
        return try DataSource.open(folder.write(text, to: "rows.svm"), options: options)
    }

    /// Rows as a plain program reads them.
    private func dense(_ text: String, features: Int, first: Int) -> [[Float]] {
        text.split(separator: "\n").map { line in
            var row = [Float](repeating: 0, count: features)
            for pair in line.prefix(while: { $0 != "#" }).split(separator: " ").dropFirst() {
                let parts = pair.split(separator: ":")
                row[(Int(parts[0]) ?? 0) - first] = Float(parts[1]) ?? 0
            }
            return row
        }
    }

    @Test func randomRowsAreRead() throws {
        var random = CounterRandom(seed: 3, purpose: .test)
        for first in [0, 1] {
            let features = 40
            let text = (0..<90).map { row in
                let chosen = Sampling.distinct(row % 7, below: features, random: &random)
                let all = row == 0 ? [0, features - 1] : chosen
                let pairs = all.map { " \($0 + first):\(random.next(below: 1000)).25" }.joined()
                return "\(row % 3 - 1)\(pairs)\(row % 5 == 0 ? " # said" : "")\n"
            }.joined()
            let source = try open(text, test: text)
            let wanted = dense(text, features: features, first: first)
            #expect(source.shape.features == features && source.classNames == ["-1", "0", "1"])
            #expect(rawValues(source.train) == wanted && rawValues(source.test) == wanted)
            #expect(labels(source.train) == (0..<90).map { $0 % 3 })
            #expect(source.remarks.contains { $0.contains("features from \(first)") })
        }
    }

    /// Scaled values are those of dense rows, at every place of a panel.
    @Test func scaledRowsAreThoseOfDenseOnes() throws {
        let text = (0..<70).map { "\($0 % 2) \($0 % 9 + 1):\($0).5 12:-\($0)\n" }.joined()
        let sparse = try open(text, test: text).train
        let rows = rawValues(sparse)
        let plain = Subset(
            try InMemoryDataset(
                features: rows.flatMap { $0 }, labels: labels(sparse), shape: SampleShape(channels: 12)))
        let scaling = try Standardization.perFeature.scaling(for: sparse)
        let other = try Standardization.perFeature.scaling(for: plain)
        #expect(scaling.means == other.means && scaling.factors == other.factors)
        var batches = [sparse, plain].map { subset in
            BatchLoader(subset, batchSize: 70, scaling: scaling).makeBatch(shape: SampleShape(channels: 12))
        }
        for (index, subset) in [sparse, plain].enumerated() {
            BatchLoader(subset, batchSize: 70, scaling: scaling).load(0, of: SampleOrder(subset), into: &batches[index])
        }
        for sample in 0..<70 {
            for feature in 0..<12 {
                #expect(abs(batches[0].input[sample, feature] - batches[1].input[sample, feature]) < 1e-5)
            }
        }
    }

    @Test func numbersAreFound() throws {
        let text = (0..<30).map { "\($0).5 1:\($0) 3:2\n" }.joined()
        #expect(throws: DataError.self) { try open(text) }
        let source = try open(text) { $0.task = .numbers }
        #expect(source.targets == .numbers(1) && source.train.count + source.test.count == 30)
        let sample = source.test.samples[0]
        #expect(source.test.dataset.number(0, of: sample) == Float(sample) + 0.5)
    }

    static let faults: [(text: String, words: [String])] = [
        ("1 1:2\n0 2:1 1:3\n", ["line 2", "ascending"]), ("1 1:2\n0 1:1 1:3\n", ["line 2", "ascending"]),
        ("1 1:2\n0 2:x\n", ["line 2", "finite number"]), ("1 1:2\n0 2:1e99\n", ["line 2", "finite number"]),
        ("1 1:2\n0 qid:3 2:1\n", ["line 2", "qid"]), ("1 1:2\n0 999999999999:1\n", ["line 2", "number of a feature"]),
        ("1 1:2\n1,2 2:1\n", ["line 2", "a class or number in front"]), ("1 1:2\n1 2:1\n", ["a single class"]),
        ("1 1:2\n0 2:1\n", ["--test-data"]), ("1 1:2\n0 word\n", ["line 2", "pairs"]),
    ]

    @Test(arguments: faults) func whatIsWrongIsSaid(text: String, words: [String]) {
        #expect {
            try open(text)
        } throws: { error in
            words.allSatisfy("\(error)".contains) || Bool(false)
        }
    }

    @Test(.enabled(if: SharedData.has("madelon"), SharedData.missing)) func madelon() throws {
        let source = try DataSource.open(SharedData.path("madelon"))
        #expect(source.shape.features == 500 && source.train.count == 2000 && source.test.count == 600)
        #expect(source.classNames == ["-1", "1"])
        // Sums that the challenge's own file of parameters has.
        let sums = [source.train, source.test].map { part in
            rawValues(part).reduce(0.0) { $0 + $1.reduce(0.0) { $0 + Double($1) } }
        }
        let text = try String(contentsOfFile: SharedData.path("madelon/madelon.param"), encoding: .utf8)
        for sum in sums { #expect(text.contains("\(Int(sum))"), "\(sum) in \(text)") }
    }
}
