internal import SparseData
internal import SparseModels
internal import SparseParts
internal import SparsePolicies

/// Options whose value has no effect on this run: on its length, its samples, its layers.
extension TrainingSetup {
    /// All of them, with those that the chosen parts do not read.
    /// - Parameter hasFolder: Whether the run has a folder.
    func unusedOptions(hasFolder: Bool) -> [UnusedOptions] {
        // Where nobody named a loss it followed from the targets, and that one reads what was given.
        var chosen = given
        if own.loss == nil { chosen.loss = configuration.loss }
        return given.unusedOptions(of: method) + chosen.unusedOptions(hasOwnModel: hasOwnModel) + ofStructures
            + ofLength + ofSamples + ofInitialValues + (hasFolder ? ofCheckpoints : ofFolder)
    }

    private func unused<Value>(
        _ key: KeyPath<Options, Option<Value>>, if holds: @autoclosure () -> Bool, _ reason: String
    ) -> UnusedOptions? {
        let option = Options()[keyPath: key]
        return given.isGiven(option) && holds() ? UnusedOptions([option.name], reason) : nil
    }

    /// Patterns that no layer goes by in the end, and densities that other options have fixed.
    private var ofStructures: [UnusedOptions] {
        func unheeded(
            _ option: some DeclaredOption, _ patterns: [(pattern: String, text: String)], isMet: (LayerBudget) -> Bool
        ) -> UnusedOptions? {
            // The first pattern that fits a layer counts.
            let all = patterns.map { LayerPattern($0.pattern) }
            let heeded = Set(
                budgets.filter(isMet).compactMap { budget in all.firstIndex { $0.matches(budget.name) } })
            let others = patterns.indices.filter { !heeded.contains($0) }
            guard let first = others.first else { return nil }
            let more = others.count > 1 ? " and \(others.count - 1) more have" : " has"
            return UnusedOptions(
                [option.name],
                "'\(patterns[first].text)'\(more) no effect, because other options or the layers' shapes win")
        }
        let blocks = given.blocks.sorted { $0.pattern != "*" && $1.pattern == "*" }
        let nm = given.nm.sorted { $0.pattern != "*" && $1.pattern == "*" }
        let all = Options()
        var found = [
            unheeded(all.blocks, blocks.map { ($0.pattern, $0.optionText) }) {
                if case .blocks = $0.structure { true } else { false }
            },
            unheeded(all.nm, nm.map { ($0.pattern, $0.optionText) }) {
                if case .groups = $0.structure { true } else { false }
            },
            unheeded(all.constantFanIn, given.constantFanIn.map { ($0, $0) }) {
                $0.structure == .constantFanIn
            },
            unheeded(all.layerDensities, given.layerDensities.map { ($0.pattern, $0.optionText) }) {
                if case .groups = $0.structure { false } else { !$0.isKeptDense }
            },
        ]
        let free = budgets.filter { budget in
            if case .groups = budget.structure { return false }
            return !budget.isKeptDense
                && !given.layerDensities.contains { LayerPattern($0.pattern).matches(budget.name) }
        }
        if free.isEmpty {
            let ofDensities = Set(Parts.distributions.options.map(\.name) + [all.distribution.name, all.sampling.name])
            let options = given.given { option in
                ofDensities.contains(option.name) && !(option.name == all.density.name && readsDensity)
            }
            found.append(UnusedOptions(options, "no effect, because every layer has a density of its own"))
        } else if let names = layersFixedByNM {
            found.append(
                unused(\.density, if: true, "not that of \(names), which --nm fixes; it is that of the other layers"))
        }
        if let density = method.density {
            found.append(
                unused(\.density, if: given.density != density, "no effect with --\(all.method.name) \(method.name)"))
        }
        let isDenseSwitchOff = given.isGiven(all.denseSwitch) && !given.denseSwitch
        if isDenseSwitchOff && !budgets.contains(where: \.isFull) {
            found.append(UnusedOptions([all.denseSwitch.name], "no effect, because no layer is full"))
        }
        return found.compactMap(\.self)
    }

    /// Layers whose density N:M fixes to another than the one given, in words; nil when there are none.
    private var layersFixedByNM: String? {
        let names = budgets.filter { budget in
            guard case .groups(let stored, let of) = budget.structure else { return false }
            return Double(stored) / Double(of) != given.density
        }.map(\.name)
        guard let first = names.first else { return nil }
        return names.count > 1 ? "\(first) and \(names.count - 1) more" : first
    }

    /// Whether the method reads the density whatever that of the layers at the start.
    private var readsDensity: Bool {
        do throws(PolicyError) { return try method.readsDensity(configuration.methodOptions) } catch {
            // The setup was made with these options.
            preconditionFailure("\(error)")
        }
    }

