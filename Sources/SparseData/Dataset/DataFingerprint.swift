internal import SparseStore

/// A number that tells the samples of one run from those of another: a hash of all labels and of inputs, as they are before
/// any scaling. It is the same on every machine.
package struct DataFingerprint: Sendable {
    /// Numbers of input that are looked at in each part: all of small data, and of larger ones those of samples at equal
    /// distances.
    private static let mostValues = 1 << 22

    private var hash = ByteHash()

    /// Takes up the parts of the data, in an order that does not change.
    package init(_ parts: [Subset]) {
        for part in parts { add(part) }
    }

    /// Sixteen digits.
    package var text: String { hash.text }

    private mutating func add(_ word: UInt64) { hash.add(word) }

    /// Labels are the tokens that follow, but for the last.
    private mutating func add(tokensOf dataset: any Dataset) {
        let looked = min(dataset.count, DataFingerprint.mostValues)
        add(UInt64(dataset.count))
        for index in 0..<looked {
            // Below 2^22 x 2^40: no overflow.
            add(UInt64(truncatingIfNeeded: dataset.token(of: index * dataset.count / looked, input: 0)))
        }
        if dataset.count > 0 { add(UInt64(truncatingIfNeeded: dataset.label(of: dataset.count - 1))) }
    }

    private mutating func add(_ part: Subset) {
        add(UInt64(part.count))
        if part.dataset.sequence != nil {
            add(tokensOf: part.dataset)
            return
        }
        add(UInt64(part.dataset.classes))
        switch part.dataset.targets {
        case .classes:
            for sample in part.samples { add(UInt64(truncatingIfNeeded: part.dataset.label(of: sample))) }
        case .numbers(let count), .labels(let count):
            for sample in part.samples {
                for index in 0..<count { add(UInt64(part.dataset.number(index, of: sample).bitPattern)) }
            }
        // Inputs are taken up below.
        case .tokens, .inputs, .none: break
        }
        for (input, kind) in part.dataset.inputs.enumerated() {
            guard case .tokens = kind else { continue }
            for sample in part.samples { add(UInt64(truncatingIfNeeded: part.dataset.token(of: sample, input: input))) }
        }
        guard case .values = part.dataset.inputs.first else { return }
        let features = part.dataset.shape.features
        let looked = min(part.count, max(1, DataFingerprint.mostValues / features))
        guard looked > 0 else { return }
        let panel = Panels(channels: features, samples: Panels.lanes)
        let samples = AlignedBuffer<Int>(count: Panels.lanes)
        let raw = FeatureScaling.identity(features)
        for start in stride(from: 0, to: looked, by: Panels.lanes) {
            let count = min(Panels.lanes, looked - start)
            for lane in 0..<count {
                // Below 2^22 x 2^31: no overflow.
                samples[lane] = part.samples[(start + lane) * part.count / looked]
            }
            part.dataset.assemble(panel: 0, samples: samples, count: count, into: panel, scaling: raw)
            let values = panel.buffer.elements
            for feature in 0..<features {
                for lane in 0..<count {
                    let value = values[feature * Panels.lanes + lane]
                    // Whether subnormal numbers are kept differs from machine to machine.
                    add(UInt64(value.magnitude < .leastNormalMagnitude ? 0 : value.bitPattern))
                }
            }
        }
    }
}
