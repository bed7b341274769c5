internal import SparseModels
internal import SparseStore

/// The score of GraSP (Wang, Zhang, Grosse; ICLR 2020; arXiv 2002.07376): weight x (Hessian of the loss x gradient) at every position. The
/// product with the Hessian is the central difference of two gradients, from weights a little up and down the gradient, in both of which
/// ReLUs let pass what they do in the middle: where one turned, which happens at any step to some of many samples, the difference would be
/// that of two pieces.
struct GradientFlow {
    private let network: Network
    private let recording: FixedGate.Recording
    /// How far the weights are moved, as a share of their length.
    static let step: Float = 0x1p-10

    /// - Parameters:
    ///   - network: Its weights are all stored. They are moved, and come back.
    ///   - recording: Of the gates in the places of its ReLUs.
    init(_ network: Network, _ recording: FixedGate.Recording) { (self.network, self.recording) = (network, recording) }

    /// One number for each position of each weight matrix.
    /// - Parameter carry: Carries the batch forward and back.
    func scores(_ carry: () -> Void) -> [[Float]] {
        let weights = network.weights.map { $0.elements(of: .values) }
        let gradients = gradients(carry)
        recording.isOn = false
        let length = Self.length(gradients)
        if length == 0 { return weights.map { $0.map { _ in 0 } } }
        let step = Self.step * Self.length(weights) / length
        move(weights, along: gradients, by: step)
        let up = self.gradients(carry)
        move(weights, along: gradients, by: -step)
        let down = self.gradients(carry)
        move(weights, along: gradients, by: 0)
        return weights.indices.map { layer in
            weights[layer].indices.map { weights[layer][$0] * (up[layer][$0] - down[layer][$0]) / (2 * step) }
        }
    }

    private func gradients(_ carry: () -> Void) -> [[Float]] {
        carry()
        network.parameterGradients()
        return network.weights.map { $0.elements(of: .gradient) }
    }

    private func move(_ weights: [[Float]], along gradients: [[Float]], by step: Float) {
        for (layer, matrix) in network.weights.enumerated() {
            matrix.setElements(
                of: .values, to: zip(weights[layer], gradients[layer]).map { $0 + step * $1 })
            matrix.valuesHaveChanged()
        }
    }

    private static func length(_ arrays: [[Float]]) -> Float {
        Float(arrays.joined().reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot())
    }
}
