import SparsePolicies
import SparseStore
import Testing

struct DensityTests {
    private let lenet300: [(name: String, shape: LayerShape)] = [
        ("fc1", LayerShape(outputs: 300, inputs: 784)), ("fc2", LayerShape(outputs: 100, inputs: 300)),
        ("fc3", LayerShape(outputs: 10, inputs: 100)),
    ]
    private let lenet5: [(name: String, shape: LayerShape)] = [
        ("conv1", LayerShape(outputs: 20, inputs: 1, kernelHeight: 5, kernelWidth: 5)),
        ("conv2", LayerShape(outputs: 50, inputs: 20, kernelHeight: 5, kernelWidth: 5)),
        ("fc1", LayerShape(outputs: 500, inputs: 800)), ("fc2", LayerShape(outputs: 10, inputs: 500)),
    ]
    private let erk = ErdosRenyi(countsKernel: true)

    @Test(arguments: [
        (0.2, [0.162241, 0.469362, 1], [38160, 14081, 1000]),
        (0.1, [0.079568, 0.230189, 1], [18715, 6906, 1000]),
        (0.05, [0.038484, 0.111334, 0.918507], [9052, 3341, 919]),
        (0.02, [0.015394, 0.044534, 0.367403], [3621, 1337, 368]),
        (0.01, [0.007697, 0.022267, 0.183701], [1811, 669, 184]),
    ])
    func goldenCountsOfLeNet300(density: Double, densities: [Double], counts: [Int]) throws {
        for countsKernel in [true, false] {
            let plan = LayerPlan(density: density, distribution: ErdosRenyi(countsKernel: countsKernel))
            let budgets = try plan.budgets(for: lenet300)
            #expect(budgets.map(\.storedCount) == counts)
            for (budget, density) in zip(budgets, densities) { #expect(abs(budget.density - density) < 6e-7) }
        }
    }

    @Test(arguments: [
        (0.1, [1, 0.087072, 0.088433, 1]), (0.05, [0.726116, 0.037477, 0.038063, 1]),
        (0.02, [0.277887, 0.014343, 0.014567, 0.457168]),
    ])
    func goldenDensitiesOfLeNet5(density: Double, densities: [Double]) throws {
        let budgets = try LayerPlan(density: density, distribution: erk).budgets(for: lenet5)
        for (budget, density) in zip(budgets, densities) { #expect(abs(budget.density - density) < 6e-7) }
    }

    @Test func countsDoNotSufferFromRounding() {
        #expect(StoredCount.of(density: 0.9, positions: 1000) == 900)
        #expect(StoredCount.of(density: 0.1, positions: 1_000_000_000) == 100_000_000)
        #expect(StoredCount.of(density: 1, positions: 7) == 7)
        #expect(StoredCount.of(density: 1e-12, positions: 7) == 1)
        for positions in 1...400 {
            for percent in 1...100 {
                let exact = positions - positions * (100 - percent) / 100
                #expect(StoredCount.of(density: Double(percent) / 100, positions: positions) == exact)
            }
        }
    }

    /// Over random networks the total meets the target to less than one weight a layer, no density passes 1, and the
    /// uncapped ones are in the ratio of their raw densities.
    @Test func totalsMeetTheTarget() throws {
        for trial in 0..<300 {
            var random = CounterRandom(seed: 8, purpose: .test, step: trial)
            var layers: [(name: String, shape: LayerShape)] = []
            for index in 0...random.next(below: 8) {
                let shape = LayerShape(
                    outputs: 1 + random.next(below: 300), inputs: 1 + random.next(below: 300),
                    kernelHeight: 1 + random.next(below: 3), kernelWidth: 1 + random.next(below: 3))
                layers.append(("layer\(index)", shape))
            }
            let density = 0.01 + 0.99 * random.nextUnit()
            let budgets = try LayerPlan(
                density: density, distribution: ErdosRenyi(countsKernel: true, power: random.nextUnit() * 1.5)
            ).budgets(for: layers)
            let total = layers.map(\.shape.count).reduce(0, +)
            let stored = budgets.map(\.storedCount).reduce(0, +)
            #expect(abs(Double(stored) - density * Double(total)) <= Double(2 * layers.count))
            #expect(budgets.allSatisfy { $0.density > 0 && $0.density <= 1 })
        }
    }

    @Test func powerZeroIsUniform() throws {
        let budgets = try LayerPlan(density: 0.1, distribution: ErdosRenyi(countsKernel: true, power: 0))
            .budgets(for: lenet300)
        for budget in budgets { #expect(abs(budget.density - 0.1) < 1e-9) }
    }

    @Test func denseLayersArePaidForByErdosRenyiOnly() throws {
        let uniform = try LayerPlan(density: 0.1, distribution: UniformDensity(), dense: ["fc3"]).budgets(for: lenet300)
        #expect(uniform.map(\.storedCount) == [23520, 3000, 1000])
        #expect(uniform.map(\.isKeptDense) == [false, false, true])
        let paid = try LayerPlan(density: 0.02, distribution: erk, dense: ["fc3"]).budgets(for: lenet300)
        let stored = paid.map(\.storedCount)
        #expect(stored[2] == 1000)
        #expect(abs(stored.reduce(0, +) - 5324) <= 3)
    }

    @Test func explicitDensitiesLeaveTheOthersAlone() throws {
        let plan = LayerPlan(
            density: 0.1, distribution: erk, explicit: [("fc1", 0.02), ("fc*", 0.5)])
        let budgets = try plan.budgets(for: lenet300)
        #expect(budgets.map(\.density) == [0.02, 0.5, 0.5])
        let only = try LayerPlan(density: 0.1, distribution: erk, explicit: [("fc1", 0.02)]).budgets(for: lenet300)
        let alone = try LayerPlan(density: 0.1, distribution: erk).budgets(for: Array(lenet300.dropFirst()))
        #expect(only.dropFirst().map(\.storedCount) == alone.map(\.storedCount))
    }

    @Test func epsilonFixesTheDensity() throws {
        let budgets = try LayerPlan(density: 0.5, distribution: EpsilonDensity(epsilon: 20)).budgets(for: [
            ("fc1", LayerShape(outputs: 4000, inputs: 3072)), ("fc2", LayerShape(outputs: 10, inputs: 10)),
        ])
        #expect(budgets.map(\.storedCount) == [20 * 7072, 100])
    }

    @Test func impossibleBudgetsAreRefused() throws {
        let error = #expect(throws: PolicyError.self) {
            try LayerPlan(density: 0.1, distribution: erk, dense: ["fc1"]).budgets(for: lenet300)
        }
        #expect(error?.description.contains("235200 weights") == true)
        for density in [0, -0.1, 1.5, .nan] {
            #expect(throws: PolicyError.self) {
                try LayerPlan(density: density, distribution: erk).budgets(for: lenet300)
            }
        }
        #expect(throws: PolicyError.self) {
            try LayerPlan(density: 0.1, distribution: erk, dense: ["conv*"]).budgets(for: lenet300)
        }
    }

    @Test func patternsMatchWholeNames() {
        let cases: [(LayerPattern, String, Bool)] = [
            ("fc1", "fc1", true), ("fc1", "fc12", false), ("fc*", "fc12", true), ("*", "", true), ("", "a", false),
            ("a*b*c", "aXbYbZc", true), ("a*b*c", "aXbYbZ", false), ("*.shortcut", "block2.shortcut", true),
            ("**a", "ba", true),
        ]
        for (pattern, name, matches) in cases { #expect(pattern.matches(name) == matches, "\(pattern.text) \(name)") }
    }
}
