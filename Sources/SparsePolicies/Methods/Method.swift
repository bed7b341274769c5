internal import SparseStore

/// A named method: where it comes from, how it is set by default, and how a policy is made of the settings.
public struct Method: Sendable {
    public let name: String
    /// One line: what it does.
    public let summary: String
    /// The paper.
    public let citation: String
    /// The preset. Options that it leaves out are of no use to the method.
    public let preset: MethodOptions
    /// Named variants of the preset, each the options in which it differs. Every method that moves connections has `paper`: as
    /// published, with the time between updates that suits the published, long trainings.
    public let variants: [String: MethodOptions]
    /// What goes with a drop rule other than the preset's, by the rule's name: published methods of one name differ in more
    /// than one part.
    public let withDropRule: [String: MethodOptions]
    /// How the first positions are drawn.
    public let initialTopology: InitialTopology
    /// Whether the forward pass uses `density` of the weights, and more are stored.
    public let hasForwardSet: Bool
    /// Whether layers give weights to each other, or lose some for good.
    public let movesWeights: Bool
    /// Why the method cannot keep a structure; nil for one that it keeps.
    private let refusal: @Sendable (LayerStructure) -> String?
    private let make: @Sendable (MethodOptions, RunLength) throws(PolicyError) -> any TopologyPolicy

    /// - Parameter make: builds the policy from settings that are complete where the preset is.
    public init(
        name: String, summary: String, citation: String, preset: MethodOptions,
        variants: [String: MethodOptions] = [:], withDropRule: [String: MethodOptions] = [:],
        initialTopology: InitialTopology = .unstructured, hasForwardSet: Bool = false, movesWeights: Bool = false,
        refusal: @escaping @Sendable (LayerStructure) -> String? = { _ in nil },
        make: @escaping @Sendable (MethodOptions, RunLength) throws(PolicyError) -> any TopologyPolicy
    ) {
        self.name = name
        self.summary = summary
        self.citation = citation
        self.preset = preset
        let published = preset.deltaT.map { ["paper": MethodOptions(deltaT: $0)] } ?? [:]
        self.variants = published.merging(variants) { paper, own in own.over(paper) }
        self.withDropRule = withDropRule
        self.initialTopology = initialTopology
        self.hasForwardSet = hasForwardSet
        self.movesWeights = movesWeights
        self.refusal = refusal
        self.make = make
    }

    /// The density of a method that has only one, whatever the options say; nil for those that have any.
    public var density: Double? { preset.density }

    /// The given options over those of the variant they name, if any, over what goes with their drop rule, over the
    /// preset.
    public func settings(_ options: MethodOptions) throws(PolicyError) -> MethodOptions {
        try chosen(options).over(preset)
    }

    /// What is said, by the options themselves, the variant they name or their drop rule.
    private func chosen(_ options: MethodOptions) throws(PolicyError) -> MethodOptions {
        var chosen = options
        if let name = options.compat {
            guard let variant = variants[name] else {
                let known = variants.keys.sorted()
                let nearest = NearestName.of(name, among: known).map { "; did you mean \($0)?" } ?? ""
                throw .invalidOption(
                    name: "compat", value: name,
                    expected: known.isEmpty
                        ? "left out: \(self.name) has no published variant"
                        : "a variant of \(self.name): \(known.joined(separator: ", "))" + nearest)
            }
            chosen = options.over(variant)
        }
        if let rule = chosen.dropRule, let companions = withDropRule[rule] { chosen = chosen.over(companions) }
        return chosen
    }

