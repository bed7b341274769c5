internal import SparseData
internal import SparsePolicies

/// What a run warns of: it goes on, but its result may not be what was meant.
extension Trainer {
    /// Tells the observers, and keeps the message for the summary.
    func warn(_ record: WarningRecord) throws {
        state.warnings.append(record.message)
        try tell { try $0.warningWasRaised(record) }
    }

    /// What can only be said at the end.
    func warnOfResult(_ last: EpochRecord) throws {
        let stored = Double(topology.stored.reduce(0, +))
        let positions = Double(setup.layerShapes.map(\.count).reduce(0, +))
        if state.topologyUpdates > 0, setup.canExplore, stored < positions, topology.exploredFraction <= startingShare {
            try warn(
                WarningRecord(
                    "\(state.topologyUpdates) topology updates explored no new position", step: state.step, epoch: epoch
                ))
        }
        let guessing = Guessing(setup.test)
        if let share = guessing.share, let accuracy = last.testAccuracy, accuracy <= share + guessing.noise {
            try warn(
                WarningRecord(
                    "the test accuracy of \(accuracy.optionText) is that of guessing: the most frequent class has "
                        + "\(share.optionText) of the \(setup.test.count) test samples; another --lr, more epochs or a "
                        + "higher --density may help", step: state.step, epoch: epoch))
        }
        if let checkpoints, checkpoints.count < configuration.keptCheckpoints, !setup.writesOneCheckpoint {
            try warn(
                WarningRecord(
                    "--keep-checkpoints: only \(checkpoints.count) of \(configuration.keptCheckpoints) were written; "
                        + "--checkpoint-epochs or --checkpoint-steps says when", step: state.step, epoch: epoch))
        }
    }

    /// Part of all positions that were stored at the beginning.
    private var startingShare: Double {
        let positions = setup.layerShapes.map(\.count).reduce(0, +)
        return Double(setup.budgets.map(\.storedCount).reduce(0, +)) / Double(positions)
    }

    /// A layer without a path learns nothing; the run goes on, for growth may find one.
    func warnOfLostPaths() throws {
        let layers = topology.layersThatLostTheirPaths()
        if layers.isEmpty { return }
        try warn(WarningRecord(withoutPath: layers, step: state.step, epoch: epoch))
    }
}

extension TrainingSetup {
    /// What is known before the network is made.
    /// - Parameter hasFolder: Whether the run has a folder.
    func warnings(hasFolder: Bool) -> [WarningRecord] {
        unusedOptions(hasFolder: hasFolder).map { WarningRecord($0) }
            + [
                ofFewUpdates.map { WarningRecord($0) }, ofConstantTargets.map { WarningRecord($0) },
                batchesOfOne.warning,
            ]
            .compactMap(\.self)
    }

    /// A target that never varies is nothing to learn.
    private var ofConstantTargets: String? {
        let names = TargetScaling.constants(of: train).map { source.classNames?[$0] ?? "target \($0 + 1)" }
        guard let first = names.first, train.count > 1 else { return nil }
        let more = names.count > 1 ? " and \(names.count - 1) more are" : " is"
        return "\(first)\(more) the same number in all \(train.count) training samples: there is nothing to learn of it"
    }

    /// A dynamic method that never moves a connection is a static one.
    private var ofFewUpdates: String? {
        guard method.movesConnections else { return nil }
        if changeableLayers.isEmpty { return "all layers are full: --algo \(method.name) has nothing to move" }
        if plan.topologyUpdates == 0 {
            return
                "no topology update in the \(plan.steps) steps of this run: with --algo \(method.name) and these options "
                + "its connections stay as they are; a longer run, a smaller --delta-t or --begin-step, or a larger "
                + "--end-fraction changes that"
        }
        if canExplore || !policy.grows { return nil }
        return
            "the drop fraction is too small to replace a weight at any of the \(plan.topologyUpdates) topology updates: no "
            + "new position will be explored; a larger --drop-fraction changes that"
    }
}

/// What always naming one class comes to.
struct Guessing {
    /// Share of the most frequent class; nil without samples or classes.
    let share: Double?
    /// How far above it chance may lift a run, in one case of twenty.
    let noise: Double

    init(_ subset: Subset) {
        guard subset.count > 0, case .classes = subset.dataset.targets else {
            (share, noise) = (nil, 0)
            return
        }
        var counts = Array(repeating: 0, count: subset.dataset.classes)
        for sample in subset.samples { counts[subset.dataset.label(of: sample)] += 1 }
        let share = Double(counts.max() ?? 0) / Double(subset.count)
        self.share = share
        noise = 1.645 * (share * (1 - share) / Double(subset.count)).squareRoot()
    }
}
