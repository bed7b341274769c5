package import SparseStore

/// y = gamma * (x - mean) / sqrt(variance + epsilon) + beta for each channel (Ioffe, Szegedy, "Batch normalization", ICML
/// 2015). Training uses the batch's mean and biased variance and keeps running averages of mean and unbiased variance,
/// which evaluation uses. gamma starts at 1, beta at 0. With `relu`, max(y, 0) in the same loop.
///
/// One value a channel has no variance (a batch of one sample where a map is one pixel): such a batch is normalised by the
/// running averages, as constants, and leaves them as they are.
public struct BatchNorm: LayerDefinition {
    public let name: String
    /// Weight of the newest batch in the running averages.
    public let momentum: Float
    /// Added to the variance before its root is taken.
    public let epsilon: Float
    /// Whether negative outputs become 0.
    public let relu: Bool

    /// Normalises each channel; with `relu`, not below 0. `momentum` is the share of a batch in the running statistics,
    /// `epsilon` is added to the variance.
    public init(name: String, momentum: Float = 0.1, epsilon: Float = 1e-5, relu: Bool = false) {
        precondition(momentum > 0 && momentum <= 1 && epsilon > 0)
        self.name = name
        self.momentum = momentum
        self.epsilon = epsilon
        self.relu = relu
    }

    public func fault(for inputs: [ActivationShape]) -> String? {
        momentum > 0 && momentum <= 1 && epsilon > 0 && epsilon.isFinite
            ? nil : "momentum \(momentum) and epsilon \(epsilon) make no batch norm"
    }

    public func fused(with next: any LayerDefinition) -> (any LayerDefinition)? {
        relu || !(next is ReLU) ? nil : BatchNorm(name: name, momentum: momentum, epsilon: epsilon, relu: true)
    }

    public func vectorParameters(for inputs: [ActivationShape]) -> Int { 2 * inputs[0].channels }
    public var needs: LayerNeeds { .input }
    public var isElementwise: Bool { true }
    public var takesAddend: Bool { true }
    public var usesStatistics: Bool { true }
    public var split: LayerSplit { .channels }

    public func makeLayer(at site: LayerSite) -> any Layer { BatchNormLayer(self, site: site) }
}

/// The layer that `BatchNorm` defines.
package final class BatchNormLayer: Layer {
    package let name: String
    package let output: Panels
    package let outputGradient: Panels
    package let parameters: [Parameter]
    package let buffers: [NamedBuffer]
    private let definition: BatchNorm
    private let gamma: ParameterVector
    private let beta: ParameterVector
    private let runningMean: AlignedBuffer<Float>
    private let runningVariance: AlignedBuffer<Float>
    /// Of the last batch: its mean and variance, 1 / sqrt(variance + epsilon), and y = factor * x + shift.
    private let mean: AlignedBuffer<Float>
    private let variance: AlignedBuffer<Float>
    private let inverse: AlignedBuffer<Float>
    private let affine: NormalizationOperations.Affine
    /// What mean and variance contribute to the input's gradient where they are constants: 0 for each channel.
    private let nothing: AlignedBuffer<Float>
    private let addsInputGradient: Bool
    /// What is added to, if not what is there.
    private let addend: Panels?

    init(_ definition: BatchNorm, site: LayerSite) {
        let channels = site.inputs[0].shape.channels
        self.definition = definition
        name = definition.name
        output = site.output
        outputGradient = site.outputGradient
        gamma = ParameterVector(count: channels, initially: 1)
        beta = ParameterVector(count: channels)
        runningMean = AlignedBuffer(count: channels)
        runningVariance = AlignedBuffer(count: channels)
        runningVariance.fill(1)
        mean = AlignedBuffer(count: channels)
        variance = AlignedBuffer(count: channels)
        inverse = AlignedBuffer(count: channels)
        nothing = AlignedBuffer(count: channels)
        affine = NormalizationOperations.Affine(
            factor: AlignedBuffer(count: channels), shift: AlignedBuffer(count: channels), relu: definition.relu)
        addsInputGradient = site.inputs[0].addsGradient
        addend = site.inputs[0].addend
        parameters = [
            Parameter(name: name + ".weight", kind: .normalization, storage: .vector(gamma)),
            Parameter(name: name + ".bias", kind: .normalization, storage: .vector(beta)),
        ]
        buffers = [
            NamedBuffer(name: name + ".running_mean", buffer: runningMean),
            NamedBuffer(name: name + ".running_var", buffer: runningVariance),
        ]
    }

    /// A channel is normalised as soon as its statistics are known, while its maps are in the cache.
    package func forward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        let ofBatch = pass.training && hasVariance(pass)
        let (mean, variance) = ofBatch ? (mean, variance) : (runningMean, runningVariance)
        let input = inputs[0]
        for c in part.range(of: output.channels) {
            let channel = c..<c + 1
            if ofBatch {
                NormalizationOperations.statistics(
                    of: input, samples: pass.samples, channels: channel, mean: mean, variance: variance)
                updateRunning(c, elements: pass.samples * output.rows * output.columns)
            }
            inverse[c] = 1 / (variance[c] + definition.epsilon).squareRoot()
            affine.factor[c] = gamma.values[c] * inverse[c]
            affine.shift[c] = beta.values[c] - mean[c] * affine.factor[c]
            NormalizationOperations.affine(input, into: output, panels: panels, channels: channel, affine)
        }
    }

    package func forSingleSamples() throws(StoreError) -> (any SampleLayer)? {
        let factors = (0..<output.channels).map {
            gamma.values[$0] * (1 / (runningVariance[$0] + definition.epsilon).squareRoot())
        }
        let shifts = factors.indices.map { beta.values[$0] - runningMean[$0] * factors[$0] }
        let (rows, columns) = (output.rows, output.columns)
        if rows * columns == 1 { return SampleAffine(factor: factors, shift: shifts, relu: definition.relu) }
        return SampleNormalization(
            factors: factors, shifts: shifts, rows: rows, columns: columns, relu: definition.relu)
    }

    package func backward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        let ofBatch = hasVariance(pass)
        let mean = ofBatch ? mean : runningMean
        let (input, inputGradient) = (inputs[0], inputs.gradient(0))
        for c in part.range(of: output.channels) {
            let channel = c..<c + 1
            NormalizationOperations.gradients(
                outputGradient, input: input, samples: pass.samples, channels: channel, affine, mean: mean,
                inverse: inverse, gamma: gamma.gradient, beta: beta.gradient)
            guard let inputGradient else { continue }
            NormalizationOperations.inputGradient(
                outputGradient, input: input, into: inputGradient,
                addingTo: addsInputGradient ? addend ?? inputGradient : nil, samples: pass.samples, channels: channel,
                affine, mean: mean, inverse: inverse, gammaGradient: ofBatch ? gamma.gradient : nothing,
                betaGradient: ofBatch ? beta.gradient : nothing)
        }
    }

    /// Whether a channel has more than one value in the batch.
    private func hasVariance(_ pass: Pass) -> Bool { pass.samples * output.rows * output.columns > 1 }

    private func updateRunning(_ c: Int, elements: Int) {
        let unbias = Float(elements) / Float(max(elements - 1, 1))
        let keep = 1 - definition.momentum
        runningMean[c] = keep * runningMean[c] + definition.momentum * mean[c]
        runningVariance[c] = keep * runningVariance[c] + definition.momentum * unbias * variance[c]
    }
}
