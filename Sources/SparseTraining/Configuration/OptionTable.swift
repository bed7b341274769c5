internal import SparseModels
public import SparseParts
internal import SparsePolicies

extension TrainingConfiguration {
    /// Every option of a run, in the order of help: those of the run as a whole, and those that the known parts declare. A new
    /// option of a part is declared beside that part, and is here without more.
    public static var options: [any DeclaredOption] {
        var names: Set<String> = []
        return all(Options()).flatMap(\.self).filter { names.insert($0.name).inserted }
    }

    /// The same by what they are about; a part's options after the option that chooses it.
    private static func all(_ all: Options) -> [[any DeclaredOption]] {
        [
            [all.method, all.density, all.sparsity, all.distribution], Parts.distributions.options,
            [
                all.sampling, all.layerDensities, all.denseLayers, all.blocks, all.nm, all.constantFanIn,
                all.denseSwitch,
            ],
            DropAndGrow.options(all), [all.dropSchedule], Parts.dropSchedules.options, [all.dropRule],
            Parts.dropRules.options, [all.growRule], Parts.growRules.options, Parts.methods.options, [all.compat],
            [all.model, all.initialization, all.initFrom, all.maskFrom, all.nameMaps], Parts.models.options,
            [all.data], Parts.dataFormats.options,
            [
                all.inputShape, all.standardization, all.inputMean, all.inputDeviation, all.augmentation,
                all.inputNoise, all.trainSamples,
                all.validationFraction, all.splitSeed, all.targetScaling, all.patience, all.result,
                all.cache, all.memory,
            ],
            [all.epochs, all.steps, all.batchSize, all.microBatches, all.shards, all.dropLast, all.optimizer],
            Parts.optimizers.options,
            [all.learningRate, all.learningRateSchedule], Parts.learningRates.options,
            [all.warmupSteps, all.decaysVectors, all.loss, all.classWeight],
            Parts.losses.options, [all.clipNorm, all.metrics],
            [all.seed, all.threads, all.out, all.histograms, all.report],
            [
                all.checkpointEpochs, all.checkpointSteps, all.checkpointMinutes, all.keptCheckpoints, all.onNonFinite,
                all.onWriteFailure,
            ],
        ]
    }

    /// The option of this name.
    /// - Throws: `ConfigurationError.unknownOption` with the nearest name there is.
    public static func option(named name: String) throws(ConfigurationError) -> any DeclaredOption {
        let options = options
        if let option = options.first(where: { $0.name == name || $0.aliases.contains(name) }) { return option }
        throw .unknownOption(name: name, nearest: NearestName.of(name, among: options.flatMap(\.spellings)))
    }

    /// The options that a method sets, with their values as on the command line, in the order of help.
    package static func preset(of method: Method) -> [(option: any DeclaredOption, value: String)] {
        options.filter { method.preset.has($0) && $0.name != Options().density.name }
            .map { ($0, $0.text(in: method.preset)) }
    }
}

extension DeclaredOption {
    /// The configuration's value of this option, as the command line would have it; empty where it is left open.
    package func text(_ configuration: TrainingConfiguration) -> String { text(in: configuration.settings) }
}
