internal import SparseData
internal import SparseModels

/// Batches of one sample, of which batch normalisation finds no variance where a map is one pixel, or there are no maps.
struct BatchesOfOne {
    /// The layers that would have one value a channel.
    private let layers: [String]
    private let loader: BatchLoader

    /// - Throws: `ConfigurationError` when every batch is one.
    init(_ model: Model, _ loader: BatchLoader) throws(ConfigurationError) {
        // A window has many tokens.
        layers = loader.laneCount == loader.batchSize ? model.layersOfOneValue : []
        self.loader = loader
        guard let first = layers.first, loader.batchSize == 1 else { return }
        throw .rejected(
            reason:
                "--batch-size: batch normalisation (\(first)) finds one value a channel in each batch of one sample, "
                + "which has no variance; use a --batch-size of 2 or more"
                + (loader.sampleCount == 1 ? " and more than one training sample" : "")
                + ", or a model without it")
    }

    /// Whether the last batch of an epoch is one.
    private var endsWithOne: Bool {
        !layers.isEmpty && !loader.dropLast && loader.sampleCount % loader.batchSize == 1
    }

    /// The loader that leaves such a batch out: what one sample without normalisation teaches undoes what the others taught.
    var loaderWithout: BatchLoader {
        var loader = loader
        if endsWithOne { loader.dropLast = true }
        return loader
    }

    /// A warning, when such a batch is left out.
    var warning: WarningRecord? {
        guard let first = layers.first, endsWithOne else { return nil }
        return WarningRecord(
            layers: layers,
            message:
                "the last batch of each epoch would have one sample, of which batch normalisation (\(first)) finds no "
                + "variance: it is left out; another --batch-size trains on that sample too")
    }
}