    /// The settings for a training of this length. Where nobody names the time between two updates it is at most the
    /// preset's, which is that of long trainings, and short enough for `leastUpdates`. Where it is shortened, the batch of an
    /// update trains the weights too, unless told otherwise: spent on the update alone, as in RigL, batches would be missed
    /// (an interval of 5 steps takes one batch of six).
    /// - Throws: `PolicyError` for unknown names and values out of range.
    public func settings(_ options: MethodOptions, run: RunLength) throws(PolicyError) -> MethodOptions {
        let chosen = try chosen(options)
        var settings = chosen.over(preset)
        guard chosen.deltaT == nil, let longest = settings.deltaT?.steps(in: run) else { return settings }
        /// Updates with this time between them; none where the method refuses it.
        func updates(_ period: Int) -> Int {
            settings.deltaT = .steps(period)
            return (try? make(settings, run))?.clock.updates(before: run.steps) ?? 0
        }
        if updates(longest) >= Self.leastUpdates { return chosen.over(preset) }
        // They are the fewer the longer it is.
        var (fits, tooLong) = (min(max(1, settings.gradAccumulation ?? 1), longest), longest)
        while tooLong - fits > 1 {
            let middle = fits + (tooLong - fits) / 2
            if updates(middle) >= Self.leastUpdates { fits = middle } else { tooLong = middle }
        }
        settings.deltaT = .steps(fits)
        if chosen.appliesWeightsOnUpdate == nil && settings.appliesWeightsOnUpdate != nil {
            settings.appliesWeightsOnUpdate = true
        }
        return settings
    }

    /// Updates that the time between two of them is shortened for: with fewer a method hardly moves anything.
    public static let leastUpdates = 20

    /// False for the control, whose preset has no time between updates: its connections stay as they are.
    public var movesConnections: Bool { preset.deltaT != nil }

    /// Refuses layers whose structure the method, with these options, cannot keep.
    /// - Throws: `PolicyError.unfitStructure`.
    public func check(_ layers: [LayerBudget], _ options: MethodOptions = MethodOptions()) throws(PolicyError) {
        let changing = layers.filter { !$0.isKeptDense }
        let hasSoftBound = try settings(options).softBound == true
        for layer in changing {
            let reason =
                refusal(layer.structure) ?? (movesWeights ? reasonNotToMove(layer, among: changing) : nil)
                ?? (hasSoftBound ? reasonNotToShrink(layer) : nil)
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
        if let reason = reasonNotToShrink(layer) { return reason }
        let other = layers.first { $0.structure != layer.structure }
        return other.map { "it moves weights between layers, and layer '\($0.name)' is \($0.structure)" }
    }

    private func reasonNotToShrink(_ layer: LayerBudget) -> String? {
        switch layer.structure {
        case .groups, .constantFanIn: "it changes how many weights a layer stores, which the structure fixes"
        case .unstructured, .blocks: nil
        }
    }

    /// The policy for a training of this length.
    /// - Throws: `PolicyError` for unknown names and values out of range.
    public func policy(_ options: MethodOptions, run: RunLength) throws(PolicyError) -> any TopologyPolicy {
        try make(settings(options, run: run), run)
    }

    /// The density at the start of the training.
    public func initialDensity(_ options: MethodOptions) throws(PolicyError) -> Double {
        if let density { return density }
        let settings = try settings(options)
        let density = settings.density ?? 1
        if settings.softBound == true { return min(1, density * (1 + (settings.dropFraction ?? 0))) }
        guard hasForwardSet else { return settings.initialDensity ?? density }
        let stored = settings.backwardDensity ?? min(1, 2 * density)
        guard stored >= density && stored <= 1 else {
            throw .invalidOption(
                name: "backward-density", value: "\(stored)", expected: "at least the density of \(density), at most 1")
        }
        return stored
    }

    /// The density of the weights that the forward pass uses, for a method that stores more.
    public func forwardDensity(_ options: MethodOptions) throws(PolicyError) -> Double? {
        hasForwardSet ? try settings(options).density ?? 1 : nil
    }

    /// How densities become numbers of weights.
    public func sampling(_ options: MethodOptions) throws(PolicyError) -> WeightSampling {
        let name = try settings(options).sampling ?? WeightSampling.exact.rawValue
        return try Catalog("sampling", WeightSampling.allCases.map { .init($0.rawValue, "", $0) }).named(name)
    }

    /// The density distribution: the one chosen, else the preset's.
    public func distribution(_ options: MethodOptions) throws(PolicyError) -> any DensityDistribution {
        if density != nil { return UniformDensity() }
        let settings = try settings(options)
        return try Catalog.distributions.named(settings.distribution ?? "uniform")(settings)
    }
}
