internal import SparseKernels

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Losses of one panel of outputs. Each writes the gradient of the mean loss over the batch's `samples`, zero in padded lanes,
/// and returns the sum of the losses of the panel's samples: not finite when an output was not.
package enum LossOperations {
    /// Softmax cross-entropy: the target is smoothing / classes, plus 1 - smoothing at the label.
    /// - Parameter weights: What the loss of a sample of each class is multiplied by; nil: 1.
    package static func softmaxCrossEntropy(
        _ logits: Panels, labels: AlignedBuffer<Int32>, samples: Int, smoothing: Float,
        weights: AlignedBuffer<Float>? = nil, gradient: Panels, panel: Int
    ) -> Double {
        let lanes = check(logits, labels, samples, gradient, panel)
        precondition(weights.map { $0.count == logits.channels } ?? true, "a weight for each class")
        return softmaxCrossEntropy(
            logits, labels.pointer + panel * Panels.lanes, lanes: lanes, scale: 1 / Float(samples),
            smoothing: smoothing, weights: weights, gradient: gradient, panel: panel, counts: { _ in true })
    }

    /// The same where the lanes with a negative label count nowhere: their gradient is 0.
    /// - Parameter counted: Lanes of the whole batch that count; the mean is over these.
    package static func softmaxCrossEntropy(
        _ logits: Panels, tokens labels: AlignedBuffer<Int32>, counted: Int, samples: Int, smoothing: Float,
        gradient: Panels, panel: Int
    ) -> Double {
        withLabels(logits, tokens: labels, samples, gradient, panel) { label, lanes, counts in
            let loss = softmaxCrossEntropy(
                logits, label, lanes: lanes, scale: 1 / Float(max(counted, 1)), smoothing: smoothing, weights: nil,
                gradient: gradient, panel: panel, counts: counts)
            for lane in 0..<lanes where !counts(lane) {
                for channel in 0..<logits.channels { gradient.pointer(panel: panel, channel: channel)[lane] = 0 }
            }
            return loss
        }
    }

    /// - Parameter label: Those of the panel, each one of the classes, whether its lane counts or not.
    @inline(__always)
    private static func softmaxCrossEntropy(
        _ logits: Panels, _ label: UnsafePointer<Int32>, lanes: Int, scale: Float, smoothing: Float,
        weights: AlignedBuffer<Float>?, gradient: Panels, panel: Int, counts: (Int) -> Bool
    ) -> Double {
        let x = logits.pointer(panel: panel, channel: 0)
        let classes = logits.channels
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: 3 * Panels.lanes) { scratch in
            guard let largest = scratch.baseAddress else { return 0 }
            let (exponentials, total) = (largest + Panels.lanes, largest + 2 * Panels.lanes)
            InstructionSet.kernels.losses.softmax(
                x, classes, label, lanes, smoothing, scale, gradient.pointer(panel: panel, channel: 0),
                largest, exponentials, total)
            if let weights {
                for channel in 0..<classes {
                    let g = gradient.pointer(panel: panel, channel: channel)
                    for lane in 0..<lanes { g[lane] *= weights.pointer[Int(label[lane])] }
                }
            }
            return sum(lanes) { lane in
                guard counts(lane) else { return 0 }
                // The largest of logits with a NaN among them may hide it; their total does not.
                guard total[lane].isFinite else { return .nan }
                let chosen = Double(x[Int(label[lane]) * Panels.lanes + lane])
                let expected =
                    Double(1 - smoothing) * chosen + Double(smoothing) * Double(total[lane]) / Double(classes)
                let loss = Double(largest[lane]) + log(Double(exponentials[lane])) - expected
                return weights.map { Double($0.pointer[Int(label[lane])]) * loss } ?? loss
            }
        }
    }

    /// Mean over the classes of (logit - onehot)^2.
    package static func meanSquaredError(
        _ logits: Panels, labels: AlignedBuffer<Int32>, samples: Int, gradient: Panels, panel: Int
    ) -> Double {
        let lanes = check(logits, labels, samples, gradient, panel)
        let x = logits.pointer(panel: panel, channel: 0)
        let label = labels.pointer + panel * Panels.lanes
        let classes = logits.channels
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: Panels.lanes) { scratch in
            guard let squares = scratch.baseAddress else { return 0 }
            InstructionSet.kernels.losses.squared(
                x, classes, label, lanes, 2 / (Float(classes) * Float(samples)),
                gradient.pointer(panel: panel, channel: 0), squares)
            return sum(lanes) { lane in Double(squares[lane]) / Double(classes) }
        }
    }

    /// Mean over the outputs of (output - number)^2.
    package static func meanSquaredError(
        _ outputs: Panels, numbers: Panels, samples: Int, gradient: Panels, panel: Int
    ) -> Double {
        perNumber(outputs, numbers: numbers, samples: samples, gradient: gradient, panel: panel) { output, number in
            let difference = output - number
            return (Double(difference) * Double(difference), 2 * difference)
        }
    }

    /// Mean over the outputs of |output - number|; its slope at 0 is 0.
    package static func meanAbsoluteError(
        _ outputs: Panels, numbers: Panels, samples: Int, gradient: Panels, panel: Int
    ) -> Double {
        perNumber(outputs, numbers: numbers, samples: samples, gradient: gradient, panel: panel) { output, number in
            let difference = output - number
            // Neither greater nor less: what is not a number stays so.
            return (Double(abs(difference)), difference > 0 ? 1 : difference < 0 ? -1 : difference)
        }
    }

    /// Mean over the outputs of d^2 / 2 where d = |output - number| is at most `delta`, and of delta (d - delta / 2) elsewhere.
    package static func huber(
        _ outputs: Panels, numbers: Panels, delta: Float, samples: Int, gradient: Panels, panel: Int
    ) -> Double {
        perNumber(outputs, numbers: numbers, samples: samples, gradient: gradient, panel: panel) { output, number in
            let difference = output - number
            guard abs(difference) > delta else {
                return (Double(difference) * Double(difference) / 2, difference)
            }
            return (Double(delta) * (Double(abs(difference)) - Double(delta) / 2), difference > 0 ? delta : -delta)
        }
    }

    /// Mean over the outputs of the cross-entropy of a logit x and a truth t of 0 or 1: log(1 + e^x) - t x, in a form that no large x
    /// overflows.
    package static func binaryCrossEntropy(
        _ logits: Panels, truths: Panels, samples: Int, gradient: Panels, panel: Int
    ) -> Double {
        perNumber(logits, numbers: truths, samples: samples, gradient: gradient, panel: panel) { logit, truth in
            let power = expf(-abs(logit))
            let share = logit >= 0 ? 1 / (1 + power) : power / (1 + power)
            return (Double(max(logit, 0) - truth * logit) + Double(log1pf(power)), share - truth)
        }
    }

    /// Mean over the outputs of a loss of each output and its number.
    /// - Parameter loss: The loss, and its slope by the output.
    @inline(__always)
    private static func perNumber(
        _ outputs: Panels, numbers: Panels, samples: Int, gradient: Panels, panel: Int,
        _ loss: (_ output: Float, _ number: Float) -> (loss: Double, slope: Float)
    ) -> Double {
        precondition(samples > 0 && samples <= outputs.capacity && samples <= numbers.capacity, "too many samples")
        precondition(
            outputs.mapStride == Panels.lanes && numbers.mapStride == Panels.lanes
                && numbers.channels == outputs.channels, "as many numbers as outputs")
        outputs.check(panels: panel..<panel + 1, channels: 0..<outputs.channels)
        numbers.check(panels: panel..<panel + 1, channels: 0..<outputs.channels)
        outputs.checkSameLayout(as: gradient)
        let lanes = min(samples - panel * Panels.lanes, Panels.lanes)
        precondition(lanes > 0, "a panel without samples")
        let factor = 1 / (Float(outputs.channels) * Float(samples))
        var sum = 0.0
        for channel in 0..<outputs.channels {
            let (x, y) = (
                outputs.pointer(panel: panel, channel: channel), numbers.pointer(panel: panel, channel: channel)
            )
            let g = gradient.pointer(panel: panel, channel: channel)
            for lane in 0..<lanes {
                let (value, slope) = loss(x[lane], y[lane])
                g[lane] = factor * slope
                sum += value
            }
            for lane in lanes..<Panels.lanes { g[lane] = 0 }
        }
        return sum / Double(outputs.channels)
    }

    /// Samples of one panel whose label is among the `k` largest logits; of equal logits the lower class comes first.
    package static func hits(
        _ logits: Panels, labels: AlignedBuffer<Int32>, samples: Int, panel: Int, within k: Int
    ) -> Int {
        let lanes = check(logits, labels, samples, logits, panel)
        return withUnsafeTemporaryAllocation(of: Int32.self, capacity: Panels.lanes) { ranks in
            guard let rank = ranks.baseAddress else { return 0 }
            InstructionSet.kernels.losses.ranks(
                logits.pointer(panel: panel, channel: 0), logits.channels, labels.pointer + panel * Panels.lanes, lanes,
                rank)
            return (0..<lanes).count { rank[$0] < k }
        }
    }

    /// The same of lanes that count, those whose label is not negative.
    package static func hits(
        _ logits: Panels, tokens labels: AlignedBuffer<Int32>, samples: Int, panel: Int, within k: Int
    ) -> Int {
        withLabels(logits, tokens: labels, samples, logits, panel) { label, lanes, counts in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: Panels.lanes) { ranks in
                guard let rank = ranks.baseAddress else { return 0 }
                InstructionSet.kernels.losses.ranks(
                    logits.pointer(panel: panel, channel: 0), logits.channels, label, lanes, rank)
                return (0..<lanes).count { counts($0) && rank[$0] < k }
            }
        }
    }

    /// Calls `body` with the labels of a panel as kernels take them, 0 where a lane does not count; with the lanes up to the
    /// last that does; and with which of these do. Every size and label is checked.
    private static func withLabels<Result>(
        _ logits: Panels, tokens labels: AlignedBuffer<Int32>, _ samples: Int, _ gradient: Panels, _ panel: Int,
        _ body: (_ label: UnsafePointer<Int32>, _ lanes: Int, _ counts: (Int) -> Bool) -> Result
    ) -> Result {
        let all = lanes(logits, labels, samples, gradient, panel)
        let own = labels.pointer + panel * Panels.lanes
        return withUnsafeTemporaryAllocation(of: Int32.self, capacity: Panels.lanes) { scratch in
            var lanes = 0
            for lane in 0..<Panels.lanes {
                let label = lane < all ? own[lane] : -1
                precondition(label < logits.channels, "label of no class")
                scratch[lane] = max(label, 0)
                if label >= 0 { lanes = lane + 1 }
            }
            guard let label = scratch.baseAddress else { preconditionFailure("no memory for a panel's labels") }
            return body(label, lanes) { own[$0] >= 0 }
        }
    }

    /// Real lanes of the panel, after every size and label that a kernel will use has been checked.
    private static func check(
        _ logits: Panels, _ labels: AlignedBuffer<Int32>, _ samples: Int, _ gradient: Panels, _ panel: Int
    ) -> Int {
        let lanes = lanes(logits, labels, samples, gradient, panel)
        let first = panel * Panels.lanes
        for sample in first..<first + lanes {
            precondition(labels.pointer[sample] >= 0 && labels.pointer[sample] < logits.channels, "label of no class")
        }
        return lanes
    }

    /// Real lanes of the panel, after every size has been checked.
    private static func lanes(
        _ logits: Panels, _ labels: AlignedBuffer<Int32>, _ samples: Int, _ gradient: Panels, _ panel: Int
    ) -> Int {
        precondition(samples > 0 && samples <= logits.capacity && samples <= labels.count, "too many samples")
        precondition(logits.mapStride == Panels.lanes, "logits are single numbers")
        logits.check(panels: panel..<panel + 1, channels: 0..<logits.channels)
        logits.checkSameLayout(as: gradient)
        let lanes = min(samples - panel * Panels.lanes, Panels.lanes)
        precondition(lanes > 0, "a panel without samples")
        return lanes
    }

    /// The lanes in order.
    private static func sum(_ lanes: Int, loss: (Int) -> Double) -> Double {
        var sum = 0.0
        for lane in 0..<lanes { sum += loss(lane) }
        return sum
    }
}
