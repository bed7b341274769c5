public import SparseStore

/// A layer as it computes the tokens of one sequence, one after the other: no lanes of a panel are left empty. What it must
/// remember of the tokens before, such as keys and values, is in a cache of the caller's; nothing else in it changes, so that calls
/// for different sequences may run at once.
public protocol TokenLayer: Sendable {
    /// output = layer(inputs) of the token at `place`, as in evaluation. Buffers have at least 16 numbers more than the layer's
    /// shapes say, which may be read and written with anything. Allocates nothing.
    /// - Parameters:
    ///   - place: The token, and where it stands.
    ///   - inputs: What the layer reads; of an input of tokens an empty buffer.
    ///   - output: Where the result goes; no input.
    ///   - cache: What the layer keeps of the tokens before this one: `cacheCount` numbers, untouched since its last call.
    ///   - scratch: At least `scratchCount` numbers for the call's own use, whatever they are.
    func forward(
        _ place: TokenPlace, _ inputs: [AlignedBuffer<Float>], into output: AlignedBuffer<Float>,
        cache: AlignedBuffer<Float>, scratch: AlignedBuffer<Float>)
    /// Numbers that it keeps of a sequence of `context` tokens; 0 unless it says otherwise.
    func cacheCount(context: Int) -> Int
    /// Numbers that a call needs for itself, in a sequence of `context` tokens; 0 unless it says otherwise.
    func scratchCount(context: Int) -> Int
    /// Bytes that it holds beside the network's own.
    var byteCount: Int { get }
}

extension TokenLayer {
    public func cacheCount(context: Int) -> Int { 0 }
    public func scratchCount(context: Int) -> Int { 0 }
    public var byteCount: Int { 0 }
}

/// A token of a sequence.
public struct TokenPlace: Sendable {
    /// Its id, in 0 ..< vocabulary.
    public var token: Int
    /// Tokens of the sequence before it.
    public var position: Int

    /// Token `token` of a sequence, with `position` tokens before it.
    public init(token: Int, position: Int) { (self.token, self.position) = (token, position) }
}

/// A layer that looks at one token alone.
struct TokenAlone: TokenLayer {
    let layer: any SampleLayer

    func forward(
        _ place: TokenPlace, _ inputs: [AlignedBuffer<Float>], into output: AlignedBuffer<Float>,
        cache: AlignedBuffer<Float>, scratch: AlignedBuffer<Float>
    ) {
        layer.forward(inputs, into: output, scratch: scratch)
    }

    func scratchCount(context: Int) -> Int { layer.scratchCount }
    var byteCount: Int { layer.byteCount }
}
