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
        #expect(preset.newValues == "he-uniform" && preset.regrowth == .fresh)
    }

    @Test func presetsFollowTheReference() throws {
        let rigl = try Catalog.methods.named("rigl").policy(MethodOptions(), run: run)
        #expect(rigl.clock == UpdateClock(end: 750, period: 100))
        #expect(rigl.gradientBatches == 1 && !rigl.appliesWeightsOnUpdate)
        let set = try Catalog.methods.named("set").policy(MethodOptions(), run: run)
        #expect(set.clock == UpdateClock(end: 1000, period: 100))
        let fixed = try Catalog.methods.named("static").policy(MethodOptions(), run: run)
        #expect(!(0...1000).contains(where: fixed.clock.isUpdate))
        let old = try Catalog.methods.named("set").settings(MethodOptions(compat: "set2018"))
        #expect(old.dropRule == "set2018" && old.newValues == "normal" && old.distribution == "epsilon")
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
