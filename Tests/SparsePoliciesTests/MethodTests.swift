import SparsePolicies
import SparseStore
import TestSupport
import Testing

struct MethodTests {
    private let run = RunLength(steps: 1000, stepsPerEpoch: 100)

    @Test func unknownNamesGetTheNearestKnownOne() {
        #expect(
            throws: PolicyError.unknownName(
                kind: "method", name: "riggl", nearest: "rigl", known: Catalog<Method>.methods.names)
        ) { try Catalog.methods.named("riggl") }
        for options in [
            MethodOptions(dropRule: "magnitud"), MethodOptions(growRule: "gradients"),
            MethodOptions(dropSchedule: "cosin"), MethodOptions(newValues: "zeros"), MethodOptions(compat: "set2017"),
        ] {
            let error = #expect(throws: PolicyError.self) {
                try Catalog.methods.named("set").policy(options, run: run)
            }
            #expect(error?.description.contains("did you mean") == true)
        }
    }

    @Test func valuesOutOfRangeAreRefused() {
        for options in [
            MethodOptions(dropFraction: 1.5), MethodOptions(dropFraction: .nan), MethodOptions(endFraction: -1),
            MethodOptions(gradAccumulation: 0), MethodOptions(deltaT: .steps(0)), MethodOptions(beginStep: -1),
            MethodOptions(dropPower: 0), MethodOptions(deltaT: .steps(4), gradAccumulation: 5),
        ] {
            #expect(throws: PolicyError.self) { try Catalog.methods.named("rigl").policy(options, run: run) }
        }
    }

    /// `--algo set --drop-rule magnitude` is the SET that RigL's code compares with; the user's own choice still wins.
    @Test func magnitudeDropBringsItsCompanions() throws {
        let set = try Catalog.methods.named("set")
        let rigls = try set.settings(MethodOptions(dropRule: "magnitude"))
        #expect(rigls.newValues == "zero" && rigls.regrowth == .keepsValue)
        let own = try set.settings(MethodOptions(dropRule: "magnitude", newValues: "normal"))
        #expect(own.newValues == "normal" && own.regrowth == .keepsValue)
        let preset = try set.settings(MethodOptions())
        #expect(preset.newValues == "zero" && preset.regrowth == .keepsValue)
        let signed = try set.settings(MethodOptions(dropRule: "signed-magnitude"))
        #expect(signed.newValues == "he-uniform" && signed.regrowth == .fresh)
    }

    @Test func presetsFollowTheReference() throws {
        let paper = MethodOptions(compat: "paper")
        let rigl = try Catalog.methods.named("rigl").policy(paper, run: run)
        #expect(rigl.clock == UpdateClock(end: 750, period: 100))
        #expect(rigl.gradientBatches == 1 && !rigl.appliesWeightsOnUpdate)
        let set = try Catalog.methods.named("set").policy(paper, run: run)
        #expect(set.clock == UpdateClock(end: 1000, period: 100))
        let fixed = try Catalog.methods.named("static").policy(MethodOptions(), run: run)
        #expect(!(0...1000).contains(where: fixed.clock.isUpdate))
        let old = try Catalog.methods.named("set").settings(MethodOptions(compat: "set2018"))
        #expect(old.dropRule == "set2018" && old.newValues == "normal" && old.distribution == "epsilon")
        #expect(old.dropSchedule == "constant" && old.endFraction == 1 && old.deltaT == .epochs(1))
    }

    /// What the presets were before they were made to suit the run.
    @Test func thePaperVariantsAreThePublishedPresets() throws {
        func paper(_ name: String) throws -> MethodOptions {
            try Catalog.methods.named(name).settings(
                MethodOptions(compat: "paper"), run: RunLength(steps: 9, stepsPerEpoch: 3))
        }
        let set = try paper("set")
        #expect(set.dropRule == "signed-magnitude" && set.newValues == "he-uniform" && set.regrowth == .fresh)
        #expect(set.dropSchedule == "constant" && set.dropFraction == 0.3 && set.endFraction == 1)
        for (name, period) in [
            ("set", UpdatePeriod.epochs(1)), ("deepr", .steps(1)), ("dsr", .steps(100)), ("snfs", .epochs(1)),
            ("rigl", .steps(100)), ("itop-set", .steps(1500)), ("itop-rigl", .steps(4000)), ("granet", .steps(1000)),
            ("srigl", .steps(100)), ("mest", .epochs(5)), ("topkast", .steps(1)),
        ] {
            #expect(try paper(name).deltaT == period, "\(name)")
            let isUniform = ["deepr", "dsr", "snfs", "mest", "topkast"].contains(name)
            #expect(try paper(name).distribution == (isUniform ? "uniform" : "erk"), "\(name)")
        }
        #expect(try paper("mest").dropSchedule == "staged")
        #expect(throws: PolicyError.self) { try paper("static") }
    }

    /// Where nobody names it, the time between updates leaves room for twenty of them, and is never longer than published.
    @Test func theIntervalFollowsFromTheLength() throws {
        for method in Catalog<Method>.methods.entries.map(\.item) where method.movesConnections {
            for steps in [1, 2, 3, 7, 15, 21, 22, 23, 24, 30, 46, 100, 138, 460, 1000, 2000, 4600, 100_000, 10_000_000]
            {
                let (run, options) = (RunLength(steps: steps, stepsPerEpoch: 46), MethodOptions(density: 0.1))
                let settings = try method.settings(options, run: run)
                let (interval, published) = (
                    settings.deltaT?.steps(in: run) ?? 0, method.preset.deltaT?.steps(in: run) ?? 0
                )
                #expect(interval >= 1 && interval <= published)
                guard let policy = try? method.policy(options, run: run) else {
                    // GraNet prunes to an end that is an update, and before the last one.
                    #expect(method.name == "granet" && steps < 4, "\(method.name) \(steps)")
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
                MethodOptions(deltaT: .steps(777)), run: RunLength(steps: 30, stepsPerEpoch: 3))
            #expect(said.deltaT == .steps(777))
        }
    }

    @Test func hugePeriodsAreNoUpdates() throws {
        for name in ["set", "dsr", "mest", "rigl"] {
            let policy = try Catalog.methods.named(name).policy(
                MethodOptions(deltaT: .epochs(Int.max)), run: RunLength(steps: 1000, stepsPerEpoch: 1000))
            #expect(policy.clock.updates(before: 1000) == 0)
        }
    }

    /// Whatever the method and threads: a fraction of 0 changes nothing, and two runs agree.
    @Test func aFractionOfZeroChangesNothing() throws {
        for name in ["set", "rigl"] {
            var twins = try Twins(shapes: Twins.randomShapes(1), seed: 1, store: .reference)
            var policy = try Catalog.methods.named(name).policy(
                MethodOptions(deltaT: .steps(3), dropFraction: 0), run: run)
            let reports = try twins.train(&policy, batches: 10) { _, _, _ in }
            #expect(!reports.isEmpty && reports.joined().allSatisfy { $0.change.isEmpty })
        }
    }
}
