import Foundation
import SparseData
import SparseStore
import TestSupport
import Testing

@Suite struct CSVTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Opens a text with a copy of itself as test part, so that the training part is the whole table in its order.
    func open(_ text: String, target: String = "automatic") throws -> Subset {
        var options = DataOptions()
        options.target = target
        options.testData = try folder.write(text, to: "table.csv")
        return try DataSource.open(folder.path("table.csv"), options: options).train
    }

    static let variants: [(text: String, names: [String])] = [
        ("0,1.5,-2\n1,3,4e-3\n0,+.5,6\n", ["0", "1"]),
        ("1.5,-2,0\r\n3,4e-3,1\r\n.5,6,0", ["0", "1"]),
        ("0;1.5;-2\n1;3;4e-3\n0;.5;6", ["0", "1"]),
        ("0\t1.5\t-2\n1\t3\t4e-3\n0\t.5\t6\n\n", ["0", "1"]),
        ("  0 1.5   -2\n1 3 4e-3 \n\n0 .5 6\n", ["0", "1"]),
        ("class,a,b\n-1,1.5,-2\n+1,3,4e-3\n-1,.5,6\n", ["-1", "1"]),
        ("\u{FEFF}1.5,-2,apple\n3,0.004,\"pear, green\"\n.50, 6 , apple\n", ["apple", "pear, green"]),
        ("a,b,\"Class\"\n1.5,-2,apple\n3,0.0040,pear\n0.5,6,apple\n", ["apple", "pear"]),
        ("a,b,y\n1.5,-2,7\n3,0.0040,12\n0.5,6,7\n", ["7", "12"]),
    ]

    @Test(arguments: variants) func readsEverySpelling(text: String, names: [String]) throws {
        let table = try open(text)
        #expect(rawValues(table) == [[1.5, -2], [3, 0.004], [0.5, 6]])
        #expect(labels(table) == [0, 1, 0])
        #expect(table.dataset.classNames == names)
    }

    @Test func anOptionChoosesTheColumn() throws {
        let text = "0,5,1\n1,6,1\n1,7,0\n"
        #expect(throws: DataError.self) { try open(text) }
        for first in ["first", "1"] { #expect(labels(try open(text, target: first)) == [0, 1, 1]) }
        for last in ["last", "3"] {
            #expect(labels(try open(text, target: last)) == [1, 1, 0])
            #expect(rawValues(try open(text, target: last)) == [[0, 5], [1, 6], [1, 7]])
        }
        #expect(labels(try open(text, target: "2")) == [0, 1, 2])
        #expect(rawValues(try open(text, target: "2")) == [[0, 1], [1, 1], [1, 0]])
        for none in ["0", "4", "-1", "class", ""] {
            #expect { try open(text, target: none) } throws: { ($0 as? DataError)?.kind == .invalidOption }
        }
    }

    @Test func aNameWinsOverAnIndex() throws {
        let text = "a,1,first\n0.5,1,0\n1.5,0,1\n2.5,0,2\n"
        #expect(labels(try open(text, target: "1")) == [1, 0, 0])
        #expect(labels(try open(text, target: "first")) == [0, 1, 2])
        #expect(labels(try open(text, target: "3")) == [0, 1, 2])
        #expect { try open("a,a,b\n1,2,3\n2,3,4\n", target: "a") } throws: { "\($0)".contains("1 or 2") }
        #expect(labels(try open("a,a,b\n1,2,3\n2,3,4\n", target: "2")) == [0, 1])
    }

    @Test func numbersAreTheNearestFloats() throws {
        let texts = [
            "0.1", "16777217", "16777219", "1.00000005960464477539", "1.000000178813934326171875", "3.4028235e38",
            "1e-45", "1.17549435e-38", "92377.3", "-3133.99", "123456789012345678", "7.038531e-26", "1E5", "5.", "-0",
        ]
        let table = try open(texts.enumerated().map { "c\($0 % 2),\($1)\n" }.joined())
        #expect(rawValues(table).map { $0[0] } == texts.map { strtof($0, nil) })
        var random = CounterRandom(seed: 5, purpose: .test)
        let floats = (0..<2000).map { _ in Float(bitPattern: UInt32(random.next(below: 0x7F80_0000))) }
        let printed = try open(floats.enumerated().map { "c\($0 % 2),\($1)\n" }.joined())
        #expect(rawValues(printed).map { $0[0] } == floats)
    }

    @Test func longTablesCrossEveryBuffer() throws {
        // Wider than the value blocks and longer than the line buffer.
        let wide = (0..<3).map { row in "\(row)," + (0..<1_200_000).map { "\(($0 + row) % 7)" }.joined(separator: ",") }
        let table = try open(wide.joined(separator: "\n"), target: "first")
        let values = rawValues(table)
        for row in 0..<3 { #expect(values[row] == (0..<1_200_000).map { Float(($0 + row) % 7) }) }
        let long = (0..<300_000).map { "\($0 % 3),\($0),\($0 / 2)\n" }.joined()
        let samples = rawValues(try open(long))
        #expect(samples.count == 300_000 && samples.indices.allSatisfy { samples[$0] == [Float($0), Float($0 / 2)] })
    }

    @Test func splitsEveryClass() throws {
        try folder.write((0..<100).map { "\($0 < 80 ? "a" : "b"),\($0)\n" }.joined(), to: "table.csv")
        let source = try DataSource.open(folder.path("table.csv"))
        #expect(histogram(source.train) == [64, 16] && histogram(source.test) == [16, 4])
        #expect(Set(source.train.samples).isDisjoint(with: source.test.samples))
        #expect(try DataSource.open(folder.path("table.csv")).test.samples == source.test.samples)
    }

    @Test(.enabled(if: SharedData.has("digits"), SharedData.missing)) func digitsFile() throws {
        let source = try DataSource.open(SharedData.path("digits/digits.csv.gz"))
        #expect(source.shape.features == 64 && source.classes == 10)
        #expect(source.train.dataset.count == 1797)
        // Class counts that scikit-learn documents.
        #expect(histogram(Subset(source.train.dataset)) == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    }

    @Test(.enabled(if: SharedData.has("lung-gordon"), SharedData.missing)) func lung() throws {
        let all = Subset(try DataSource.open(SharedData.path("lung-gordon/lung-gordon.csv.gz")).train.dataset)
        #expect(all.dataset.shape.features == 12_533 && histogram(all) == [150, 31])
        let values = rawValues(all).joined()
        #expect(values.min() == -3134 && values.max() == 92377.3)
    }

    @Test(.enabled(if: SharedData.has("tox171"), SharedData.missing)) func tox() throws {
        let all = Subset(try DataSource.open(SharedData.path("tox171/tox171.csv.gz")).train.dataset)
        #expect(all.dataset.shape.features == 5748 && histogram(all) == [45, 45, 39, 42])
        let values = rawValues(all).joined()
        #expect(values.min() == 0.02 && values.max() == 33922.68)
    }
}
