public import SparseParts

/// A named method: where it comes from, how it is set by default, and how a policy is made of the settings.
public struct Method: Sendable {
    /// What it is chosen by: "rigl".
    public let name: String
    /// One line: what it does.
    public let summary: String
    /// The paper.
    public let citation: String
    /// The options that it reads: its own, and those that its preset sets.
    public let options: [any DeclaredOption]
    /// The preset. Options that it leaves out, and that are not the method's own, are of no use to it.
    public let preset: Settings
    /// Named variants of the preset, each the options in which it differs. Every method that moves connections has `paper`: as
    /// published, with the time between updates that suits the published, long trainings.
    public let variants: [String: Settings]
    /// What goes with a drop rule other than the preset's, by the rule's name: published methods of one name differ in more
    /// than one part.
    public let withDropRule: [String: Settings]
    /// How the first positions are drawn.
    public let initialTopology: InitialTopology
    /// Whether the forward pass uses `density` of the weights, and more are stored.
    public let hasForwardSet: Bool
    /// Whether layers give weights to each other, or lose some for good.
    public let movesWeights: Bool
    /// How its connections are chosen before the training, with these settings; nil where the first positions are drawn.
    private let pruning: @Sendable (Settings) -> InitialPruning?
    private let ownInitialDensity: @Sendable (Settings) throws(PolicyError) -> Double?
    private let overruling: @Sendable (Settings) -> Overruling?
    private let refusal: @Sendable (LayerStructure, Settings) -> String?
    private let make: @Sendable (Settings, RunLength) throws(PolicyError) -> any TopologyPolicy

    /// - Parameters:
    ///   - name: What it is chosen by.
    ///   - summary: One line: what it is.
    ///   - citation: The paper, and the code where it decides.
    ///   - options: The options that are the method's own, such as `[\.ablation]`; those that the preset sets need not be
    ///     said again.
    ///   - preset: Values of the options that it reads.
    ///   - variants: Published variants by name: what they set otherwise.
    ///   - withDropRule: What else a drop rule by this name sets.
    ///   - initialTopology: Where the first weights are.
    ///   - hasForwardSet: Whether it trains more weights than the forward pass uses.
    ///   - movesWeights: Whether it moves weights beside the optimiser.
    ///   - initialPruning: How a dense random network is pruned before the training; nil for methods that begin sparse.
    ///   - initialDensity: The density at the start of a method that ends with another; nil where it starts with `density`.
    ///   - overruling: What one of its options takes the place of, where it is set.
    ///   - refusal: Why the method cannot keep a structure; nil for one that it keeps.
    ///   - make: builds the policy from settings that are complete where the preset is.
    public init(
        name: String, summary: String, citation: String, options: [PartialKeyPath<Options>] = [],
        preset: Settings, variants: [String: Settings] = [:], withDropRule: [String: Settings] = [:],
        initialTopology: InitialTopology = .unstructured, hasForwardSet: Bool = false, movesWeights: Bool = false,
        initialPruning: @escaping @Sendable (Settings) -> InitialPruning? = { _ in nil },
        initialDensity: @escaping @Sendable (Settings) throws(PolicyError) -> Double? = { _ in nil },
        overruling: @escaping @Sendable (Settings) -> Overruling? = { _ in nil },
        refusal: @escaping @Sendable (LayerStructure, Settings) -> String? = { _, _ in nil },
        make: @escaping @Sendable (Settings, RunLength) throws(PolicyError) -> any TopologyPolicy
    ) {
        self.name = name
        self.summary = summary
        self.citation = citation
        let own = Options.declared(options)
        let names = Set(own.map(\.name))
        self.options = own + preset.options.filter { !names.contains($0.name) }
        self.preset = preset
        var variants = variants
        if let published = preset.deltaT {
            let paper = Settings { $0.deltaT = published }
            variants["paper"] = variants["paper"]?.over(paper) ?? paper
        }
        self.variants = variants
        self.withDropRule = withDropRule
        self.initialTopology = initialTopology
        self.hasForwardSet = hasForwardSet
        self.movesWeights = movesWeights
        pruning = initialPruning
        ownInitialDensity = initialDensity
        self.overruling = overruling
        self.refusal = refusal
        self.make = make
    }

