internal import SparseStore

/// The loss at the end of a network, and what is measured beside it. Sums are kept panel by panel and added in order, so that no
/// total depends on which thread took which panel.
struct LossHead: Sendable {
    let loss: any Loss
    let metrics: [any Metric]
    let outputs: Panels
    let gradient: Panels
    let targets: Targets
    let samples: Int
    /// For each panel the loss and the sums of the metrics.
    let sums: AlignedBuffer<Double>
    let observer: (any StepObserver)?

    /// Numbers that each panel sums up.
    static func width(_ metrics: [any Metric], outputs: Int) -> Int {
        metrics.reduce(1) { $0 + $1.sumCount(outputs: outputs) }
    }

    /// Writes sums and gradient of these panels.
    func evaluate(panels: Range<Int>) {
        observer?.willDo(.loss)
        let width = LossHead.width(metrics, outputs: outputs.channels)
        for panel in panels {
            var place = panel * width
            for index in place..<place + width { sums[index] = 0 }
            sums[place] = loss.evaluate(outputs, targets: targets, samples: samples, gradient: gradient, panel: panel)
            place += 1
            for metric in metrics {
                metric.add(
                    outputs, targets: targets, samples: samples, panel: panel,
                    to: MetricSlots(buffer: sums, first: place))
                place += metric.sumCount(outputs: outputs.channels)
            }
        }
        observer?.didDo(.loss)
    }

    /// Adds the batch's sums to `total`, once all panels are done.
    func add(to total: inout MetricSums) {
        let width = LossHead.width(metrics, outputs: outputs.channels)
        if total.sums.count != width - 1 {
            precondition(total.samples == 0, "sums of other metrics")
            total.sums = [Double](repeating: 0, count: width - 1)
        }
        for panel in 0..<Panels.count(samples) {
            total.loss += sums[panel * width]
            for index in 1..<width { total.sums[index - 1] += sums[panel * width + index] }
        }
        total.samples += targets.counted(of: samples)
    }
}
