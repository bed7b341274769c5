package import SparseData
package import SparseModels
internal import SparseParts
internal import SparsePolicies
package import SparseStore

/// What each room needs to know of the configuration, in the room's own terms.
extension TrainingConfiguration {
    package var dataOptions: DataOptions {
        var options = DataOptions()
        options.settings = settings
        if let memory = self.memory { options.memoryLimit = memory.count }
        options.given = Set(given { DataOptions.ofFormats.contains($0.name) })
        return options
    }

    /// Refuses to change samples that are no images, or that the network reads as images of another shape.
    func check(_ changes: Augmentation, of source: DataSource, for model: Model) throws(ConfigurationError) {
        let shape = source.shape
        guard changes.fits(shape) else {
            throw .rejected(
                reason:
                    "--augment \(self.augmentation): samples of \(source.name) are \(shape), which is no image of more than "
                    + "\(max(changes.padding, 1)) rows and columns; leave it out")
        }
        let input = SampleShape(channels: model.input.channels, rows: model.input.rows, columns: model.input.columns)
        guard model.inputHalo == 0 || input == shape else {
            throw .rejected(
                reason:
                    "--augment \(self.augmentation): model '\(model.name)' reads images of \(shape) as \(input); leave it out "
                    + "or give the model that shape")
        }
    }

    /// Refuses what makes no sense of windows of a text.
    func check(_ sequence: SequenceShape?, of source: DataSource) throws(ConfigurationError) {
        guard sequence != nil, self.trainSamples != nil else { return }
        throw .rejected(
            reason:
                "--\(Options().trainSamples.name): \(source.name) is a text, of which no samples are drawn; leave it out, or give "
                + "a shorter text, or fewer --steps")
    }

    /// What is added to the inputs of training samples; nil: nothing.
    /// - Throws: `ConfigurationError` where there are no numbers to add it to.
    func addedNoise(for source: DataSource) throws(ConfigurationError) -> InputNoise? {
        let deviation = Float(self.inputNoise)
        guard deviation > 0 else { return nil }
        guard case .values = source.train.dataset.inputs.first else {
            throw .rejected(
                reason:
                    "--\(Options().inputNoise.name): samples of \(source.name) are tokens, to which no noise is added; "
                    + "leave it out, or take --dropout")
        }
        return InputNoise(deviation: deviation)
    }

    /// The data in the shape asked for.
    func reshaped(_ source: DataSource) throws(ConfigurationError) -> DataSource {
        guard let inputShape = self.inputShape else { return source }
        do throws(DataError) { return try source.reshaped(inputShape.sampleShape) } catch {
            throw .rejected(reason: "--input-shape \(inputShape.optionText): \(error)")
        }
    }

    /// What the method and its parts need to know.
    var methodOptions: Settings {
        let all = Options()
        var options = settings.filter { option in
            option.group == .method && option.name != all.method.name || option.name == all.decaysPerStep.name
        }
        if self.distribution == nil && self.epsilon != nil { options.distribution = "epsilon" }
        // What is replayed is the optimiser's momentum, unless another is asked for.
        options.growMomentum = self.growMomentum ?? (self.optimizer == "sgd" ? self.momentum : self.beta1)
        return options
    }

    /// What the optimiser needs to know; a variant of a method may have a weight decay of its own.
    func optimizerOptions(_ method: Method) throws(PolicyError) -> Settings {
        let ofMethod = try method.settings(methodOptions).decaysPerStep
        var options = settings
        options.decaysPerStep = ofMethod
        return options
    }

    /// The model named, with an output for each class or number that the samples have.
    func makeModel(for source: DataSource) throws(ModelError) -> Model {
        let shape = source.shape
        let outputs =
            switch source.targets {
            case .classes(let count), .tokens(let count), .numbers(let count), .labels(let count), .inputs(let count):
                count
            case .none: shape.features
            }
        var input = ActivationShape(channels: shape.channels, rows: shape.rows, columns: shape.columns)
        if case .tokens(let vocabulary) = source.train.dataset.inputs.first {
            input = ActivationShape(tokensOf: vocabulary)
        }
        return try Parts.models.model(named: self.model, input: input, classes: outputs, options: settings)
    }

    func makeLoss() -> any Loss { Parts.losses.entry(named: self.loss)?.part(settings) ?? SoftmaxCrossEntropy() }

    func makeSchedule(steps: Int) -> any LearningRateSchedule {
        let schedule = Parts.learningRates.entry(named: self.learningRateSchedule)?.part(
            highestLearningRate, steps, settings)
        return WarmUp(steps: self.warmupSteps ?? 0, then: schedule ?? ConstantRate(base: highestLearningRate))
    }

    /// The values that all positions of a layer would begin with, were it dense.
    func initialField(_ shape: WeightShape, layer: Int) -> NormalField {
        self.initialization.denseField(
            rows: shape.rows, columns: shape.columns, kernelElements: shape.kernelElements, deviation: shape.deviation,
            seed: self.seed, layer: layer)
    }

