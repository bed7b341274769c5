public import SparseParts
internal import SparseStore

/// Normal noise that is added to the standardised inputs of training samples, as a denoising autoencoder has it and as it keeps other
/// networks from learning samples by heart. What a sample gets is a function of the run's seed, the epoch and the sample.
public struct InputNoise: Sendable, Equatable {
    /// Standard deviation, in units of the standardised inputs.
    public var deviation: Float

    /// Noise of this standard deviation.
    public init(deviation: Float) {
        precondition(deviation > 0 && deviation.isFinite, "a deviation above 0")
        self.deviation = deviation
    }

    /// Adds it to the first input of the real samples of one panel of a batch.
    func add(panel: Int, of batch: Batch, random: CounterRandom) {
        guard batch.count > 0, case .values(let panels) = batch.inputs.first else { return }
        panels.addNoise(deviation, panel: panel, samples: batch.samples, count: batch.count, random: random)
    }
}

extension Options {
    /// Standard deviation of the noise that is added to the standardised inputs of training samples; 0: none.
    public var inputNoise: Option<Double> {
        Option(
            "input-noise", .data, "S", .inputNoise, default: 0,
            "standard deviation of noise added to the standardised inputs, only while training")
    }
}

extension OptionRule<Double> {
    /// Beyond some deviations nothing is left of the inputs; squares must be numbers of 32 bits.
    fileprivate static let inputNoise = OptionRule(text: "a number from 0 to 1000") {
        $0 == 0 || $0 >= 1e-30 && $0 <= 1000
    }
}
