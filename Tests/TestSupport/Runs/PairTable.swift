internal import SparseStore

/// Combinations of options, drawn by a fixed seed, in which every two values of two options meet: a covering array. Which
/// pairs are left follows from what the user of the table says of each row, so that a pair that one refused row held meets
/// again in another.
public struct PairTable {
    /// One value of an option, as words of the command line; empty for the default.
    public typealias Words = [String]

    private let factors: [[Words]]
    /// Pairs that were in no accepted row, and in how many refused ones.
    private var refusals: [Pair: Int] = [:]
    /// Pairs that were given up: rows with few of them are more likely to run.
    private var givenUp: Set<Pair> = []
    private var random: CounterRandom
    /// Refused rows after which a pair is not tried again.
    private static let mostRefusals = 6

    private struct Pair: Hashable {
        var first: Int
        var second: Int
        var values: [Int]
    }

    public init(factors: [[Words]], seed: UInt64) {
        self.factors = factors
        random = CounterRandom(seed: seed, purpose: .test)
        for first in factors.indices {
            for second in factors.indices where second > first {
                for a in factors[first].indices {
                    for b in factors[second].indices {
                        refusals[Pair(first: first, second: second, values: [a, b])] = 0
                    }
                }
            }
        }
    }

    /// Pairs that no row has shown yet.
    public var left: Int { refusals.count }

    /// The next row: of some random ones that hold a pair that is left, the one with the most of them.
    public mutating func next() -> [Int]? {
        guard let wanted = refusals.keys.min(by: { key($0) < key($1) }) else { return nil }
        var (best, most) = ([Int](), Int.min)
        for _ in 0..<40 {
            var row = factors.map { random.next(below: $0.count) }
            (row[wanted.first], row[wanted.second]) = (wanted.values[0], wanted.values[1])
            let pairs = pairs(of: row)
            let count = pairs.count { refusals[$0] != nil } - 20 * pairs.count { givenUp.contains($0) }
            if count > most { (best, most) = (row, count) }
        }
        return best
    }

    /// Notes what became of a row.
    public mutating func note(_ row: [Int], wasRefused: Bool) {
        for pair in pairs(of: row) {
            guard let count = refusals[pair] else { continue }
            let isLeft = wasRefused && count + 1 < Self.mostRefusals
            refusals[pair] = isLeft ? count + 1 : nil
            if wasRefused && !isLeft { givenUp.insert(pair) }
        }
    }

    /// The row as words of a command line.
    public func words(of row: [Int]) -> Words { zip(factors, row).flatMap { $0[$1] } }

    private func pairs(of row: [Int]) -> [Pair] {
        row.indices.flatMap { first in
            (first + 1..<row.count).map { Pair(first: first, second: $0, values: [row[first], row[$0]]) }
        }
    }

    private func key(_ pair: Pair) -> Int {
        ((pair.first * 64 + pair.second) * 64 + pair.values[0]) * 64 + pair.values[1]
    }
}

extension PairTable {
    /// The options of `sparsetrain`, on the small data sets that `SmallData` has written.
    public static func options(data: SmallData) -> PairTable {
        func all(_ option: String, _ values: String...) -> [Words] { [[]] + values.map { ["--" + option, $0] } }
        func each(_ option: String, _ values: String...) -> [Words] { values.map { ["--" + option, $0] } }
        return PairTable(
            factors: [
                // Networks on samples that they take.
                [
                    (data.table, "mlp:16"), (data.table, "mlp:12,8"), (data.images, "mlp:16"), (data.images, "lenet5"),
                    (data.images, "resnet20"), (data.colours, "lenet5"), (data.colours, "resnet20"),
                    (data.colours, "wrn-10-1"), (data.colours, "mobilenet-v1"), (data.table, "lenet5"),
                ].map { ["--data", $0.0, "--model", $0.1] },
                all("block", "4", "8") + all("nm", "2:4").dropFirst() + all("constant-fan-in", "*").dropFirst()
                    + all("dense-layers", "f*").dropFirst() + all("layer-density", "*=0.4").dropFirst(),
                each(
                    "algo", "static", "set", "rigl", "itop-set", "itop-rigl", "deepr", "dsr", "snfs", "granet", "srigl",
                    "mest", "topkast", "snip"),
                each("optimizer", "sgd", "adam", "adamw") + [["--optimizer", "sgd", "--nesterov"]],
                all("lr-schedule", "constant", "step"),
                all("loss", "mse") + all("label-smoothing", "0.1").dropFirst(),
                all("distribution", "uniform", "er", "erk", "epsilon"),
                all("sampling", "exact", "bernoulli", "with-replacement"),
                all("augment", "flip", "crop", "crop-flip"),
                [[], ["--batch-norm"], ["--dropout", "0.2"], ["--batch-norm", "--dropout", "0.1"]],
                each("density", "0.06", "0.3", "1"),
                each("batch-size", "7", "32", "48", "1000"),
                all("delta-t", "1", "2", "epoch"),
                all("drop-rule", "magnitude", "signed-magnitude", "set2018", "sensitivity"),
                all("grow-rule", "random", "gradient", "momentum"),
                all("drop-schedule", "constant", "cosine", "linear", "power", "staged"),
                all("init", "row-fan-in", "dense-fan-in", "he-fan-out", "normal"),
                all("new-values", "he-uniform", "fan-in-normal", "normal"),
                all("standardization", "none", "channel", "feature"),
                each("threads", "1", "2", "5"),
                all("validation-fraction", "0.2"),
                all("clip-norm", "1"),
                all("on-nonfinite", "skip", "rollback"),
                [[], ["--train-on-update"], ["--no-train-on-update"]],
                all("regrow", "keeps-value", "fresh", "forbidden"),
                all("warmup-steps", "2"),
                [[], ["--no-dense-switch"]],
                [[], ["--drop-last"]],
                all("weight-decay", "0"),
            ], seed: 13)
    }
}
