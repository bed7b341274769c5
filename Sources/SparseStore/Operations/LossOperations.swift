internal import SparseKernels

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Losses of one panel of logits against class labels. Each writes the gradient of the mean loss over the batch's
/// `samples`, zero in padded lanes, and returns the panel's sums.
public enum LossOperations {
    /// Softmax cross-entropy: the target is smoothing / classes, plus 1 - smoothing at the label.
    public static func softmaxCrossEntropy(
        _ logits: Panels, labels: AlignedBuffer<Int32>, samples: Int, smoothing: Float, gradient: Panels, panel: Int
    ) -> LossSum {
        let lanes = check(logits, labels, samples, gradient, panel)
        let x = logits.pointer(panel: panel, channel: 0)
        let label = labels.pointer + panel * Panels.lanes
        let classes = logits.channels
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: 3 * Panels.lanes) { scratch in
            guard let largest = scratch.baseAddress else { return LossSum() }
            let (exponentials, total) = (largest + Panels.lanes, largest + 2 * Panels.lanes)
            InstructionSet.kernels.losses.softmax(
                x, classes, label, lanes, smoothing, 1 / Float(samples), gradient.pointer(panel: panel, channel: 0),
                largest, exponentials, total)
            return sum(x, classes, label, lanes) { lane in
                // The largest of logits with a NaN among them may hide it; their total does not.
                guard total[lane].isFinite else { return .nan }
                let chosen = Double(x[Int(label[lane]) * Panels.lanes + lane])
                let expected =
                    Double(1 - smoothing) * chosen + Double(smoothing) * Double(total[lane]) / Double(classes)
                return Double(largest[lane]) + log(Double(exponentials[lane])) - expected
            }
        }
    }

    /// Mean over the classes of (logit - onehot)^2.
    public static func meanSquaredError(
        _ logits: Panels, labels: AlignedBuffer<Int32>, samples: Int, gradient: Panels, panel: Int
    ) -> LossSum {
        let lanes = check(logits, labels, samples, gradient, panel)
        let x = logits.pointer(panel: panel, channel: 0)
        let label = labels.pointer + panel * Panels.lanes
        let classes = logits.channels
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: Panels.lanes) { scratch in
            guard let squares = scratch.baseAddress else { return LossSum() }
            InstructionSet.kernels.losses.squared(
                x, classes, label, lanes, 2 / (Float(classes) * Float(samples)),
                gradient.pointer(panel: panel, channel: 0), squares)
            return sum(x, classes, label, lanes) { lane in Double(squares[lane]) / Double(classes) }
        }
    }

    /// Real lanes of the panel, after every size and label that a kernel will use has been checked.
    private static func check(
        _ logits: Panels, _ labels: AlignedBuffer<Int32>, _ samples: Int, _ gradient: Panels, _ panel: Int
    ) -> Int {
        precondition(samples > 0 && samples <= logits.capacity && samples <= labels.count, "too many samples")
        precondition(logits.mapStride == Panels.lanes, "logits are single numbers")
        logits.check(panels: panel..<panel + 1, channels: 0..<logits.channels)
        logits.checkSameLayout(as: gradient)
        let first = panel * Panels.lanes
        let lanes = min(samples - first, Panels.lanes)
        precondition(lanes > 0, "a panel without samples")
        for sample in first..<first + lanes {
            precondition(labels.pointer[sample] >= 0 && labels.pointer[sample] < logits.channels, "label of no class")
        }
        return lanes
    }

    private static func sum(
        _ x: UnsafePointer<Float>, _ classes: Int, _ labels: UnsafePointer<Int32>, _ lanes: Int,
        loss: (Int) -> Double
    ) -> LossSum {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: Panels.lanes) { ranks in
            guard let rank = ranks.baseAddress else { return LossSum() }
            InstructionSet.kernels.losses.ranks(x, classes, labels, lanes, rank)
            var sum = LossSum(samples: lanes)
            for lane in 0..<lanes {
                sum.loss += loss(lane)
                if rank[lane] < 1 { sum.top1 += 1 }
                if rank[lane] < 5 { sum.top5 += 1 }
            }
            return sum
        }
    }
}