    /// What an option of a method takes the place of.
    public struct Overruling: Sendable {
        /// The option that decides.
        public var by: any DeclaredOption
        /// What it comes to in terms of other options, whatever those say.
        public var settings: Settings

        /// The option `by` decides, and comes to `settings`.
        public init(by: any DeclaredOption, settings: Settings) {
            self.by = by
            self.settings = settings
        }
    }

    /// The density of a method that has only one, whatever the options say; nil for those that have any.
    public var density: Double? { preset.has(Options().density) ? preset.density : nil }

    /// The given options over those of the variant they name, if any, over what goes with their drop rule, over the
    /// preset.
    /// - Throws: `PolicyError` for an unknown variant.
    public func settings(_ options: Settings) throws(PolicyError) -> Settings {
        try chosen(options).over(preset)
    }

    /// What is said, by the options themselves, the variant they name or their drop rule.
    private func chosen(_ options: Settings) throws(PolicyError) -> Settings {
        var chosen = options
        if let name = options.compat {
            guard let variant = variants[name] else {
                let known = variants.keys.sorted()
                let nearest = NearestName.of(name, among: known).map { "; did you mean \($0)?" } ?? ""
                throw .invalidOption(
                    name: Options().compat.name, value: name,
                    expected: known.isEmpty
                        ? "left out: \(self.name) has no published variant"
                        : "a variant of \(self.name): \(known.joined(separator: ", "))" + nearest)
            }
            chosen = options.over(variant)
        }
        if let rule = chosen.dropRule, let companions = withDropRule[rule] { chosen = chosen.over(companions) }
        return chosen
    }

    /// What an option takes the place of with these settings, if one does.
    package func overruled(_ settings: Settings) -> Overruling? { overruling(settings) }

    /// The settings for a training of this length. Where nobody names the time between two updates it is at most the
    /// preset's, which is that of long trainings, and short enough for `leastUpdates`. Where it is shortened, the batch of an
    /// update trains the weights too, unless told otherwise: spent on the update alone, as in RigL, batches would be missed
    /// (an interval of 5 steps takes one batch of six).
    /// - Throws: `PolicyError` for unknown names and values out of range.
    public func settings(_ options: Settings, run: RunLength) throws(PolicyError) -> Settings {
        let chosen = try chosen(options)
        var settings = chosen.over(preset)
        do throws(OptionError) { try settings.check() } catch { throw PolicyError(error) }
        guard chosen.deltaT == nil, let longest = settings.deltaT?.steps(in: run) else { return settings }
        /// Updates with this time between them; none where the method refuses it.
        func updates(_ period: Int) -> Int {
            settings.deltaT = .steps(period)
            do throws(PolicyError) { return try make(settings, run).clock.updates(before: run.steps) } catch {
                return 0
            }
        }
        if updates(longest) >= Self.leastUpdates { return chosen.over(preset) }
        // They are the fewer the longer it is.
        var (fits, tooLong) = (min(max(1, settings.gradientAccumulation ?? 1), longest), longest)
        while tooLong - fits > 1 {
            let middle = fits + (tooLong - fits) / 2
            if updates(middle) >= Self.leastUpdates { fits = middle } else { tooLong = middle }
        }
        settings.deltaT = .steps(fits)
        if chosen.trainsOnUpdate == nil && settings.trainsOnUpdate != nil { settings.trainsOnUpdate = true }
        return settings
    }

    /// When a method decides which weights there are.
    public enum Family: String, Sendable, CaseIterable {
        /// Connections move while the network trains, or never do.
        case training = "while training"
        /// A dense random network is pruned, and what is left is trained.
        case initialisation = "at initialisation"
    }

    /// When the method decides which weights there are.
    public var family: Family { (pruning(preset) == nil) ? .training : .initialisation }

    /// How a dense random network is pruned before the training; nil where the first positions are drawn.
    package func initialPruning(_ options: Settings) throws(PolicyError) -> InitialPruning? {
        try pruning(settings(options))
    }

    /// Updates that the time between two of them is shortened for: with fewer a method hardly moves anything.
    package static let leastUpdates = 20

