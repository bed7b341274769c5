internal import SparseKernels

/// ReLU, dropout and copies over some channels of some panels. Inputs and outputs have one layout and may be the same panels.
package enum ActivationOperations {
    /// y = max(x, 0)
    package static func relu(_ x: Panels, into y: Panels, panels: Range<Int>, channels: Range<Int>) {
        x.check(panels: panels, channels: channels)
        x.checkSameLayout(as: y)
        let relu = InstructionSet.kernels.activations.relu
        for panel in panels {
            relu(
                x.pointer(panel: panel, channel: channels.lowerBound),
                y.pointer(panel: panel, channel: channels.lowerBound), channels.count * x.mapStride)
        }
    }

    /// inputGradient = output > 0 ? outputGradient : 0
    package static func reluBackward(
        _ outputGradient: Panels, output: Panels, into inputGradient: Panels, panels: Range<Int>, channels: Range<Int>
    ) {
        output.check(panels: panels, channels: channels)
        output.checkSameLayout(as: outputGradient)
        output.checkSameLayout(as: inputGradient)
        let backward = InstructionSet.kernels.activations.relu_backward
        for panel in panels {
            backward(
                outputGradient.pointer(panel: panel, channel: channels.lowerBound),
                output.pointer(panel: panel, channel: channels.lowerBound),
                inputGradient.pointer(panel: panel, channel: channels.lowerBound), channels.count * output.mapStride)
        }
    }

    /// y = x
    package static func copy(_ x: Panels, into y: Panels, panels: Range<Int>, channels: Range<Int>) {
        x.check(panels: panels, channels: channels)
        x.checkSameLayout(as: y)
        for panel in panels {
            y.pointer(panel: panel, channel: channels.lowerBound).update(
                from: x.pointer(panel: panel, channel: channels.lowerBound), count: channels.count * x.mapStride)
        }
    }

    /// y = kept ? x / (1 - rate) : 0, where each element is kept with probability 1 - rate by a bit that depends only
    /// on `random`'s stream and on the element's place. The gradient is the same operation with the same stream.
    /// - Parameters:
    ///   - x: Inputs.
    ///   - y: Outputs; may be the inputs.
    ///   - rate: Probability of zero, in 0 ..< 1.
    ///   - random: The stream to draw from.
    ///   - panels: Panels to compute.
    ///   - channels: Channels to compute.
    package static func dropout(
        _ x: Panels, into y: Panels, rate: Float, random: CounterRandom, panels: Range<Int>, channels: Range<Int>
    ) {
        precondition(rate >= 0 && rate < 1, "a dropout rate is at least 0 and less than 1")
        x.check(panels: panels, channels: channels)
        x.checkSameShape(as: y)
        let runs = x.rows * x.columns
        precondition(x.channels * runs <= Int(UInt32.max) / 8, "more elements in a panel than a mask can number")
        var mask = st_dropout(
            key: random.key, high: random.high, threshold: UInt64((1 - Double(rate)) * 0x1p32),
            scale: 1 / (1 - rate))
        let dropout = InstructionSet.kernels.activations.dropout
        let joined = x.halo == 0 && y.halo == 0
        let rows = joined ? 1 : x.rows
        for panel in panels {
            let from = x.maps(panels: panel..<panel + 1, channels: channels, joined: joined)
            let to = y.maps(panels: panel..<panel + 1, channels: channels, joined: joined)
            for channel in 0..<channels.count {
                for row in 0..<rows {
                    dropout(
                        from.first + channel * from.channel + row * from.row,
                        to.first + channel * to.channel + row * to.row, &mask, UInt32(panel),
                        UInt32((channels.lowerBound + channel) * runs + row * x.columns), runs / rows)
                }
            }
        }
    }
}
