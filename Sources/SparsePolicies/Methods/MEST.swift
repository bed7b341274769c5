public import SparseParts

extension Method {
    /// Its elastic mutation: sparsity 0.92, then 0.91, then 0.90 before growth against 0.90 after it, from epochs 0, 90 and
    /// 120 of 160 on. With its soft bound the density is 0.12, then 0.11, then 0.10, and falls to 0.10 before each growth.
    static let mest = Method(
        name: "mest", summary: "drop by |w| + lambda |g|, grow at random; what is exchanged shrinks in steps",
        citation: "Yuan, Ma, Niu, Li, Kong, and others; NeurIPS 2021; arXiv 2110.14032",
        options: [\.softBound],
        preset: Settings {
            $0.distribution = "erk"
            $0.deltaT = .epochs(5)
            $0.beginStep = 0
            $0.endFraction = 0.75
            $0.dropRule = "sensitivity"
            $0.dropFraction = 0.2
            $0.dropFloor = 0
            $0.dropSchedule = "cosine"
            $0.softBound = false
            $0.growRule = "random"
            $0.regrow = .fresh
            $0.newValues = .zero
            $0.trainsOnUpdate = true
            $0.dropLambda = 0
        },
        variants: [
            "paper": Settings {
                $0.distribution = "uniform"
                $0.dropSchedule = "staged"
            }
        ],
        initialDensity: { $0.softBound == true ? min(1, $0.density * (1 + ($0.dropFraction ?? 0))) : nil },
        overruling: { settings in
            // A soft bound drops by sensitivity, whatever the rule.
            settings.softBound == true
                ? Overruling(by: Options().softBound, settings: Settings { $0.dropRule = "sensitivity" }) : nil
        },
        refusal: { structure, settings in settings.softBound == true ? reasonNotToShrink(structure) : nil },
        make: { settings, run throws(PolicyError) in
            var policy = try DropAndGrow(settings, run: run)
            guard settings.softBound == true else { return policy }
            let bound = SoftBound(density: settings.density, schedule: policy.schedule, end: policy.clock.end)
            policy.drop = SoftBoundDrop(bound: bound, lambda: settings.dropLambda ?? 0)
            policy.budget = SoftBoundBudget(bound: bound)
            policy.changesFullLayers = true
            // The last updates only bring the layers down to the density.
            policy.clock = UpdateClock(
                begin: policy.clock.begin, end: Double(run.steps), period: policy.clock.period(at: 0))
            return policy
        })
}

extension Options {
    /// Whether mest stores more than `density` at first, by the drop fraction.
    public var softBound: Option<Bool?> {
        .ofMethod(
            "soft-bound", "", .flag, carryOver: .refused,
            "more than --density is stored at first, by the drop fraction (mest)")
    }
}
