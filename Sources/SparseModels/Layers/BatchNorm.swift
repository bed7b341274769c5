public import SparseStore

/// y = gamma * (x - mean) / sqrt(variance + epsilon) + beta for each channel (Ioffe, Szegedy, "Batch normalization", ICML
/// 2015). Training uses the batch's mean and biased variance and keeps running averages of mean and unbiased variance,
/// which evaluation uses. gamma starts at 1, beta at 0.
public struct BatchNorm: LayerDefinition {
    public let name: String
    /// Weight of the newest batch in the running averages.
    public let momentum: Float
    public let epsilon: Float

    public init(name: String, momentum: Float = 0.1, epsilon: Float = 1e-5) {
        precondition(momentum > 0 && momentum <= 1 && epsilon > 0)
        self.name = name
        self.momentum = momentum
        self.epsilon = epsilon
    }

    public func makeLayer(at site: LayerSite) -> any Layer { BatchNormLayer(self, site: site) }
}

/// The layer that `BatchNorm` defines.
public final class BatchNormLayer: Layer {
    public let name: String
    public let output: Panels
    public let outputGradient: Panels
    public let parameters: [Parameter]
    public let buffers: [NamedBuffer]
    private let definition: BatchNorm
    private let gamma: ParameterVector
    private let beta: ParameterVector
    private let runningMean: AlignedBuffer<Float>
    private let runningVariance: AlignedBuffer<Float>
    /// Of the last batch: its mean and variance, 1 / sqrt(variance + epsilon), and y = factor * x + shift.
    private let mean: AlignedBuffer<Float>
    private let variance: AlignedBuffer<Float>
    private let inverse: AlignedBuffer<Float>
    private let factor: AlignedBuffer<Float>
    private let shift: AlignedBuffer<Float>

    init(_ definition: BatchNorm, site: LayerSite) {
        let channels = site.input.channels
        self.definition = definition
        name = definition.name
        output = Panels(site.input, samples: site.batchSize)
        outputGradient = Panels(site.input, samples: site.batchSize)
        gamma = ParameterVector(count: channels, initially: 1)
        beta = ParameterVector(count: channels)
        runningMean = AlignedBuffer(count: channels)
        runningVariance = AlignedBuffer(count: channels)
        runningVariance.fill(1)
        mean = AlignedBuffer(count: channels)
        variance = AlignedBuffer(count: channels)
        inverse = AlignedBuffer(count: channels)
        factor = AlignedBuffer(count: channels)
        shift = AlignedBuffer(count: channels)
        parameters = [
            Parameter(name: name + ".weight", kind: .normalization, storage: .vector(gamma)),
            Parameter(name: name + ".bias", kind: .normalization, storage: .vector(beta)),
        ]
        buffers = [
            NamedBuffer(name: name + ".running_mean", buffer: runningMean),
            NamedBuffer(name: name + ".running_var", buffer: runningVariance),
        ]
    }

    public var split: LayerSplit { .channels }

    public func forward(_ input: Panels, panels: Range<Int>, part: Part, pass: Pass) {
        let channels = part.range(of: output.channels)
        if pass.training {
            NormalizationOperations.statistics(
                of: input, samples: pass.samples, channels: channels, mean: mean, variance: variance)
            updateRunning(channels, elements: pass.samples * output.rows * output.columns)
        }
        let (mean, variance) = pass.training ? (mean, variance) : (runningMean, runningVariance)
        for c in channels {
            inverse[c] = 1 / (variance[c] + definition.epsilon).squareRoot()
            factor[c] = gamma.values[c] * inverse[c]
            shift[c] = beta.values[c] - mean[c] * factor[c]
        }
        NormalizationOperations.affine(
            input, into: output, panels: panels, channels: channels, factor: factor, shift: shift)
    }

    public func backward(_ input: Panels, inputGradient: Panels?, panels: Range<Int>, part: Part, pass: Pass) {
        let channels = part.range(of: output.channels)
        NormalizationOperations.gradients(
            outputGradient, input: input, samples: pass.samples, channels: channels, mean: mean, inverse: inverse,
            gamma: gamma.gradient, beta: beta.gradient)
        guard let inputGradient else { return }
        NormalizationOperations.inputGradient(
            outputGradient, input: input, into: inputGradient, samples: pass.samples, channels: channels, mean: mean,
            inverse: inverse, gamma: gamma.values, gammaGradient: gamma.gradient, betaGradient: beta.gradient)
    }

    private func updateRunning(_ channels: Range<Int>, elements: Int) {
        let unbias = Float(elements) / Float(max(elements - 1, 1))
        let keep = 1 - definition.momentum
        for c in channels {
            runningMean[c] = keep * runningMean[c] + definition.momentum * mean[c]
            runningVariance[c] = keep * runningVariance[c] + definition.momentum * unbias * variance[c]
        }
    }
}
