import SparsePolicies
import Testing

@testable import SparseTraining

/// How long a run is: the same whether it is said in epochs or in steps, for every method, and never a refusal of a length
/// that the method can train for.
@Suite struct PlanTests {
    private func plan(
        _ method: Method, _ options: Settings, epochs: Int? = nil, steps: Int? = nil, batches: Int
    ) throws -> TrainingPlan {
        var configuration = TrainingConfiguration()
        (configuration.epochs, configuration.steps) = (epochs, steps)
        return try TrainingPlan(configuration, batchesPerEpoch: batches) { run throws(PolicyError) in
            try method.policy(options, run: run)
        }
    }

    private static let options: [Settings] = {
        var all = [Settings { $0.density = 0.1 }]
        for period in [
            UpdatePeriod.steps(1), .steps(7), .steps(100), .steps(300), .steps(1000), .epochs(1), .epochs(5),
        ] {
            for end in [0.3, 0.75, 1] {
                for trains in [nil, true, false] {
                    all.append(
                        Settings {
                            $0.deltaT = period
                            $0.endFraction = end
                            $0.trainsOnUpdate = trains
                            $0.density = 0.1
                        })
                }
            }
        }
        for schedule in Parts.dropSchedules.names {
            all.append(
                Settings {
                    $0.dropSchedule = schedule
                    $0.density = 0.1
                })
        }
        all.append(
            Settings {
                $0.beginStep = 50
                $0.density = 0.1
            })
        all.append(
            Settings {
                $0.beginStep = 50
                $0.gradientAccumulation = 3
                $0.trainsOnUpdate = false
                $0.density = 0.1
            })
        all.append(
            Settings {
                $0.trainsOnUpdate = false
                $0.density = 0.1
                $0.pruneEndFraction = 0.2
            })
        return all
    }()

    @Test(arguments: Parts.methods.names)
    func epochsAndStepsAreTheSameRun(name: String) throws {
        let method = try Parts.methods.named(name)
        for options in Self.options {
            for batches in [1, 2, 5, 46] {
                for epochs in Array(1...30) + [43, 44, 60, 86, 87, 100] {
                    let all = epochs * batches
                    guard let planned = try? plan(method, options, epochs: epochs, batches: batches) else {
                        // What is refused as so many epochs is refused as that many steps, unless they need more batches.
                        let other = try? plan(method, options, steps: all, batches: batches)
                        #expect(other == nil || options.trainsOnUpdate == false)
                        continue
                    }
                    #expect(planned == (try plan(method, options, steps: planned.steps, batches: batches)))
                    #expect(planned.steps <= all && planned.epochs <= epochs)
                    let policy = try method.policy(
                        options, run: RunLength(steps: planned.steps, stepsPerEpoch: batches))
                    if policy.trainsOnUpdate { continue }
                    // One step more would not fit.
                    if let more = try? plan(method, options, steps: planned.steps + 1, batches: batches),
                        try !method.policy(options, run: RunLength(steps: more.steps, stepsPerEpoch: batches))
                            .trainsOnUpdate
                    {
                        #expect(more.steps + more.topologyUpdates > all)
                    }
                }
            }
        }
    }

    /// The plan used to ask for half of the run, which is too short for GraNet's pruning.
    @Test func graNetIsAskedForTheWholeRun() throws {
        for (epochs, period) in [(22, 300), (44, 1000), (60, 1000), (86, 1000)] {
            var configuration = TrainingConfiguration()
            (configuration.method, configuration.epochs, configuration.deltaT) = ("granet", epochs, .steps(period))
            let setup = try TrainingSetup(configuration)
            #expect(setup.plan.steps == 46 * epochs && setup.plan.epochs == epochs)
        }
        for epochs in 1...100 {
            var configuration = TrainingConfiguration()
            (configuration.method, configuration.epochs) = ("granet", epochs)
            #expect(try TrainingSetup(configuration).plan.topologyUpdates >= 20)
        }
    }

    @Test func thePlanSaysWhatWasDerived() throws {
        var configuration = TrainingConfiguration()
        (configuration.method, configuration.epochs) = ("rigl", 3)
        let plan = try TrainingSetup(configuration).plan
        #expect(plan.steps == 138 && plan.topologyUpdates == 20 && plan.topologyInterval == 5)
        #expect(plan.learningRate == 0.05 && plan.warmupSteps == 6 && plan.clipNorm == 1)
        configuration.learningRate = 0.05
        (configuration.deltaT, configuration.epochs) = (.steps(100), 100)
        let given = try TrainingSetup(configuration).plan
        #expect(given.steps + given.topologyUpdates == 4600 && given.warmupSteps == 0 && given.clipNorm == nil)
    }
}
