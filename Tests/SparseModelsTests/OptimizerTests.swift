import SparseParts
import SparseStore
import Testing

@testable import SparseModels

/// Optimisers over several steps against their papers' formulas, one weight at a time in double precision.
@Suite struct OptimizerTests {
    private func run(
        _ optimizer: any Optimizer, steps: Int = 6, decays: Bool = true, gradientScale: Float = 1,
        constantRate: Bool = false,
        reference: (inout (w: Double, a: Double, b: Double), _ g: Double, _ rate: Double, _ t: Double) -> Void
    ) {
        let count = 37
        var random = CounterRandom(seed: 3, purpose: .test)
        let vector = ParameterVector(count: count)
        let parameter = Parameter(name: "p", kind: .weight, storage: .vector(vector))
        parameter.reserveStates(optimizer.states)
        #expect(parameter.stored.roles == optimizer.states && parameter.states.count == optimizer.states.count)
        for i in 0..<count { vector.values[i] = Float(random.nextUnit() - 0.5) }
        var expected = (0..<count).map { (w: Double(vector.values[$0]), a: 0.0, b: 0.0) }
        for t in 1...steps {
            let rate = constantRate ? 0.1 : 0.1 / Double(t)
            for i in 0..<count {
                vector.gradient[i] = Float(random.nextUnit() * 2 - 1)
                reference(&expected[i], Double(vector.gradient[i]) * Double(gradientScale), rate, Double(t))
            }
            let slot = OptimizerSlot(values: vector.values, gradient: vector.gradient, states: vector.states)
            let step = OptimizerStep(
                count: t, learningRate: Float(rate), gradientScale: gradientScale, decays: decays)
            #expect(optimizer.update(slot, range: 0..<20, step: step))
            #expect(optimizer.update(slot, range: 20..<count, step: step))
            for i in 0..<count {
                #expect(
                    abs(Double(vector.values[i]) - expected[i].w) < 2e-6 * Double(t), "\(optimizer.name), step \(t)")
            }
        }
    }

    @Test func plainSGD() {
        run(SGD(momentum: 0, weightDecay: 0.01)) { s, g, rate, _ in s.w -= rate * (g + 0.01 * s.w) }
        run(SGD(momentum: 0, weightDecay: 0.01), decays: false) { s, g, rate, _ in s.w -= rate * g }
    }

    @Test func momentum() {
        run(SGD(momentum: 0.9, weightDecay: 0.01)) { s, g, rate, _ in
            s.a = 0.9 * s.a + g + 0.01 * s.w
            s.w -= rate * s.a
        }
    }

    /// SET's published code: v = mu v - rate dW, W += v - wd W, for a constant rate.
    @Test func decayPerStep() {
        run(SGD(momentum: 0.9, weightDecay: 0.01, decaysPerStep: true), constantRate: true) { s, g, rate, _ in
            s.a = 0.9 * s.a - rate * g
            s.w += s.a - 0.01 * s.w
        }
        run(SGD(momentum: 0, weightDecay: 0.01, decaysPerStep: true)) { s, g, rate, _ in
            s.w += -rate * g - 0.01 * s.w
        }
        run(SGD(momentum: 0.9, nesterov: true, weightDecay: 0.01, decaysPerStep: true), decays: false) {
            s, g, rate, _ in
            s.a = 0.9 * s.a + g
            s.w -= rate * (g + 0.9 * s.a)
        }
    }

    @Test func nesterov() {
        run(SGD(momentum: 0.9, nesterov: true, weightDecay: 0.01), gradientScale: 0.5) { s, g, rate, _ in
            let decayed = g + 0.01 * s.w
            s.a = 0.9 * s.a + decayed
            s.w -= rate * (decayed + 0.9 * s.a)
        }
    }

    @Test func adam() {
        run(Adam(beta1: 0.8, beta2: 0.99, epsilon: 1e-4, weightDecay: 0.02)) { s, g, rate, t in
            adamStep(&s, g + 0.02 * s.w, rate, t)
        }
    }

    @Test func adamW() {
        run(AdamW(beta1: 0.8, beta2: 0.99, epsilon: 1e-4, weightDecay: 0.02)) { s, g, rate, t in
            s.w *= 1 - rate * 0.02
            adamStep(&s, g, rate, t)
        }
        run(AdamW(beta1: 0.8, beta2: 0.99, epsilon: 1e-4, weightDecay: 0.02), decays: false) { s, g, rate, t in
            adamStep(&s, g, rate, t)
        }
    }

    private func adamStep(_ s: inout (w: Double, a: Double, b: Double), _ g: Double, _ rate: Double, _ t: Double) {
        var (power1, power2) = (1.0, 1.0)
        for _ in 0..<Int(t) {
            power1 *= 0.8
            power2 *= 0.99
        }
        s.a = 0.8 * s.a + 0.2 * g
        s.b = 0.99 * s.b + 0.01 * g * g
        s.w -= rate * (s.a / (1 - power1)) / ((s.b / (1 - power2)).squareRoot() + 1e-4)
    }

    @Test func registryMakesWhatItNames() throws {
        let options = Settings {
            $0.momentum = 0.5
            $0.nesterov = true
            $0.weightDecay = 0.1
        }
        let sgd = try #require(try Parts.optimizers.optimizer(named: "sgd", options) as? SGD)
        #expect(sgd.momentum == 0.5 && sgd.nesterov && sgd.weightDecay == 0.1)
        for entry in Parts.optimizers.entries {
            #expect(try Parts.optimizers.optimizer(named: entry.name).name == entry.name)
        }
        #expect(
            throws: ModelError.unknownName(
                UnknownName(kind: "optimizer", name: "adamq", known: ["sgd", "adam", "adamw"]))
        ) { try Parts.optimizers.optimizer(named: "adamq") }
        for (name, bad) in [
            ("sgd", Settings { $0.momentum = 1 }), ("sgd", Settings { $0.momentum = -0.1 }),
            ("sgd", Settings { $0.momentum = .nan }), ("sgd", Settings { $0.weightDecay = -1 }),
            ("adam", Settings { $0.weightDecay = .infinity }), ("adam", Settings { $0.beta2 = 1 }),
            ("adamw", Settings { $0.adamEpsilon = 0 }), ("adam", Settings { $0.decaysPerStep = true }),
        ] {
            #expect(throws: ModelError.self) { try Parts.optimizers.optimizer(named: name, bad) }
        }
    }
}
