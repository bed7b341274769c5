import SparseStore

/// A layer that makes maps of maps: a convolution, or a pooling.
struct SampleMaps: SampleLayer {
    let maps: DirectConvolution

    func forward(
        _ inputs: [AlignedBuffer<Float>], into output: AlignedBuffer<Float>, scratch: AlignedBuffer<Float>
    ) {
        maps.apply(inputs[0], into: output, scratch: scratch)
    }

    func scaled(by next: SampleNormalization) -> SampleMaps? {
        maps.scaled(factor: next.factors, shift: next.shifts, relu: next.relu).map { SampleMaps(maps: $0) }
    }

    var scratchCount: Int { maps.scratchCount }
    var byteCount: Int { maps.byteCount }
}

/// The mean of each map: a product of the maps, a row for each, with a vector of equal shares.
struct SampleMean: SampleLayer {
    private let channels: Int
    private let shares: AlignedBuffer<Float>
    private let nothing: AlignedBuffer<Float>

    init(channels: Int, pixels: Int) {
        self.channels = channels
        shares = AlignedBuffer([Float](repeating: 1 / Float(pixels), count: pixels))
        nothing = AlignedBuffer(count: channels)
    }

    func forward(
        _ inputs: [AlignedBuffer<Float>], into output: AlignedBuffer<Float>, scratch: AlignedBuffer<Float>
    ) {
        SampleOperations.multiply(
            inputs[0], rows: channels, columns: shares.count, shares, bias: nothing, relu: false, into: output)
    }

    var byteCount: Int { shares.byteCount + nothing.byteCount }
}
