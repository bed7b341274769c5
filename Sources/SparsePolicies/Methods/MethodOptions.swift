/// Every part of a method that can be set by hand; nil takes the method's preset.
public struct MethodOptions: Sendable, Equatable, Codable {
    /// Name of the density distribution.
    public var distribution: String?
    /// Name of the rule that turns densities into numbers of weights.
    public var sampling: String?
    /// Exponent of the Erdos-Renyi distributions.
    public var erkPower: Double?
    /// SET's epsilon, for the distribution `epsilon`.
    public var epsilon: Double?
    /// Time between two topology updates.
    public var deltaT: UpdatePeriod?
    /// First step at which the topology may change.
    public var beginStep: Int?
    /// Share of the training after which it changes no more.
    public var endFraction: Double?
    /// Name of the drop rule.
    public var dropRule: String?
    /// Share of a layer's units dropped at the first update.
    public var dropFraction: Double?
    /// Share that the schedule does not undercut.
    public var dropFloor: Double?
    /// Name of the schedule of the drop fraction.
    public var dropSchedule: String?
    /// Exponent of the schedule `power`.
    public var dropPower: Double?
    /// True when the method `mest` stores more than its density at first, by the drop fraction.
    public var softBound: Bool?
    /// Name of the grow rule.
    public var growRule: String?
    /// Batches whose gradients are averaged for growth.
    public var gradAccumulation: Int?
    /// What becomes of units that are dropped and grown in the same update.
    public var regrowth: Regrowth?
    /// Name of the rule that gives grown weights their values.
    public var newValues: String?
    /// True when the batch of an update also trains the weights, before the update.
    public var appliesWeightsOnUpdate: Bool?
    /// True when a step takes weight decay x weight off whatever the learning rate, as SET's code of 2018 does.
    public var decaysPerStep: Bool?
    /// Weight of the gradient in the drop rule `sensitivity`.
    public var dropLambda: Double?
    /// Momentum coefficient of the grow rule `momentum`.
    public var growMomentum: Double?
    /// Batches from which the grow rule `momentum` replays the momentum.
    public var growWindow: Int?
    /// Share of weights stored at the end of the training; the density distribution starts from it unless
    /// the method starts denser.
    public var density: Double?
    /// Density at the start of a method that lowers it.
    public var initialDensity: Double?
    /// Share of the training after which the density falls no more.
    public var pruneEndFraction: Double?
    /// Share of all positions that a controlled threshold aims to drop per update.
    public var dropTarget: Double?
    /// Where a controlled threshold starts.
    public var dropThreshold: Double?
    /// Share of the fan-in that must be salient for an output to stay, of the method `srigl`; 0 for none.
    public var ablation: Double?
    /// Standard deviation of the random walk of the method `deepr`, per unit of learning rate.
    public var noise: Double?
    /// Pull of the weights of the method `deepr` towards 0, per unit of learning rate.
    public var l1: Double?
    /// Share of weights stored and trained by the method `topkast`, whose forward pass uses `density`; nil is twice that.
    public var backwardDensity: Double?
    /// Coefficient of the method `topkast`'s penalty on weights.
    public var explorationPenalty: Double?
    /// Name of a published variant of the method.
    public var compat: String?

