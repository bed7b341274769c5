internal import SparseData
internal import SparseModels
internal import SparseParts
internal import SparsePolicies

/// What a program that embeds the trainer uses in place of what the configuration names.
struct OwnParts {
    var data: DataSource?
    var model: Model?
    var method: Method?
    var loss: (any Loss)?
    var optimizer: (any Optimizer)?
    var metrics: MetricList?

    /// The options that name what is not used.
    var options: Set<String> {
        let all = Options()
        var options: Set<String> = []
        if method != nil { options.insert(all.method.name) }
        if loss != nil { options.insert(all.loss.name) }
        if optimizer != nil { options.insert(all.optimizer.name) }
        return options
    }
}

extension Model {
    /// Refuses samples that are not what the model reads.
    /// - Throws: `ConfigurationError`.
    func check(fits source: DataSource) throws(ConfigurationError) {
        let given = source.train.dataset.inputs
        guard given.count == inputs.count else {
            throw .rejected(
                reason: "model '\(name)' has \(inputs.count) inputs, but samples of \(source.name) have \(given.count)")
        }
        for (own, sample) in zip(inputs, given) {
            switch sample {
            case .tokens where own.shape.vocabulary == nil:
                throw .rejected(
                    reason:
                        "model '\(name)' reads numbers, but samples of \(source.name) are tokens; give a --model that reads "
                        + "tokens, such as gpt:4x128")
            case .values where own.shape.vocabulary != nil:
                throw .rejected(
                    reason:
                        "model '\(name)' reads tokens, but samples of \(source.name) are numbers; give a text (--data FILE "
                        + "--tokenizer characters), or a --model that reads numbers, such as mlp:300,100")
            case .values(let shape) where own.shape.vocabulary == nil && own.shape.elements == shape.features: continue
            case .tokens(let vocabulary) where own.shape.vocabulary == vocabulary: continue
            case .values(let shape):
                throw .rejected(
                    reason: "model '\(name)' reads \(own.shape) as '\(own.name)', but samples of \(source.name) have "
                        + "\(shape.features) numbers")
            case .tokens(let vocabulary):
                throw .rejected(
                    reason: "model '\(name)' reads \(own.shape) as '\(own.name)', but samples of \(source.name) have a "
                        + "token of \(vocabulary)")
            }
        }
        guard !weightShapes.isEmpty else {
            throw .rejected(reason: "model '\(name)' must have layers with weights, such as a linear layer at its end")
        }
    }
}