    /// False for the control, whose preset has no time between updates: its connections stay as they are.
    public var movesConnections: Bool { preset.deltaT != nil }

    /// Refuses layers whose structure the method, with these options, cannot keep.
    /// - Throws: `PolicyError.unfitStructure`.
    package func check(_ layers: [LayerBudget], _ options: Settings = Settings()) throws(PolicyError) {
        let changing = layers.filter { !$0.isKeptDense }
        let settings = try settings(options)
        for layer in changing {
            let reason =
                refusal(layer.structure, settings) ?? (movesWeights ? reasonNotToMove(layer, among: changing) : nil)
            if let reason {
                throw .unfitStructure(
                    method: name, layer: layer.name, structure: layer.structure.description, reason: reason)
            }
            if density != nil && layer.storedCount < layer.shape.count {
                throw .impossibleBudget(
                    "layer '\(layer.name)' is to have the density \(layer.density), but \(name) stores every weight; leave out "
                        + "its --layer-density, or take another method")
            }
        }
    }

    private func reasonNotToMove(_ layer: LayerBudget, among layers: [LayerBudget]) -> String? {
        if let reason = Self.reasonNotToShrink(layer.structure) { return reason }
        let other = layers.first { $0.structure != layer.structure }
        return other.map { "it moves weights between layers, and layer '\($0.name)' is \($0.structure)" }
    }

    /// Why a method that changes how many weights a layer stores cannot keep a structure; nil for one that it keeps.
    package static func reasonNotToShrink(_ structure: LayerStructure) -> String? {
        switch structure {
        case .groups, .constantFanIn: "it changes how many weights a layer stores, which the structure fixes"
        case .unstructured, .blocks: nil
        }
    }

    /// The policy for a training of this length.
    /// - Throws: `PolicyError` for unknown names and values out of range.
    public func policy(_ options: Settings, run: RunLength) throws(PolicyError) -> any TopologyPolicy {
        try make(settings(options, run: run), run)
    }

    /// The density at the start of the training.
    /// - Throws: `PolicyError` for an option that does not fit the density.
    package func initialDensity(_ options: Settings) throws(PolicyError) -> Double {
        if let density { return density }
        let settings = try settings(options)
        return try ownInitialDensity(settings) ?? settings.density
    }

    /// Whether the method looks at the density beside its distribution: as an aim, a share or a bound.
    /// - Throws: `PolicyError`, as `initialDensity`.
    package func readsDensity(_ options: Settings) throws(PolicyError) -> Bool {
        try ownInitialDensity(settings(options)) != nil
    }

    /// The density of the weights that the forward pass uses, for a method that stores more.
    package func forwardDensity(_ options: Settings) throws(PolicyError) -> Double? {
        hasForwardSet ? try settings(options).density : nil
    }

    /// How densities become numbers of weights.
    package func sampling(_ options: Settings) throws(PolicyError) -> WeightSampling {
        try settings(options).sampling ?? .exact
    }

    /// The density distribution: the one chosen, else the preset's.
    package func distribution(_ options: Settings) throws(PolicyError) -> any DensityDistribution {
        if density != nil { return UniformDensity() }
        let settings = try settings(options)
        return try Parts.distributions.named(settings.distribution ?? "uniform", PolicyError.unknownName)(settings)
    }
}

extension Options {
    /// Published variant of the method: paper of all that move connections, set2018 and keras of set, dsr2019 of dsr.
    public var compat: Option<String?> {
        Option(
            "compat", .method, "NAME", .text("a variant"), carryOver: .refused,
            "published variant of the method (set: paper, set2018, keras; dsr: dsr2019)")
    }
}

extension Option {
    /// An option that the method's preset decides where it is left open.
    public static func ofMethod<Wrapped: OptionValue>(
        _ name: String, _ unit: String, _ rule: OptionRule<Wrapped>, inWords words: String = "the method's",
        negation: String? = nil, carryOver: CarryOver = .overridable, _ help: String
    ) -> Option where Value == Wrapped? {
        Option(name, .method, unit, rule, inWords: words, negation: negation, carryOver: carryOver, help)
    }
}
