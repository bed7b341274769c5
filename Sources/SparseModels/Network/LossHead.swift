internal import SparseStore

/// The loss at the end of a network. Sums are kept panel by panel and added in order, so that no total depends on which
/// thread took which panel.
struct LossHead: Sendable {
    let loss: any Loss
    let logits: Panels
    let gradient: Panels
    let labels: AlignedBuffer<Int32>
    let samples: Int
    /// One element a panel.
    let sums: AlignedBuffer<LossSum>

    /// Writes sums and gradient of these panels.
    func evaluate(panels: Range<Int>) {
        for panel in panels {
            sums[panel] = loss.evaluate(logits, labels: labels, samples: samples, gradient: gradient, panel: panel)
        }
    }

    /// The batch's sums, once all panels are done.
    var total: LossSum {
        var total = LossSum()
        for panel in 0..<Panels.count(samples) { total += sums[panel] }
        return total
    }
}
