import SparsePolicies
import SparseStore
import TestSupport
import Testing

struct DropRuleTests {
    /// A layer with these weights on every second of its positions.
    private func layer(_ weights: [Float], mayRegrow: Bool = true) throws -> LayerView {
        let matrix = ReferenceMatrix(
            rows: 2, columns: max(1, weights.count), positions: weights.indices.map { 2 * $0 }, values: weights)
        return try LayerView(
            SparseParameter(
                name: "fc", shape: LayerShape(outputs: 2, inputs: max(1, weights.count)), matrix: matrix, layer: 0),
            mayRegrow: mayRegrow)
    }

    private let six: [Float] = [0.3, -0.7, -0.1, 0.2, -0.05, 0.5]

    @Test func set2018OnSixValues() throws {
        let victims = SET2018Drop().victims(of: try layer(six), fraction: 0.3)
        #expect(victims.map { six[$0] } == [-0.1, 0.2, -0.05])
    }

    @Test func exactSignedCountsOnSixValues() throws {
        let victims = SignedMagnitudeDrop().victims(of: try layer(six), fraction: 0.3)
        #expect(victims.map { six[$0] } == [0.2, -0.05])
    }

    /// 100 positive and 100 negative values; `nearest` is the sign of the one nearest 0.
    private func hundreds(nearest: Float) -> [Float] {
        (0..<200).map { index in
            let sign: Float = index % 2 == 0 ? nearest : -nearest
            return sign * Float(index + 1) / 256
        }
    }

    @Test func countsOnHundredsOfEachSign() throws {
        for (nearest, negatives, positives) in [(Float(-1), 31, 31), (1, 30, 31)] {
            let weights = hundreds(nearest: nearest)
            let old = SET2018Drop().victims(of: try layer(weights), fraction: 0.3)
            #expect(old.count { weights[$0] < 0 } == negatives)
            #expect(old.count { weights[$0] > 0 } == positives)
            let exact = SignedMagnitudeDrop().victims(of: try layer(weights), fraction: 0.3)
            #expect(exact.count { weights[$0] < 0 } == 30)
            #expect(exact.count { weights[$0] > 0 } == 30)
        }
    }

    /// The loop of the published Python code, line by line.
    private func published(_ weights: [Float], zeta: Double) -> [Int] {
        let values = weights.sorted()
        var first = 0
        for index in values.indices where values[index].magnitude < values[first].magnitude { first = index }
        let reversed = Array(values.reversed())
        var last = 0
        for index in reversed.indices where reversed[index].magnitude < reversed[last].magnitude { last = index }
        let end = Double(values.count - last)
        let low = values[Int((1 - zeta) * Double(first))]
        let high = values[Int(min(Double(values.count - 1), end + zeta * (Double(values.count) - end)))]
        return weights.indices.filter { !(weights[$0] > high || weights[$0] < low) }
    }

    @Test func set2018EqualsThePublishedLoop() throws {
        for trial in 0..<300 {
            var random = CounterRandom(seed: 5, purpose: .test, step: trial)
            let weights = (0..<1 + random.next(below: 40)).map { _ in Float(random.next(below: 21) - 10) / 8 }
            let fraction = random.nextUnit()
            #expect(
                SET2018Drop().victims(of: try layer(weights), fraction: fraction)
                    == published(weights, zeta: fraction), "\(weights) \(fraction)")
        }
    }

    @Test func selectionEqualsASort() {
        for trial in 0..<500 {
            var random = CounterRandom(seed: 6, purpose: .test, step: trial)
            let spread = 1 + random.next(below: 40)
            let scores = (0..<random.next(below: 60)).map { _ in
                Float(random.next(below: 2 * spread + 1) - spread) * (trial % 2 == 0 ? 1 : 1e-30)
            }
            let count = random.next(below: scores.count + 1)
            let order = scores.indices.sorted { (scores[$0].magnitude, $0) < (scores[$1].magnitude, $1) }
            #expect(SmallestScores.indices(count, of: scores) == order.prefix(count).sorted())
        }
    }

    @Test func countsAreTruncatedOrRoundedUp() throws {
        let layer = try layer(six)
        #expect(MagnitudeDrop().victims(of: layer, fraction: 0.3).map { six[$0] } == [-0.05])
        #expect(MagnitudeDrop(rounding: .up).victims(of: layer, fraction: 0.3).map { six[$0] } == [-0.1, -0.05])
        #expect(MagnitudeDrop(rounding: .up).victims(of: layer, fraction: 0).isEmpty)
        #expect(MagnitudeDrop().victims(of: layer, fraction: 1) == Array(0..<6))
    }

    /// No rule drops more than can grow elsewhere when nothing may come back, and all live with empty layers.
    @Test func limitsHold() throws {
        let matrix = ReferenceMatrix(rows: 2, columns: 4, positions: [0, 1, 2, 4, 6, 7], values: six)
        let parameter = SparseParameter(
            name: "fc", shape: LayerShape(outputs: 2, inputs: 4), matrix: matrix, layer: 0)
        let tight = try LayerView(parameter, mayRegrow: false)
        let empty = try layer([])
        let rules: [any LayerDropRule] = [MagnitudeDrop(), SignedMagnitudeDrop(), SET2018Drop()]
        for rule in rules {
            #expect(try rule.victims(of: tight, fraction: 0.9).count == 2)
            #expect(try rule.victims(of: empty, fraction: 0.5).isEmpty)
        }
    }
}
