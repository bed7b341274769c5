internal import SparseKernels

extension Panels {
    /// Fills one panel with scaled samples: lane l of `panel` takes sample `samples[32 panel + l]`, lanes past
    /// `count` become zero. A record's values are in the order channel, row, column. Allocates nothing; calls for
    /// different panels may run at the same time.
    /// - Parameters:
    ///   - panel: Place of the panel.
    ///   - samples: indices into `records`, of the whole batch.
    ///   - count: samples in the batch.
    ///   - records: Where samples are.
    ///   - scaling: How raw numbers become what the network reads.
    public func assemble(
        panel: Int, samples: AlignedBuffer<Int>, count: Int, from records: SampleRecords<UInt8>,
        scaling: FeatureScaling
    ) {
        assemble(
            panel: panel, samples: samples, count: count, from: records, scaling: scaling,
            kernel: InstructionSet.kernels.assembly.gather_bytes)
    }

    /// The same from records of floats.
    public func assemble(
        panel: Int, samples: AlignedBuffer<Int>, count: Int, from records: SampleRecords<Float>,
        scaling: FeatureScaling
    ) {
        assemble(
            panel: panel, samples: samples, count: count, from: records, scaling: scaling,
            kernel: InstructionSet.kernels.assembly.gather_floats)
    }

    /// (samples of the 32 lanes, features, means, inverse deviations, panel)
    typealias GatherKernel<Element> =
        (
            UnsafePointer<UnsafePointer<Element>>, Int, UnsafePointer<Float>, UnsafePointer<Float>,
            UnsafeMutablePointer<Float>
        ) -> Void

    func assemble<Element>(
        panel: Int, samples: AlignedBuffer<Int>, count: Int, from records: SampleRecords<Element>,
        scaling: FeatureScaling, kernel: GatherKernel<Element>
    ) {
        precondition(panel >= 0 && panel < panelCount, "panel outside the batch")
        precondition(count > 0 && count <= capacity && count <= samples.count, "more samples than the batch holds")
        precondition(records.features == channels * rows * columns, "samples of another shape than the panels")
        precondition(scaling.count == records.features, "scaling of another shape than the samples")
        let used = min(max(count - panel * Panels.lanes, 0), Panels.lanes)
        let target = buffer.pointer + panel * panelStride
        guard used > 0 else {
            target.update(repeating: 0, count: panelSize)
            return
        }
        withUnsafeTemporaryAllocation(of: UnsafePointer<Element>.self, capacity: Panels.lanes) { lanes in
            for lane in 0..<Panels.lanes {
                // An unused lane reads along with the first one and is cleared afterwards.
                lanes[lane] = records.pointer(to: samples[panel * Panels.lanes + (lane < used ? lane : 0)])
            }
            guard let first = lanes.baseAddress else { return }
            // Without a halo a sample is one run of features; with one, each row of each map is.
            let run = halo == 0 ? records.features : columns
            for feature in stride(from: 0, to: records.features, by: run) {
                let map = feature / (rows * columns)
                let row = feature % (rows * columns) / columns
                let place = halo == 0 ? 0 : offset(panel: 0, channel: map, row: row)
                kernel(
                    first, run, scaling.mean.pointer + feature, scaling.inverseDeviation.pointer + feature,
                    target + place)
                for lane in 0..<Panels.lanes { lanes[lane] += run }
                clearLanes(from: used, of: target + place, runs: run)
            }
        }
    }

    private func clearLanes(from used: Int, of values: UnsafeMutablePointer<Float>, runs: Int) {
        guard used < Panels.lanes else { return }
        for run in 0..<runs {
            (values + run * Panels.lanes + used).update(repeating: 0, count: Panels.lanes - used)
        }
    }
}