    /// What lies beyond the end of the run.
    private var ofLength: [UnusedOptions] {
        let run = "the run of \(plan.steps) steps"
        let epochs = plan.epochs
        return [
            unused(
                \.warmupSteps, if: (given.warmupSteps ?? 0) > plan.steps,
                "\(given.warmupSteps ?? 0) steps are more than \(run) has: the learning rate never reaches --lr"),
            unused(
                \.checkpointSteps, if: (given.checkpointSteps ?? 0) > plan.steps,
                "no effect, \(run) is over before"),
            unused(
                \.checkpointEpochs, if: (given.checkpointEpochs ?? 0) > epochs,
                "no effect, the run of \(epochs) epochs is over before"),
            unused(
                \.learningRateMilestones,
                if: given.learningRateSchedule == "step"
                    && !given.learningRateMilestones.contains { $0 < 1 },
                "no effect: the learning rate never falls before the end"),
        ].compactMap(\.self) + ofUpdates
    }

    /// Options of topology updates in a run that has none.
    private var ofUpdates: [UnusedOptions] {
        guard method.movesConnections, changeableLayers.isEmpty else { return [] }
        let ofUpdates = Set(
            (DropAndGrow.options(Options()) + [Options().dropSchedule, Options().dropRule, Options().growRule]
                + Parts.dropSchedules.options + Parts.dropRules.options + Parts.growRules.options).map(\.name))
        let options = given.given { ofUpdates.contains($0.name) }
        return [UnusedOptions(options, "no effect, because every layer is full and stays so")].compactMap(\.self)
    }

    private var hasNumbers: Bool { if case .numbers = source.targets { true } else { false } }

    /// What asks for more samples than there are, or for none.
    private var ofSamples: [UnusedOptions] {
        let (all, count) = (train.count + validation.count, train.count)
        return [
            unused(
                \.trainSamples, if: (given.trainSamples ?? 0) > all,
                "no effect, there are \(all) training samples"),
            unused(
                \.validationFraction, if: given.validationFraction > 0 && validation.count == 0,
                "\(given.validationFraction.optionText) of each class's training samples is less than one: nothing "
                    + "is held out"),
            unused(
                \.batchSize, if: given.batchSize > count,
                "batches have \(loader.batchSize) \(source.sequence == nil ? "samples" : "windows"), there are no more to train "
                    + "on"),
            unused(
                \.dropLast, if: given.dropLast && given.batchSize > count,
                "no effect, the training samples do not fill one batch"),
            unused(
                \.testFraction, if: given.testData != nil && !hasOwnData,
                "no effect with --test-data, whose samples are all tested"),
            unused(
                \.standardization, if: source.sequence != nil && given.standardization != "none",
                "no effect, tokens are not scaled"),
            unused(\.inputMean, if: source.sequence != nil, "no effect, tokens are not scaled"),
            unused(\.targetScaling, if: !hasNumbers, "no effect, there are no target numbers"),
            hasOwnData
                ? UnusedOptions(
                    given.given { $0.name == Options().data.name || DataOptions.ofFormats.contains($0.name) },
                    "no effect with data of your own") : nil,
        ].compactMap(\.self)
    }

    /// Starting values that are those of the default: in a full layer the rules count the same inputs, as they do where every
    /// output has as many; and the largest values of a dense layer are that layer's.
    private var ofInitialValues: [UnusedOptions] {
        if let start {
            let all = Options()
            let drawn = Set([all.distribution.name, all.sampling.name] + Parts.distributions.options.map(\.name))
                .subtracting([all.density.name])
            let options = given.given { option in
                // A configuration that was recorded says what the file has.
                option.name == all.initialization.name && !start.drawsWeights
                    || drawn.contains(option.name) && option.text(given) != option.text(configuration)
            }
            return [UnusedOptions(options, "no effect with \(given.startFile?.option ?? "")")].compactMap(\.self)
        }
        let chosen = given.initialization
        guard chosen == .rowFanIn || chosen == .denseFanIn else { return [] }
        let isSame =
            pruning != nil
            || budgets.allSatisfy { budget in
                let sameRows = budget.structure == .constantFanIn || method.initialTopology == .constantFanIn
                return budget.isFull || method.initialTopology == .largestValues || chosen == .rowFanIn && sameRows
            }
        return [
            unused(
                \.initialization, if: isSame,
                "no effect, \(chosen.rawValue) is the same as \(InitialValues.sparseFanIn.rawValue) for these layers"
            )
        ].compactMap(\.self)
    }

    /// Whether the run writes a checkpoint at its end and no other.
    var writesOneCheckpoint: Bool {
        given.checkpointMinutes == 0
            && (given.checkpointSteps ?? .max) > plan.steps && (given.checkpointEpochs ?? .max) > plan.epochs
    }

    private var ofCheckpoints: [UnusedOptions] {
        [
            unused(
                \.keptCheckpoints, if: given.keptCheckpoints > 1 && writesOneCheckpoint,
                "no effect, the run writes one checkpoint")
        ].compactMap(\.self)
    }

    /// What needs a run folder, in a run without.
    private var ofFolder: [UnusedOptions] {
        var options = given.given { $0.group == .safety && $0.name != Options().onNonFinite.name }
        if given.onNonFinite == .rollback { options.append(Options().onNonFinite.name) }
        if given.histograms { options.append(Options().histograms.name) }
        if !given.report { options.append(Options().report.name) }
        return [UnusedOptions(options, "no effect without a run folder (--out)")].compactMap(\.self)
    }
}
