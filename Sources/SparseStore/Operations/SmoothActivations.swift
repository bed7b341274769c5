internal import SparseKernels

/// Activations that are x times a share of it, which grows from 0 to 1.
package enum SmoothActivation: Sendable {
    /// The share is the probability of a standard normal number below x.
    case gelu
    /// The same, approximated by tanh.
    case tanhGELU
    /// The share is 1 / (1 + e^-x).
    case silu

    // As C has them: a Swift closure around each would be memory for each call.
    typealias Forward = @convention(c) (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
    fileprivate typealias Backward =
        @convention(c) (UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int, Int32) -> Void

    var forward: Forward {
        let kernels = InstructionSet.kernels.activations
        return switch self {
        case .gelu: kernels.gelu
        case .tanhGELU: kernels.gelu_tanh
        case .silu: kernels.silu
        }
    }

    fileprivate var backward: Backward {
        let kernels = InstructionSet.kernels.activations
        return switch self {
        case .gelu: kernels.gelu_backward
        case .tanhGELU: kernels.gelu_tanh_backward
        case .silu: kernels.silu_backward
        }
    }
}

extension ActivationOperations {
    /// y = activation(x), whatever borders both have; y may be x.
    package static func apply(
        _ activation: SmoothActivation, _ x: Panels, into y: Panels, panels: Range<Int>, channels: Range<Int>
    ) {
        x.check(panels: panels, channels: channels)
        x.checkSameShape(as: y)
        if channels.isEmpty { return }
        let forward = activation.forward
        let joined = x.halo == 0 && y.halo == 0
        for panel in panels {
            let from = x.maps(panels: panel..<panel + 1, channels: channels, joined: joined)
            let to = y.maps(panels: panel..<panel + 1, channels: channels, joined: joined)
            x.forEachRun(channels, joined: joined) { channel, row, count in
                forward(
                    from.first + channel * from.channel + row * from.row,
                    to.first + channel * to.channel + row * to.row, count)
            }
        }
    }

    /// inputGradient = outputGradient times the slope at the input, and what is there when `adding`. The result may take the place of
    /// what it is computed from.
    package static func applyBackward(
        _ activation: SmoothActivation, _ outputGradient: Panels, input: Panels, into inputGradient: Panels,
        adding: Bool, panels: Range<Int>, channels: Range<Int>
    ) {
        input.check(panels: panels, channels: channels)
        input.checkSameShape(as: outputGradient)
        input.checkSameShape(as: inputGradient)
        if channels.isEmpty { return }
        let backward = activation.backward
        let joined = input.halo == 0 && outputGradient.halo == 0 && inputGradient.halo == 0
        for panel in panels {
            let one = panel..<panel + 1
            let x = input.maps(panels: one, channels: channels, joined: joined)
            let dy = outputGradient.maps(panels: one, channels: channels, joined: joined)
            let dx = inputGradient.maps(panels: one, channels: channels, joined: joined)
            input.forEachRun(channels, joined: joined) { channel, row, count in
                backward(
                    dy.first + channel * dy.channel + row * dy.row, x.first + channel * x.channel + row * x.row,
                    dx.first + channel * dx.channel + row * dx.row, count, adding ? 1 : 0)
            }
        }
    }
}

extension Panels {
    /// Calls `body` for the runs of floats without a gap that some channels of one panel have: all of them together when rows are
    /// joined and there is no border.
    fileprivate func forEachRun(_ channels: Range<Int>, joined: Bool, _ body: (Int, Int, Int) -> Void) {
        if joined { return body(0, 0, channels.count * rows * columns * Panels.lanes) }
        for channel in 0..<channels.count {
            for row in 0..<rows { body(channel, row, columns * Panels.lanes) }
        }
    }
}
