internal import SparseStore

/// A piece of the work of a step.
package enum StepWork: Sendable, Equatable {
    /// A layer, for some panels or a part of its channels; places are those in `Network.layers`.
    case forward(layer: Int)
    /// Loss, metrics and the gradient of the outputs, for some panels.
    case loss
    /// The gradient of what a layer reads.
    case backward(layer: Int)
    /// The gradient of a part of one of the layer's parameters; the place is that in `Network.parameters`.
    case gradient(layer: Int, parameter: Int)
    /// Gradients summed over processes.
    case reduce
    /// The norm of all gradients.
    case clip
    /// A part of a parameter's values moved by the optimiser.
    case update(parameter: Int)
}

/// Is told of the work of each step before and after it. Gradients of all parameters are then computed before the first value
/// moves, so that they can be looked at when the first `update` begins. No result changes. Calls come from the threads that
/// work: several at a time, unless the network's workers are one.
package protocol StepObserver: Sendable {
    /// Before a piece of work.
    func willDo(_ work: StepWork)
    /// After it.
    func didDo(_ work: StepWork)
}

/// Where the time of training steps goes.
package struct StepTimes: Sendable, Equatable {
    /// Seconds of each layer of `network.layers`: forward, backward and the gradients of its parameters.
    package internal(set) var layers: [Double]
    /// Seconds of the loss, metrics and gradient of the outputs.
    package internal(set) var loss = 0.0
    /// Sums over processes, clipping and the optimiser.
    package internal(set) var optimizer = 0.0

    /// Seconds of all layers, the loss and the optimiser.
    package var total: Double { layers.reduce(loss + optimizer, +) }
}

/// Takes the time of the steps of a network with one thread.
///
///     let timer = StepTimer(network) { seconds() }
///     network.observer = timer
///     _ = network.backward(input, labels: labels, samples: 128, loss: loss, step: 0)
///     try network.update(optimizer, learningRate: rate)
///     print(timer.times.layers)
package final class StepTimer: StepObserver, @unchecked Sendable {
    // Unchecked: the only thread that works is the caller's.
    /// Seconds so far, summed over the steps.
    package private(set) var times: StepTimes
    private var begin = 0.0
    private let clock: () -> Double

    /// - Parameter clock: Seconds since some moment.
    /// - Precondition: The network has one thread: layers take turns on one only.
    package init(_ network: Network, clock: @escaping () -> Double) {
        precondition(network.workers.parts == 1, "layers take turns on one thread only")
        times = StepTimes(layers: network.layers.map { _ in 0 })
        self.clock = clock
    }

    /// Begins anew.
    package func reset() { times = StepTimes(layers: times.layers.map { _ in 0 }) }

    package func willDo(_ work: StepWork) { begin = clock() }

    package func didDo(_ work: StepWork) {
        let seconds = clock() - begin
        switch work {
        case .forward(let layer), .backward(let layer), .gradient(let layer, _): times.layers[layer] += seconds
        case .loss: times.loss += seconds
        case .reduce, .clip, .update: times.optimizer += seconds
        }
    }
}
