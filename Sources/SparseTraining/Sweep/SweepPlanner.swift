internal import Foundation
internal import SparseData
internal import SparseModels
internal import SparseParts
internal import SparsePolicies

/// Makes the runs of a sweep of what was said of each: fills in what only data and model tell, and estimates what they need. Data
/// are opened once for neighbours that have the same.
final class SweepPlanner {
    private var opened: (key: String, source: DataSource)?
    private var planned: [String: Planned] = [:]
    /// What was left out, a sentence for each reason.
    private(set) var remarks: [String] = []

    /// What runs that differ by their seed alone have in common.
    private enum Planned {
        /// The density and the model that were found, and the needs.
        case possible(density: Double?, model: String, SweepNeed)
        /// There is no narrower model: a baseline that is left out.
        case unavailable(SmallDense.Unavailable)
        case impossible(any Error)
    }

    /// Makes a run.
    /// - Parameter options: Values of options, as words of the command line.
    /// - Returns: Nil for a baseline that is left out; `remarks` then say so.
    /// - Throws: `ConfigurationError` for values that no run can have.
    func run(_ options: [String: String]) throws(ConfigurationError) -> SweepRun? {
        let all = Options()
        var said = options
        // The network that nothing was taken from is the dense one.
        if let ratio = options[SweepOption.ratio], Double(ratio) == 1 {
            said[SweepOption.ratio] = nil
            said[all.method.name] = SweepOption.dense
        }
        let isSmall = said[all.method.name] == SweepOption.smallDense
        var configuration = try Self.configured(
            said.merging(isSmall ? [all.method.name: SweepOption.staticRandom] : [:]) { $1 })
        guard let method = Parts.methods.entry(named: configuration.method)?.part else {
            preconditionFailure("the option knows the methods")
        }
        if method.density != nil {
            for name in said.keys where SweepOption.subject(of: name) == all.density.name { said[name] = nil }
        }
        if !isSmall {
            for name in Self.unused(configuration) { said[name] = nil }
            configuration = try Self.configured(said)
        }
        let reference = configuration.model
        let ratio = said[SweepOption.ratio].flatMap { Double($0) }
        switch plan(configuration, method, ratio: ratio, isSmall: isSmall) {
        case .possible(let density, let model, let need):
            if isSmall { configuration = try Self.dense(said) }
            if let density { configuration.density = density }
            configuration.model = model
            return SweepRun(options: said, configuration: configuration, reference: reference, need: need)
        case .unavailable(let reason):
            if !remarks.contains("\(reason)") { remarks.append("\(reason)") }
            return nil
        case .impossible(let error):
            return SweepRun(
                options: said, configuration: configuration, reference: reference, fault: "\(error)")
        }
    }

    /// What is said, without what a dense network does not look at.
    private static func dense(_ options: [String: String]) throws(ConfigurationError) -> TrainingConfiguration {
        let all = Options()
        var said = options.filter { SweepOption.subject(of: $0.key) != all.density.name }
        said[all.method.name] = SweepOption.dense
        for name in try unused(configured(said)) { said[name] = nil }
        return try configured(said)
    }

    /// Options that its method does not look at.
    private static func unused(_ configuration: TrainingConfiguration) -> [String] {
        guard let method = Parts.methods.entry(named: configuration.method)?.part else { return [] }
        return configuration.unusedOptions(of: method).flatMap(\.options)
    }

    private static func configured(_ options: [String: String]) throws(ConfigurationError) -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        for (name, value) in options.sorted(by: { $0.key < $1.key }) where name != SweepOption.ratio {
            try configuration.set(name, to: value)
        }
        return configuration
    }

    private func plan(
        _ configuration: TrainingConfiguration, _ method: Method, ratio: Double?, isSmall: Bool
    ) -> Planned {
        var withoutSeed = configuration
        withoutSeed.settings.remove(Options().seed)
        let key = "\(ratio?.optionText ?? "") \(isSmall) " + Self.text(of: withoutSeed.settings)
        if let planned = planned[key] { return planned }
        let made: Planned
        do {
            made = try possible(configuration, method, ratio: ratio, isSmall: isSmall)
        } catch let error as SmallDense.Unavailable {
            made = .unavailable(error)
        } catch let error as ModelError {
            made = .impossible(ConfigurationError(error, model: configuration.model))
        } catch { made = .impossible(error) }
        planned[key] = made
        return made
    }

    private func possible(
        _ given: TrainingConfiguration, _ method: Method, ratio: Double?, isSmall: Bool
    ) throws -> Planned {
        try given.validate()
        let source = try source(given)
        let reference = try given.makeModel(for: source)
        var (configuration, density) = (given, Double?.none)
        if let ratio, !isSmall {
            var filled = given
            filled.fillInModel()
            do throws(PolicyError) { try filled.fillIn(method) } catch { throw ConfigurationError(error) }
            density = try CompressionRatio(ratio: ratio, model: reference).density(for: filled, method: method)
        }
        if let density { configuration.density = density }
        if isSmall {
            let parameters: Double
            if let ratio {
                parameters = CompressionRatio(ratio: ratio, model: reference).parameters
            } else {
                let stored = try given.budgets(for: reference, method: method).map(\.storedCount).reduce(0, +)
                parameters = Double(stored + reference.denseParameters - reference.denseWeights)
            }
            configuration.model = try SmallDense.model(like: given.model, parameters: parameters) { text in
                var narrow = given
                narrow.model = text
                return try narrow.makeModel(for: source)
            }
            configuration.method = SweepOption.dense
            configuration.settings.remove(Options().density)
        }
        let estimate = try RunEstimate(configuration, data: source)
        let own = isSmall ? try configuration.makeModel(for: source) : reference
        let samples = min(configuration.microBatches * configuration.batchSize, source.train.count)
        let batch = Double(samples) * Double(source.sequence?.length ?? 1)
        let need = SweepNeed(
            steps: estimate.steps, epochs: estimate.epochs,
            trainingFLOPs: 3 * estimate.flopsPerSample * batch * Double(estimate.steps),
            bytes: estimate.weightBytes + estimate.activationBytes + estimate.keptBatchBytes + Self.bytes(of: source)
                + SweepNeed.ofProgram,
            referenceParameters: reference.denseParameters, referenceFLOPs: reference.forwardFLOPs,
            ownFLOPs: own.forwardFLOPs, flopsPerWeight: own.flopsPerWeight)
        return .possible(density: density, model: configuration.model, need)
    }

    /// What samples take in memory: images a byte for each number, others four.
    private static func bytes(of source: DataSource) -> Double {
        [source.train.dataset, source.test.dataset].map { samples in
            Double(samples.count) * Double(samples.shape.features) * (samples is ImageDataset ? 1 : 4)
        }.reduce(0, +)
    }

    /// The data of a run.
    private func source(_ configuration: TrainingConfiguration) throws -> DataSource {
        let all = Options()
        let ofData = Parts.dataFormats.options.map(\.name) + [all.data.name, all.cache.name, all.inputShape.name]
        let key = Self.text(of: configuration.settings.filter { ofData.contains($0.name) })
        if let opened, opened.key == key { return opened.source }
        opened = nil
        let source = try configuration.reshaped(try configuration.openData([]))
        opened = (key, source)
        return source
    }

    private static func text(of settings: Settings) -> String {
        settings.options.map { "\($0.name)=\($0.text(in: settings))" }.joined(separator: "\n")
    }
}
