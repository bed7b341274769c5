internal import SparseData
internal import SparseModels
internal import SparsePolicies

/// The names that options choose from, as the rooms register them.
enum Names {
    static let algorithms = Catalog<Method>.methods.names
    static let distributions = Catalog.distributions.names
    static let samplings = WeightSampling.allCases.map(\.rawValue)
    static let dropSchedules = Catalog.schedules.names
    static let dropRules = Catalog.dropRules.names
    static let growRules = Catalog.growRules.names
    static let newValues = NewValueRule.allCases.map(\.rawValue)
    static let regrowths = Regrowth.allCases.map(\.rawValue)
    static let augmentations = TrainingConfiguration.augmentations.map(\.name)
    static let initializations = InitialValues.allCases.map(\.rawValue)
    static let standardizations = TrainingConfiguration.standardizations.map(\.name)
    static let optimizers = OptimizerRegistry.entries.map(\.name)
    static let learningRateSchedules = TrainingConfiguration.learningRateSchedules.map(\.name)
    static let losses = TrainingConfiguration.losses.map(\.name)
}
