/// What a network says of one sample.
public struct Prediction: Sendable, Equatable {
    /// A number for each class or label (logits, where the loss is a cross-entropy), or the numbers that are predicted, in the
    /// units of the data.
    public var outputs: [Float]
    /// How likely each class is, in shares that add up to 1, as the loss reads the outputs: softmax for a cross-entropy; of
    /// labels, how likely each is by itself. Empty where numbers are predicted.
    public var probabilities: [Float]
    /// The class with the largest output, of equal ones the first; nil where numbers are predicted.
    public var label: Int?
    /// What that class is called; nil where numbers are predicted, or classes have no names.
    public var className: String?
}

/// What a network says of several samples: one list of outputs, sample after sample.
public struct Predictions: Sendable {
    /// Samples.
    public let count: Int
    /// Numbers for each of them, as `Prediction.outputs` has them.
    public let outputsPerSample: Int
    /// `count` x `outputsPerSample` numbers.
    public let outputs: [Float]
    private let reading: OutputReading

    init(count: Int, outputsPerSample: Int, outputs: [Float], _ reading: OutputReading) {
        self.count = count
        self.outputsPerSample = outputsPerSample
        self.outputs = outputs
        self.reading = reading
    }

    /// What it says of a sample.
    public subscript(_ sample: Int) -> Prediction {
        precondition(sample >= 0 && sample < count, "no such sample")
        return reading.prediction(Array(outputs[sample * outputsPerSample..<(sample + 1) * outputsPerSample]))
    }
}
