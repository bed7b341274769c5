import SparseStore

/// Random subjects of measurement.
enum Fixture {
    static func matrix(_ subject: Subject) throws -> any SparseMatrix {
        var random = CounterRandom(seed: 1, purpose: .test, layer: subject.rows, step: subject.columns)
        let matrix = try matrix(
            format: subject.format, rows: subject.rows, columns: subject.columns, density: subject.density,
            random: &random)
        if subject.faded {
            fade(matrix.values, stride: 2)
            matrix.valuesHaveChanged()
        }
        return matrix
    }

    /// Makes every `stride`-th number subnormal, with its sign.
    static func fade(_ numbers: AlignedBuffer<Float>, stride step: Int = 1) {
        for i in stride(from: 0, to: numbers.count, by: step) where numbers[i] != 0 {
            // By its bits, for arithmetic may take such numbers for zero.
            let bits = numbers[i].bitPattern
            numbers[i] = Float(bitPattern: bits & 0x8000_0000 | (bits & 0x7F_FFFF | 1))
        }
    }

    /// A share `density` of all units, all of them if the format is dense.
    static func matrix(
        format name: String, rows: Int, columns: Int, density: Double, random: inout CounterRandom
    ) throws -> any SparseMatrix {
        guard let format = MatrixFormat(name) else { throw Options.Wrong(description: "unknown format \(name)") }
        let total = format.positionCount(rows: rows, columns: columns)
        let positions =
            format == .dense
            ? Array(0..<total) : Sampling.distinct(Int(density * Double(total)), below: total, random: &random)
        let weights = format.weightPositions(ofUnits: positions, rows: rows, columns: columns)
        let values = weights.map { _ in Float(random.nextUnit() - 0.5) * 0.1 }
        return try format.make(rows: rows, columns: columns, positions: positions, values: values)
    }

    static func panels(_ channels: Int, _ samples: Int, seed: UInt64, faded: Bool = false) -> Panels {
        var random = CounterRandom(seed: seed, purpose: .test, layer: channels)
        let panels = Panels(channels: channels, samples: samples)
        for sample in 0..<samples {
            for channel in 0..<channels { panels[sample, channel] = Float(random.nextUnit() * 2 - 1) }
        }
        if faded { fade(panels.buffer) }
        return panels
    }

    static func copy(_ panels: Panels) -> Panels {
        let copy = Panels(channels: panels.channels, samples: panels.capacity)
        for i in 0..<panels.buffer.count { copy.buffer[i] = panels.buffer[i] }
        return copy
    }
}