    public init(
        distribution: String? = nil, sampling: String? = nil, erkPower: Double? = nil, epsilon: Double? = nil,
        deltaT: UpdatePeriod? = nil,
        beginStep: Int? = nil, endFraction: Double? = nil, dropRule: String? = nil, dropFraction: Double? = nil,
        dropFloor: Double? = nil, dropSchedule: String? = nil, dropPower: Double? = nil, softBound: Bool? = nil,
        growRule: String? = nil,
        gradAccumulation: Int? = nil, regrowth: Regrowth? = nil, newValues: String? = nil,
        appliesWeightsOnUpdate: Bool? = nil, decaysPerStep: Bool? = nil,
        dropLambda: Double? = nil, growMomentum: Double? = nil, growWindow: Int? = nil, density: Double? = nil,
        initialDensity: Double? = nil, pruneEndFraction: Double? = nil, dropTarget: Double? = nil,
        dropThreshold: Double? = nil, ablation: Double? = nil, noise: Double? = nil, l1: Double? = nil,
        backwardDensity: Double? = nil, explorationPenalty: Double? = nil, compat: String? = nil
    ) {
        self.distribution = distribution
        self.sampling = sampling
        self.erkPower = erkPower
        self.epsilon = epsilon
        self.deltaT = deltaT
        self.beginStep = beginStep
        self.endFraction = endFraction
        self.dropRule = dropRule
        self.dropFraction = dropFraction
        self.dropFloor = dropFloor
        self.dropSchedule = dropSchedule
        self.dropPower = dropPower
        self.softBound = softBound
        self.growRule = growRule
        self.gradAccumulation = gradAccumulation
        self.regrowth = regrowth
        self.newValues = newValues
        self.appliesWeightsOnUpdate = appliesWeightsOnUpdate
        self.decaysPerStep = decaysPerStep
        self.dropLambda = dropLambda
        self.growMomentum = growMomentum
        self.growWindow = growWindow
        self.density = density
        self.initialDensity = initialDensity
        self.pruneEndFraction = pruneEndFraction
        self.dropTarget = dropTarget
        self.dropThreshold = dropThreshold
        self.ablation = ablation
        self.noise = noise
        self.l1 = l1
        self.backwardDensity = backwardDensity
        self.explorationPenalty = explorationPenalty
        self.compat = compat
    }

    /// These options where they are set, `defaults` elsewhere.
    public func over(_ defaults: MethodOptions) -> MethodOptions {
        MethodOptions(
            distribution: distribution ?? defaults.distribution,
            sampling: sampling ?? defaults.sampling,
            erkPower: erkPower ?? defaults.erkPower,
            epsilon: epsilon ?? defaults.epsilon,
            deltaT: deltaT ?? defaults.deltaT,
            beginStep: beginStep ?? defaults.beginStep,
            endFraction: endFraction ?? defaults.endFraction,
            dropRule: dropRule ?? defaults.dropRule,
            dropFraction: dropFraction ?? defaults.dropFraction,
            dropFloor: dropFloor ?? defaults.dropFloor,
            dropSchedule: dropSchedule ?? defaults.dropSchedule,
            dropPower: dropPower ?? defaults.dropPower,
            softBound: softBound ?? defaults.softBound,
            growRule: growRule ?? defaults.growRule,
            gradAccumulation: gradAccumulation ?? defaults.gradAccumulation,
            regrowth: regrowth ?? defaults.regrowth,
            newValues: newValues ?? defaults.newValues,
            appliesWeightsOnUpdate: appliesWeightsOnUpdate ?? defaults.appliesWeightsOnUpdate,
            decaysPerStep: decaysPerStep ?? defaults.decaysPerStep,
            dropLambda: dropLambda ?? defaults.dropLambda,
            growMomentum: growMomentum ?? defaults.growMomentum,
            growWindow: growWindow ?? defaults.growWindow,
            density: density ?? defaults.density,
            initialDensity: initialDensity ?? defaults.initialDensity,
            pruneEndFraction: pruneEndFraction ?? defaults.pruneEndFraction,
            dropTarget: dropTarget ?? defaults.dropTarget,
            dropThreshold: dropThreshold ?? defaults.dropThreshold,
            ablation: ablation ?? defaults.ablation,
            noise: noise ?? defaults.noise,
            l1: l1 ?? defaults.l1,
            backwardDensity: backwardDensity ?? defaults.backwardDensity,
            explorationPenalty: explorationPenalty ?? defaults.explorationPenalty,
            compat: compat ?? defaults.compat)
    }
}
