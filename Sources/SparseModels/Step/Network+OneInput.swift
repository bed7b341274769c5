package import SparseStore

/// The same for a network of one input of numbers on samples with classes.
extension Network {
    /// Carries a training batch forward and its gradient back; see `backward(_:targets:samples:loss:metrics:step:into:)`.
    /// - Parameters:
    ///   - input: What the model reads, in panels.
    ///   - labels: The class of each sample, below the number of outputs.
    ///   - samples: Samples of the batch.
    ///   - loss: What is minimised.
    ///   - metrics: What is measured beside the loss.
    ///   - step: Weight updates done.
    /// - Returns: The sums of the batch.
    package func backward(
        _ input: Panels, labels: AlignedBuffer<Int32>, samples: Int, loss: any Loss, metrics: [any Metric] = [],
        step: Int
    ) -> MetricSums {
        var sums = MetricSums()
        backward(
            [.values(input)], targets: .classes(labels), samples: samples, loss: loss, metrics: metrics, step: step,
            into: &sums)
        return sums
    }

    /// Loss and metrics of a batch in evaluation mode.
    /// - Parameters:
    ///   - input: What the model reads, in panels.
    ///   - labels: The class of each sample, below the number of outputs.
    ///   - samples: Samples of the batch.
    ///   - loss: What is minimised.
    ///   - metrics: What is measured beside the loss.
    package func evaluate(
        _ input: Panels, labels: AlignedBuffer<Int32>, samples: Int, loss: any Loss, metrics: [any Metric] = []
    ) -> MetricSums {
        var sums = MetricSums()
        evaluate(
            [.values(input)], targets: .classes(labels), samples: samples, loss: loss, metrics: metrics, into: &sums)
        return sums
    }

    /// Carries a batch forward in evaluation mode and returns the outputs, which the next batch overwrites.
    @discardableResult
    package func forward(_ input: Panels, samples: Int) -> Panels { forward([.values(input)], samples: samples) }
}
