import SparseStore
import TestSupport
import Testing

@testable import SparsePolicies

/// Methods find the optimiser's arrays by the part they play, not by their place.
@Suite struct OptimizerRoleTests {
    /// A layer of four weights whose optimiser keeps what is given, in that order.
    private func layer(_ states: [(OptimizerRole, [Float])]) throws -> LayerView {
        let matrix = try CSRMatrix(rows: 2, columns: 4, positions: [0, 3, 5, 6], values: [1, 2, 3, 4])
        matrix.setElements(of: .gradient, to: [8, -8, 8, 8])
        matrix.stored.reserveStates(states.map(\.0))
        for (role, elements) in states { matrix.setElements(of: .state(role), to: elements) }
        return try LayerView(
            SparseParameter(name: "fc", shape: LayerShape(outputs: 2, inputs: 4), matrix: matrix, layer: 0),
            mayRegrow: true)
    }

    @Test func theMeanMomentumIsOfTheMomentum() throws {
        let momentum: [Float] = [1, -2, 3, 2]
        let other: [Float] = [9, 9, 9, 9]
        #expect(MomentumBudget.meanMomentum(of: try layer([])) == 8)
        #expect(MomentumBudget.meanMomentum(of: try layer([("age", other)])) == 8)
        #expect(MomentumBudget.meanMomentum(of: try layer([(.momentum, momentum)])) == 2)
        #expect(MomentumBudget.meanMomentum(of: try layer([("age", other), (.momentum, momentum)])) == 2)
        #expect(MomentumBudget.meanMomentum(of: try layer([(.momentum, momentum), ("age", other)])) == 2)
        // Adam's, whatever the order: 1 / 1, 2 / 2, 3 / 1, 2 / 2.
        let second: [Float] = [1, 4, 1, 4]
        for states in [
            [(.momentum, momentum), (.secondMoment, second)], [(.secondMoment, second), (.momentum, momentum)],
        ]
            as [[(OptimizerRole, [Float])]]
        {
            #expect(abs(MomentumBudget.meanMomentum(of: try layer(states)) - 1.5) < 1e-6)
        }
    }

    /// New weights of SNFS have the momentum of the batches kept, where that is all that the optimiser keeps.
    @Test func newWeightsBeginWithMomentumAlone() throws {
        for (roles, begins) in [
            ([.momentum], true), ([], false), (["age"], false), ([.momentum, .secondMoment], false),
        ] as [([OptimizerRole], Bool)] {
            let layer = try layer(roles.map { ($0, [1, 1, 1, 1]) })
            let batch = GradientBatch(
                input: Panels(channels: 4, samples: 1), outputGradient: Panels(channels: 2, samples: 1), samples: 1)
            for channel in 0..<4 { batch.input[0, channel] = Float(channel + 1) }
            for channel in 0..<2 { batch.outputGradient[0, channel] = 2 }
            var parameter = layer.parameter
            parameter.batches = [batch]
            let view = try LayerView(parameter, mayRegrow: true)
            let growth = try MomentumGrow(coefficient: 0.5, window: 1).grow(
                2, in: view, dropped: [], mayRegrow: true,
                context: UpdateContext(step: 1, seed: 0, workers: Workers(threads: 1), parameters: [parameter]))
            #expect(growth.positions == [2, 7])
            #expect(growth.momenta == (begins ? [6, 8] : []))
        }
    }
}
