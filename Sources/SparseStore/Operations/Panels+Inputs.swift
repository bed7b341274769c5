extension Panels {
    /// Adds deviation x N(0, 1) to every value of the samples of one panel; borders and lanes past `count` stay zero. What a sample
    /// gets follows from the stream and its number alone, wherever in a batch it is. Allocates nothing; calls for different panels
    /// may run at the same time.
    /// - Parameters:
    ///   - deviation: Of the noise.
    ///   - panel: Place of the panel.
    ///   - samples: Numbers of the samples of the whole batch.
    ///   - count: Samples in the batch.
    ///   - random: The stream.
    package func addNoise(
        _ deviation: Float, panel: Int, samples: AlignedBuffer<Int>, count: Int, random: CounterRandom
    ) {
        precondition(panel >= 0 && panel < panelCount, "panel outside the batch")
        precondition(count > 0 && count <= capacity && count <= samples.count, "more samples than the batch holds")
        let used = min(max(count - panel * Panels.lanes, 0), Panels.lanes)
        let features = channels * rows * columns
        // Four numbers are made together; the last four may be more than there are features left.
        let blocks = (features + 3) / 4
        let target = buffer.pointer + panel * panelStride
        for block in 0..<blocks {
            let left = features - 4 * block
            let first = target + place(of: 4 * block)
            let second = target + place(of: min(4 * block + 1, features - 1))
            let third = target + place(of: min(4 * block + 2, features - 1))
            let fourth = target + place(of: min(4 * block + 3, features - 1))
            for lane in 0..<used {
                let sample = samples[panel * Panels.lanes + lane]
                let noise = random.normals(block: UInt64(sample) * UInt64(blocks) + UInt64(block))
                first[lane] += deviation * Float(noise.0)
                if left > 1 { second[lane] += deviation * Float(noise.1) }
                if left > 2 { third[lane] += deviation * Float(noise.2) }
                if left > 3 { fourth[lane] += deviation * Float(noise.3) }
            }
        }
    }

    /// Copies one panel to another that holds the same values as vectors, without a border: the order channel, row, column stays.
    /// Allocates nothing; calls for different panels may run at the same time.
    package func copyValues(panel: Int, to vectors: Panels) {
        precondition(panel >= 0 && panel < min(panelCount, vectors.panelCount), "panel outside the batch")
        precondition(
            vectors.channels == channels * rows * columns && vectors.rows * vectors.columns == 1 && vectors.halo == 0,
            "vectors of another length")
        let (source, target) = (
            buffer.pointer + panel * panelStride, vectors.buffer.pointer + panel * vectors.panelStride
        )
        let run = halo == 0 ? channels * rows * columns : columns
        for feature in stride(from: 0, to: vectors.channels, by: run) {
            (target + feature * Panels.lanes).update(from: source + place(of: feature), count: run * Panels.lanes)
        }
    }

    /// Floats from the first of a panel to lane 0 of a value, counted in the order channel, row, column.
    private func place(of feature: Int) -> Int {
        if halo == 0 { return feature * Panels.lanes }
        let pixels = rows * columns
        return offset(panel: 0, channel: feature / pixels, row: feature % pixels / columns, column: feature % columns)
    }
}
