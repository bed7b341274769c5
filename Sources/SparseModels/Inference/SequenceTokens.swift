package import SparseStore

// Layers of sequences as they compute one token after the other.

extension TokenEmbeddingLayer {
    package func forTokens() throws(StoreError) -> (any TokenLayer)? {
        TokenRow(table: table.values, width: output.channels)
    }
}

extension PositionEmbeddingLayer {
    package func forTokens() throws(StoreError) -> (any TokenLayer)? {
        TokenPosition(table: table.values, width: output.channels)
    }
}

extension SampleNormLayer {
    package func forTokens() throws(StoreError) -> (any TokenLayer)? {
        TokenNorm(centered: centered, epsilon: epsilon, gamma: gamma.values, beta: beta?.values)
    }
}

extension SmoothActivationLayer {
    package func forTokens() throws(StoreError) -> (any TokenLayer)? {
        TokenActivation(activation: activation, count: output.channels)
    }
}

extension AttentionLayer {
    /// Attention to tokens that are still to come cannot be computed token by token.
    package func forTokens() throws(StoreError) -> (any TokenLayer)? {
        operations.causal ? TokenAttention(heads: operations.heads, channels: output.channels) : nil
    }
}

extension TiedLinearLayer {
    package func forTokens() throws(StoreError) -> (any TokenLayer)? { TokenProduct(matrix: embedding.matrix) }
}

/// The row of a token.
private struct TokenRow: TokenLayer {
    let table: AlignedBuffer<Float>
    let width: Int

    func forward(
        _ place: TokenPlace, _ inputs: [AlignedBuffer<Float>], into output: AlignedBuffer<Float>,
        cache: AlignedBuffer<Float>, scratch: AlignedBuffer<Float>
    ) {
        TokenOperations.row(place.token, of: table, width: width, into: output)
    }
}

/// The row of a position, added.
private struct TokenPosition: TokenLayer {
    let table: AlignedBuffer<Float>
    let width: Int

    func forward(
        _ place: TokenPlace, _ inputs: [AlignedBuffer<Float>], into output: AlignedBuffer<Float>,
        cache: AlignedBuffer<Float>, scratch: AlignedBuffer<Float>
    ) {
        TokenOperations.row(place.position, of: table, width: width, addingTo: inputs[0], into: output)
    }
}

/// Normalisation by the token's own channels.
private struct TokenNorm: TokenLayer {
    let centered: Bool
    let epsilon: Float
    let gamma: AlignedBuffer<Float>
    let beta: AlignedBuffer<Float>?

    func forward(
        _ place: TokenPlace, _ inputs: [AlignedBuffer<Float>], into output: AlignedBuffer<Float>,
        cache: AlignedBuffer<Float>, scratch: AlignedBuffer<Float>
    ) {
        TokenOperations.normalize(
            inputs[0], centered: centered, epsilon: epsilon, gamma: gamma, beta: beta, into: output)
    }
}

/// An activation.
private struct TokenActivation: TokenLayer {
    let activation: SmoothActivation
    let count: Int

    func forward(
        _ place: TokenPlace, _ inputs: [AlignedBuffer<Float>], into output: AlignedBuffer<Float>,
        cache: AlignedBuffer<Float>, scratch: AlignedBuffer<Float>
    ) {
        TokenOperations.apply(activation, inputs[0], into: output, count: count)
    }
}

/// Attention to the tokens before, whose keys and values are in the cache.
private struct TokenAttention: TokenLayer {
    let heads: Int
    let channels: Int

    private func shape(_ context: Int) -> TokenOperations.Cache {
        TokenOperations.Cache(heads: heads, channels: channels, context: context)
    }

    func forward(
        _ place: TokenPlace, _ inputs: [AlignedBuffer<Float>], into output: AlignedBuffer<Float>,
        cache: AlignedBuffer<Float>, scratch: AlignedBuffer<Float>
    ) {
        TokenOperations.attend(
            shape(cache.count / (2 * channels)), query: inputs[0], key: inputs[1], value: inputs[2],
            position: place.position, memory: cache, into: output, scratch: scratch)
    }

    func cacheCount(context: Int) -> Int { shape(context).count }
    func scratchCount(context: Int) -> Int { shape(context).scratchCount }
}

/// The product of a dense matrix with a vector, without a bias.
private struct TokenProduct: TokenLayer {
    let matrix: DenseMatrix
    private let nothing: AlignedBuffer<Float>

    init(matrix: DenseMatrix) {
        self.matrix = matrix
        nothing = AlignedBuffer(count: matrix.rows)
    }

    func forward(
        _ place: TokenPlace, _ inputs: [AlignedBuffer<Float>], into output: AlignedBuffer<Float>,
        cache: AlignedBuffer<Float>, scratch: AlignedBuffer<Float>
    ) {
        SampleOperations.multiply(
            matrix.stored.values, rows: matrix.rows, columns: matrix.columns, inputs[0], bias: nothing, relu: false,
            into: output)
    }

    var byteCount: Int { nothing.byteCount }
}
