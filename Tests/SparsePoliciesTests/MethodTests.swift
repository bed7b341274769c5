import SparseParts
import SparsePolicies
import SparseStore
import TestSupport
import Testing

struct MethodTests {
    private let run = RunLength(steps: 1000, stepsPerEpoch: 100)

    @Test func unknownNamesGetTheNearestKnownOne() {
        let unknown = #expect(throws: UnknownName.self) { try Parts.methods.named("riggl") }
        #expect(unknown?.nearest == "rigl" && unknown?.kind == "method" && unknown?.known == Parts.methods.names)
        for options in [
            Settings { $0.dropRule = "magnitud" }, Settings { $0.growRule = "gradients" },
            Settings { $0.dropSchedule = "cosin" },
            Settings { $0.compat = "set2017" },
        ] {
            let error = #expect(throws: PolicyError.self) {
                try Parts.methods.named("set").policy(options, run: run)
            }
            #expect(error?.description.contains("did you mean") == true)
        }
    }

    @Test func valuesOutOfRangeAreRefused() {
        for options in [
            Settings { $0.dropFraction = 1.5 }, Settings { $0.dropFraction = .nan }, Settings { $0.endFraction = -1 },
            Settings { $0.gradientAccumulation = 0 }, Settings { $0.deltaT = .steps(0) },
            Settings { $0.deltaT = .epochs(.max) },
            Settings { $0.beginStep = -1 },
            Settings { $0.dropPower = 0 },
            Settings {
                $0.deltaT = .steps(4)
                $0.gradientAccumulation = 5
            },
        ] {
            #expect(throws: PolicyError.self) { try Parts.methods.named("rigl").policy(options, run: run) }
        }
    }

    /// `--algo set --drop-rule magnitude` is the SET that RigL's code compares with; the user's own choice still wins.
    @Test func magnitudeDropBringsItsCompanions() throws {
        let set = try Parts.methods.named("set")
        let rigls = try set.settings(Settings { $0.dropRule = "magnitude" })
        #expect(rigls.newValues == .zero && rigls.regrow == .keepsValue)
        let own = try set.settings(
            Settings {
                $0.dropRule = "magnitude"
                $0.newValues = .normal
            })
        #expect(own.newValues == .normal && own.regrow == .keepsValue)
        let preset = try set.settings(Settings())
        #expect(preset.newValues == .zero && preset.regrow == .keepsValue)
        let signed = try set.settings(Settings { $0.dropRule = "signed-magnitude" })
        #expect(signed.newValues == .heUniform && signed.regrow == .fresh)
    }

    @Test func presetsFollowTheReference() throws {
        let paper = Settings { $0.compat = "paper" }
        let rigl = try Parts.methods.named("rigl").policy(paper, run: run)
        #expect(rigl.clock == UpdateClock(end: 750, period: 100))
        #expect(rigl.gradientBatches == 1 && !rigl.trainsOnUpdate)
        let set = try Parts.methods.named("set").policy(paper, run: run)
        #expect(set.clock == UpdateClock(end: 1000, period: 100))
        let fixed = try Parts.methods.named("static").policy(Settings(), run: run)
        #expect(!(0...1000).contains(where: fixed.clock.isUpdate))
        let old = try Parts.methods.named("set").settings(Settings { $0.compat = "set2018" })
        #expect(old.dropRule == "set2018" && old.newValues == .normal && old.distribution == "epsilon")
        #expect(old.dropSchedule == "constant" && old.endFraction == 1 && old.deltaT == .epochs(1))
    }

    /// What the presets were before they were made to suit the run.
    @Test func thePaperVariantsAreThePublishedPresets() throws {
        func paper(_ name: String) throws -> Settings {
            try Parts.methods.named(name).settings(
                Settings { $0.compat = "paper" }, run: RunLength(steps: 9, stepsPerEpoch: 3))
        }
        let set = try paper("set")
        #expect(set.dropRule == "signed-magnitude" && set.newValues == .heUniform && set.regrow == .fresh)
        #expect(set.dropSchedule == "constant" && set.dropFraction == 0.3 && set.endFraction == 1)
        for (name, period) in [
            ("set", UpdatePeriod.epochs(1)), ("deepr", .steps(1)), ("dsr", .steps(100)), ("snfs", .epochs(1)),
            ("rigl", .steps(100)), ("itop-set", .steps(1500)), ("itop-rigl", .steps(4000)), ("granet", .steps(1000)),
            ("srigl", .steps(100)), ("mest", .epochs(5)), ("topkast", .steps(1)), ("gmp", .steps(1000)),
        ] {
            #expect(try paper(name).deltaT == period, "\(name)")
            let isUniform = ["deepr", "dsr", "snfs", "mest", "topkast", "gmp"].contains(name)
            #expect(try paper(name).distribution == (isUniform ? "uniform" : "erk"), "\(name)")
        }
        #expect(try paper("mest").dropSchedule == "staged")
        #expect(throws: PolicyError.self) { try paper("static") }
    }

    /// Where nobody names it, the time between updates leaves room for twenty of them, and is never longer than published.
    @Test func theIntervalFollowsFromTheLength() throws {
        for method in Parts.methods.entries.map(\.part) where method.movesConnections {
            for steps in [1, 2, 3, 7, 15, 21, 22, 23, 24, 30, 46, 100, 138, 460, 1000, 2000, 4600, 100_000, 10_000_000]
            {
                let (run, options) = (RunLength(steps: steps, stepsPerEpoch: 46), Settings { $0.density = 0.1 })
                let settings = try method.settings(options, run: run)
                let (interval, published) = (
                    settings.deltaT?.steps(in: run) ?? 0, method.preset.deltaT?.steps(in: run) ?? 0
                )
                #expect(interval >= 1 && interval <= published)
                guard let policy = try? method.policy(options, run: run) else {
                    // These prune to an end that is an update, and before the last one.
                    #expect(["granet", "gmp"].contains(method.name) && steps < 4, "\(method.name) \(steps)")
                    continue
                }
                let updates = policy.clock.updates(before: steps)
                if interval > 1 { #expect(updates >= Method.leastUpdates, "\(method.name) \(steps)") }
                // The longest with so many.
                if interval < published {
                    var longer = options
                    longer.deltaT = .steps(interval + 1)
                    let count = (try? method.policy(longer, run: run))?.clock.updates(before: steps) ?? 0
                    #expect(count < Method.leastUpdates, "\(method.name) \(steps)")
                }
            }
            // What is said stays.
            let said = try method.settings(
                Settings { $0.deltaT = .steps(777) }, run: RunLength(steps: 30, stepsPerEpoch: 3))
            #expect(said.deltaT == .steps(777))
        }
    }

    @Test func hugePeriodsAreNoUpdates() throws {
        for name in ["set", "dsr", "mest", "rigl"] {
            let policy = try Parts.methods.named(name).policy(
                Settings { $0.deltaT = .epochs(1_000_000_000) }, run: RunLength(steps: 1000, stepsPerEpoch: 1 << 40))
            #expect(policy.clock.updates(before: 1000) == 0)
        }
    }

    /// Whatever the method and threads: a fraction of 0 changes nothing, and two runs agree.
    @Test func aFractionOfZeroChangesNothing() throws {
        for name in ["set", "rigl"] {
            var twins = try Twins(shapes: Twins.randomShapes(1), seed: 1, store: .reference)
            var policy = try Parts.methods.named(name).policy(
                Settings {
                    $0.deltaT = .steps(3)
                    $0.dropFraction = 0
                }, run: run)
            let reports = try twins.train(&policy, batches: 10) { _, _, _ in }
            #expect(!reports.isEmpty && reports.joined().allSatisfy { $0.change.isEmpty })
        }
    }
}
