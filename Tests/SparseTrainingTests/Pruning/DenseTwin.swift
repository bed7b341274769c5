import Foundation
import SparseModels
import SparseStore

@testable import SparseTraining

/// A multilayer perceptron with all its weights, in double precision and without any cleverness: what pruning at initialisation is
/// compared with.
struct DenseTwin {
    /// [layer][output][input]
    var weights: [[[Double]]]
    let inputs: [[Double]]
    let labels: [Int]

    /// The weights that the layers of a run begin with, were they dense, and the batch that a round looks at.
    init(_ setup: TrainingSetup, samples: Int, batch number: Int = 0) {
        weights = setup.model.weightShapes.enumerated().map { layer, shape in
            let field = setup.initialField(layer)
            return (0..<shape.rows).map { row in
                (0..<shape.columns).map { Double(field.value(at: row * shape.columns + $0)) }
            }
        }
        let order = SampleOrder(setup.train, seed: setup.configuration.seed, epoch: 0)
        let loader = BatchLoader(setup.train, batchSize: samples, scaling: setup.loader.scaling, dropLast: true)
        var batch = loader.makeBatch(shape: setup.shape)
        loader.load(number % loader.batchCount, of: order, into: &batch)
        guard case .values(let panels) = batch.inputs[0], case .classes(let classes) = batch.targets else {
            preconditionFailure("numbers and classes")
        }
        inputs = (0..<samples).map { sample in (0..<panels.channels).map { Double(panels[sample, $0]) } }
        labels = (0..<samples).map { Int(classes[$0]) }
    }

    /// Outputs of every layer for one input; those of hidden layers not below 0.
    private func forward(_ input: [Double]) -> [[Double]] {
        var reached = [input]
        for (layer, matrix) in weights.enumerated() {
            let from = reached[layer]
            reached.append(
                matrix.map { row in
                    let sum = zip(row, from).reduce(0) { $0 + $1.0 * $1.1 }
                    return layer + 1 < weights.count ? max(sum, 0) : sum
                })
        }
        return reached
    }

    /// Adds delta x input for every layer, given the gradient of the outputs.
    private func backward(_ reached: [[Double]], _ outputGradient: [Double], into gradient: inout [[[Double]]]) {
        var delta = outputGradient
        for layer in weights.indices.reversed() {
            for (row, d) in delta.enumerated() where d != 0 {
                for (column, x) in reached[layer].enumerated() { gradient[layer][row][column] += d * x }
            }
            if layer == 0 { break }
            delta = reached[layer].indices.map { unit in
                guard reached[layer][unit] > 0 else { return 0 }
                return delta.indices.reduce(0) { $0 + delta[$1] * weights[layer][$1][unit] }
            }
        }
    }

    /// Gradient of the mean cross-entropy of the outputs divided by a temperature.
    func lossGradient(temperature: Double = 1) -> [[[Double]]] {
        var gradient = weights.map { $0.map { $0.map { _ in 0.0 } } }
        for (input, label) in zip(inputs, labels) {
            let reached = forward(input)
            let powers = reached[weights.count].map { exp($0 / temperature) }
            let sum = powers.reduce(0, +)
            let delta = powers.enumerated().map { output, power in
                (power / sum - (output == label ? 1 : 0)) / temperature / Double(inputs.count)
            }
            backward(reached, delta, into: &gradient)
        }
        return gradient
    }

    /// Gradient of the sum of the outputs for inputs of 1, with absolute weights.
    func flowGradient() -> [[[Double]]] {
        var twin = self
        twin.weights = weights.map { $0.map { $0.map(abs) } }
        var gradient = weights.map { $0.map { $0.map { _ in 0.0 } } }
        let reached = twin.forward(inputs[0].map { _ in 1 })
        twin.backward(reached, reached[weights.count].map { _ in 1 }, into: &gradient)
        return gradient
    }

    /// Weight x Hessian x gradient, the Hessian's product as a difference of gradients over a tiny step.
    func gradientFlow(temperature: Double) -> [[[Double]]] {
        let gradient = lossGradient(temperature: temperature)
        var (up, down) = (self, self)
        let step = 1e-4
        for (layer, row, column) in places {
            up.weights[layer][row][column] += step * gradient[layer][row][column]
            down.weights[layer][row][column] -= step * gradient[layer][row][column]
        }
        let (above, below) = (up.lossGradient(temperature: temperature), down.lossGradient(temperature: temperature))
        var scores = weights
        for (layer, row, column) in places {
            scores[layer][row][column] *= (above[layer][row][column] - below[layer][row][column]) / (2 * step)
        }
        return scores
    }

    var places: [(layer: Int, row: Int, column: Int)] {
        weights.enumerated().flatMap { layer, matrix in
            matrix.indices.flatMap { row in matrix[row].indices.map { (layer, row, $0) } }
        }
    }

    /// Of each layer the flat positions of the best `count` by these scores: of all layers, or of each by itself.
    func best(_ scores: [[[Double]]], _ counts: [Int], isGlobal: Bool) -> [Set<Int>] {
        let groups = isGlobal ? [Array(weights.indices)] : weights.indices.map { [$0] }
        var kept = weights.map { _ in Set<Int>() }
        for group in groups {
            let ranked = places.filter { group.contains($0.layer) }
                .sorted { scores[$0.layer][$0.row][$0.column] > scores[$1.layer][$1.row][$1.column] }
            for place in ranked.prefix(group.map { counts[$0] }.reduce(0, +)) {
                kept[place.layer].insert(place.row * weights[place.layer][place.row].count + place.column)
            }
        }
        return kept
    }

    /// Sets what is not kept to 0.
    mutating func mask(_ kept: [Set<Int>]) {
        for (layer, row, column) in places
        where !kept[layer].contains(row * weights[layer][row].count + column) {
            weights[layer][row][column] = 0
        }
    }
}
