internal import SparseModels
internal import SparseStore

/// Lets a trained network of tokens write: it reads tokens one by one, remembers the keys and values of those before, and says
/// which comes next. Each token costs a product of each weight matrix with one vector.
///
/// A network sees no more than its context. When that is full, the later half of it becomes the beginning of a new window, which
/// is read again.
public struct TokenGenerator {
    /// Most tokens that the network sees at once.
    public var context: Int { network.context }
    /// Bytes held beside the trained network: its weights in the order of products with a vector, and what lies between layers.
    public var byteCount: Int { network.byteCount + memory.byteCount }
    private let network: TokenNetwork
    private let memory: TokenMemory
    /// The tokens that the network remembers.
    private var window: [Int] = []
    /// Tokens chosen so far.
    private var chosen = 0

    /// - Throws: `TrainedModelError` for a network that reads no tokens, or has a layer that computes batches only.
    public init(_ model: TrainedModel) throws {
        guard model.model.inputs.first?.shape.vocabulary != nil else {
            throw TrainedModelError(
                path: model.path, reason: "'\(model.model.name)' reads no text; generate takes a run of a gpt model")
        }
        guard let context = model.model.longestSequence,
            let network = try TokenNetwork(model.pool.network, context: context)
        else {
            throw TrainedModelError(
                path: model.path, reason: "'\(model.model.name)' has a layer that cannot compute one token at a time")
        }
        self.network = network
        memory = network.makeMemory()
    }

    /// Reads the next token of the text.
    /// - Precondition: It is in the vocabulary.
    public mutating func read(_ token: Int) {
        if window.count == context {
            let kept = Array(window.suffix(context / 2))
            window = []
            for token in kept { step(token) }
        }
        step(token)
    }

    private mutating func step(_ token: Int) {
        network.forward(TokenPlace(token: token, position: window.count), memory)
        window.append(token)
    }

    /// What the network says of the token after those that were read: one number for each, the larger the likelier.
    /// - Precondition: At least one token was read.
    public var outputs: [Float] {
        precondition(!window.isEmpty, "nothing was read yet")
        return Array(memory.output.elements.prefix(network.vocabulary))
    }

    /// Chooses the next token, and reads it.
    /// - Precondition: At least one token was read.
    public mutating func next(_ choice: TokenChoice) -> Int {
        let token = choice.token(from: outputs[...], number: chosen)
        chosen += 1
        read(token)
        return token
    }
}
