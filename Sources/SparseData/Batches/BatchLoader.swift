package import SparseStore

/// Cuts an order of samples into batches and fills them.
///
///     let loader = BatchLoader(source.train, batchSize: 128, scaling: scaling, dropLast: true)
///     var batch = loader.makeBatch(shape: source.shape.flattened)
///     let order = SampleOrder(source.train, seed: seed, epoch: epoch)
///     for index in 0..<loader.batchCount { loader.load(index, of: order, into: &batch) }
///
/// `load` is `select` followed by `fill` of each panel; who has tasks for panels anyway calls these two.
package struct BatchLoader: Sendable {
    /// Where the samples come from.
    package let dataset: any Dataset
    /// Samples of an epoch.
    package let sampleCount: Int
    /// Samples of a batch, of sequences windows; the last of an epoch may have fewer.
    package let batchSize: Int
    /// What is done to the values of each feature on their way into a batch.
    package let scaling: FeatureScaling
    /// True when a last batch that would not be full is left out.
    package var dropLast: Bool
    /// What happens to the samples of a shuffled order.
    package let augmentation: Augmentation?
    /// What is added to their inputs after that.
    package let noise: InputNoise?

    /// - Parameter batchSize: positive.
    package init(
        _ subset: Subset, batchSize: Int, scaling: FeatureScaling, dropLast: Bool = false,
        augmentation: Augmentation? = nil, noise: InputNoise? = nil
    ) {
        precondition(batchSize > 0, "a batch holds at least one sample")
        dataset = subset.dataset
        sampleCount = subset.count
        self.batchSize = batchSize
        self.scaling = scaling
        self.dropLast = dropLast
        self.augmentation = augmentation
        self.noise = noise
    }

    /// True when the samples' targets are their inputs.
    private var reconstructs: Bool { dataset.targets.areInputs }

    /// Lanes of a full batch: a sample is one, a window of tokens some panels.
    package var laneCount: Int { batchSize * (dataset.sequence?.lanes ?? 1) }

    /// Batches in an epoch. A set smaller than one batch is still one batch, whatever `dropLast` says.
    package var batchCount: Int {
        let full = sampleCount / batchSize
        return full == 0 || !dropLast ? (sampleCount + batchSize - 1) / batchSize : full
    }

    /// What means over batch `index` of `order` are taken over: its samples, or the tokens to be found in it.
    package func counted(_ index: Int, of order: SampleOrder) -> Int {
        let windows = index * batchSize..<min((index + 1) * batchSize, order.count)
        guard let sequence = dataset.sequence else { return windows.count }
        return windows.reduce(0) { sum, window in
            let first = order[window]
            return sum + (first..<first + sequence.length).count { dataset.label(of: $0) >= 0 }
        }
    }

    /// Memory for one batch whose first input has the shape that the first layer takes. Images are changed before that: one
    /// without a border may have another shape than theirs, such as a vector's.
    /// - Parameter halo: Width of the border of zeros of its maps; other inputs have none.
    package func makeBatch(shape: SampleShape, halo: Int = 0) -> Batch {
        makeBatch(shape: shape, halos: [halo] + dataset.inputs.dropFirst().map { _ in 0 })
    }

    /// The same with a border for the maps of each input.
    package func makeBatch(shape: SampleShape, halos: [Int]) -> Batch {
        var inputs = dataset.inputs
        if case .values = inputs.first { inputs[0] = .values(shape) }
        return Batch(
            inputs: inputs, halos: halos, capacity: laneCount, targets: dataset.targets,
            images: augmentation == nil ? nil : dataset.shape)
    }

    /// Makes `batch` stand for batch `index` of `order`: its samples, targets, tokens and count. Panels are not filled yet.
    package func select(_ index: Int, of order: SampleOrder, into batch: inout Batch) {
        let start = index * batchSize
        precondition(index >= 0 && start < order.count, "no such batch")
        if let sequence = dataset.sequence {
            select(windows: start..<min(start + batchSize, order.count), of: order, sequence, into: &batch)
            return
        }
        batch.count = min(batchSize, order.count - start)
        (batch.augmentation, batch.noise) = (order.augmentation, order.noise)
        for i in 0..<batch.samples.count { batch.samples[i] = i < batch.count ? order[start + i] : 0 }
        switch batch.targets {
        case .classes(let labels):
            for i in 0..<labels.count {
                labels[i] =
                    i < batch.count ? Int32(truncatingIfNeeded: dataset.label(of: batch.samples[i])) : -1
            }
        // Filled with the inputs.
        case .numbers where reconstructs: break
        case .numbers(let panels):
            for channel in 0..<panels.channels {
                for i in 0..<batch.samples.count {
                    let place = panels.offset(panel: i / Panels.lanes, channel: channel) + i % Panels.lanes
                    panels.buffer[place] = i < batch.count ? dataset.number(channel, of: batch.samples[i]) : 0
                }
            }
        // Those of sequences are selected window by window.
        case .tokens, .none: break
        }
        for (input, content) in batch.inputs.enumerated() {
            guard case .tokens(let ids) = content else { continue }
            for i in 0..<ids.count {
                ids[i] =
                    i < batch.count
                    ? Int32(truncatingIfNeeded: dataset.token(of: batch.samples[i], input: input)) : -1
            }
        }
    }

    /// The windows one after the other, each from the first lane of a panel on. Lanes past its tokens have token 0 and nothing to
    /// be found: they are computed and count nowhere. Lanes past the last window have token -1.
    private func select(
        windows: Range<Int>, of order: SampleOrder, _ sequence: SequenceShape, into batch: inout Batch
    ) {
        guard case .tokens(let ids) = batch.inputs[0], case .tokens(let next, _) = batch.targets else {
            preconditionFailure("a batch of tokens")
        }
        batch.count = windows.count * sequence.lanes
        (batch.augmentation, batch.noise) = (nil, nil)
        var (lane, counted) = (0, 0)
        for window in windows {
            let first = order[window]
            for place in 0..<sequence.lanes {
                let sample = first + place
                if place < sequence.length {
                    let label = dataset.label(of: sample)
                    ids[lane] = Int32(truncatingIfNeeded: dataset.token(of: sample, input: 0))
                    next[lane] = Int32(truncatingIfNeeded: label)
                    batch.samples[lane] = sample
                    if label >= 0 { counted += 1 }
                } else {
                    (ids[lane], next[lane], batch.samples[lane]) = (0, -1, first)
                }
                lane += 1
            }
        }
        while lane < ids.count {
            (ids[lane], next[lane], batch.samples[lane]) = (-1, -1, 0)
            lane += 1
        }
        batch.targets = .tokens(next, counted: counted)
    }

    /// Fills one panel with the selected samples. Different panels may be filled at the same time.
    package func fill(panel: Int, of batch: Batch) {
        for (input, content) in batch.inputs.enumerated() {
            guard case .values(let panels) = content else { continue }
            if input > 0 {
                dataset.assemble(input: input, panel: panel, samples: batch.samples, count: batch.count, into: panels)
                continue
            }
            dataset.assemble(
                panel: panel, samples: batch.samples, count: batch.count, into: panels, scaling: scaling)
            if let augmentation, let random = batch.augmentation {
                augmentation.apply(panel: panel, of: batch, random: random)
            }
            if reconstructs, case .numbers(let targets) = batch.targets {
                panels.copyValues(panel: panel, to: targets)
            }
            // After the copy: a denoising autoencoder is to give the inputs without their noise.
            if let noise, let random = batch.noise { noise.add(panel: panel, of: batch, random: random) }
        }
    }

    /// Selects and fills batch `index` of `order`.
    package func load(_ index: Int, of order: SampleOrder, into batch: inout Batch) {
        select(index, of: order, into: &batch)
        for panel in 0..<Panels.count(laneCount) { fill(panel: panel, of: batch) }
    }
}