    /// How many weights each layer starts with.
    /// - Parameter given: a method in place of the one named.
    func budgets(for model: Model, method given: Method? = nil) throws(ConfigurationError) -> [LayerBudget] {
        let layers = model.weightShapes.map { ($0.name, LayerShape($0)) }
        var structures: [LayerStructure] = []
        for shape in model.weightShapes {
            let wanted = try structure(of: shape.name)
            // A convolution of groups, or whose input channels are no multiple of the side, has no blocks.
            if case .blocks(let side) = wanted, shape.convolution?.hasBlocks(ofSide: side) == false {
                structures.append(.unstructured)
            } else {
                structures.append(wanted)
            }
        }
        do throws(PolicyError) {
            try checkStructures(against: layers.map(\.0))
            var method = given
            if method == nil { method = try Parts.methods.named(self.method, PolicyError.unknownName) }
            guard let method else { preconditionFailure("the catalog has the method or throws") }
            // N:M says how many weights there are, whatever the density.
            var fixed: [(pattern: LayerPattern, density: Double)] = []
            for ((name, shape), structure) in zip(layers, structures) {
                if let count = structure.storedCount(rows: shape.outputs, columns: shape.fanIn) {
                    fixed.append((LayerPattern(name), Double(count) / Double(shape.count)))
                }
            }
            var plan = LayerPlan(
                density: try method.initialDensity(methodOptions), distribution: try method.distribution(methodOptions),
                dense: self.denseLayers.map { LayerPattern($0) },
                explicit: fixed + self.layerDensities.map { (LayerPattern($0.pattern), $0.density) })
            var budgets = try plan.budgets(for: layers)
            if let forward = try method.forwardDensity(methodOptions) {
                plan.density = forward
                for (index, budget) in try plan.budgets(for: layers).enumerated() where !budget.isKeptDense {
                    budgets[index].forwardDensity = budget.density
                }
            }
            let sampling = try method.sampling(methodOptions)
            // Numbers that no memory has room for take long to draw.
            let drawn = budgets.map(\.storedCount).reduce(0, +)
            guard sampling == .exact || drawn < Int(Int32.max) / 8 else {
                throw .invalidOption(
                    name: Options().sampling.name, value: sampling.rawValue,
                    expected: "exact for as many as \(drawn) weights; or a lower --density")
            }
            for index in budgets.indices where structures[index] == .unstructured {
                budgets[index] = sampling.drawn(budgets[index], layer: index, seed: self.seed)
            }
            for index in budgets.indices {
                // A layer kept dense has all weights; they may lie in blocks.
                if budgets[index].isKeptDense && structures[index].groupWidth(columns: 1) != nil { continue }
                budgets[index].structure = structures[index]
                if structures[index] == .constantFanIn { try budgets[index].roundToRows() }
                if method.initialTopology == .constantFanIn { try budgets[index].checkRows() }
            }
            try method.check(budgets, methodOptions)
            return budgets
        } catch {
            throw ConfigurationError(error)
        }
    }
}

extension LayerShape {
    init(_ shape: WeightShape) {
        if shape.convolution == nil {
            self.init(outputs: shape.outputs, inputs: shape.inputs)
        } else {
            self.init(
                outputs: shape.outputs, inputs: shape.inputs, kernelHeight: shape.kernelRows,
                kernelWidth: shape.kernelColumns, uses: shape.uses)
        }
    }
}

extension LayerBudget {
    /// Lowers the densities to as many weights for every output.
    fileprivate mutating func roundToRows() throws(PolicyError) {
        let forward = forwardUnits(of: shape.count)
        density = try rounded(storedCount)
        if let forward { forwardDensity = try rounded(forward) }
    }

    private func rounded(_ count: Int) throws(PolicyError) -> Double {
        let fanIn = count / shape.outputs
        guard fanIn > 0 else { throw tooFew }
        return Double(fanIn) / Double(shape.fanIn)
    }

    /// Refuses fewer units than there are rows of them.
    fileprivate func checkRows() throws(PolicyError) {
        var side = 1
        if case .blocks(let length) = structure { side = length }
        let rows = (shape.outputs + side - 1) / side
        guard storedUnits(of: rows * ((shape.fanIn + side - 1) / side)) >= rows else { throw tooFew }
    }

    private var tooFew: PolicyError {
        .impossibleBudget(
            "the \(storedCount) weights of layer '\(name)' do not give each of its \(shape.outputs) outputs an input; a "
                + "higher --density, or one of its own (--layer-density \(name)=D), would do")
    }
}

extension TrainingConfiguration {
    /// What is measured beside the loss on samples with such targets.
    /// - Throws: `ConfigurationError` for a metric that says nothing of them.
    package func metricList(for targets: TargetKind) throws(ConfigurationError) -> MetricList {
        do throws(ModelError) { return try .named(self.metrics, for: targets) } catch {
            throw ConfigurationError(error)
        }
    }
}
