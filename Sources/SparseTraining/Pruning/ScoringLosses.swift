internal import SparseModels
internal import SparseStore

/// The sum of the outputs, whose gradient is the same at each: what pruning by flow looks back from.
struct OutputSum: Loss {
    /// That gradient.
    var slope: Float = 1

    var name: String { "sum of outputs" }

    func evaluate(_ outputs: Panels, targets: Targets, samples: Int, gradient: Panels, panel: Int) -> Double {
        let used = min(max(samples - panel * Panels.lanes, 0), Panels.lanes)
        var sum = 0.0
        outputs.forEachPlace(of: panel) { channel, row, column in
            let from = outputs.offset(panel: panel, channel: channel, row: row, column: column)
            let to = gradient.offset(panel: panel, channel: channel, row: row, column: column)
            for lane in 0..<Panels.lanes {
                gradient.buffer[to + lane] = lane < used ? slope : 0
                if lane < used { sum += Double(outputs.buffer[from + lane]) }
            }
        }
        return sum
    }
}

/// Another loss of the outputs divided by a temperature. They are divided where they are: for a network that is read by nobody else.
struct TemperedLoss: Loss {
    let loss: any Loss
    let temperature: Float

    var name: String { "\(loss.name) at temperature \(temperature)" }

    func evaluate(_ outputs: Panels, targets: Targets, samples: Int, gradient: Panels, panel: Int) -> Double {
        outputs.multiply(panel, by: 1 / temperature)
        let sum = loss.evaluate(outputs, targets: targets, samples: samples, gradient: gradient, panel: panel)
        gradient.multiply(panel, by: 1 / temperature)
        return sum
    }
}

extension Panels {
    /// Visits every place of a panel that has numbers, without the border.
    fileprivate func forEachPlace(of panel: Int, _ body: (_ channel: Int, _ row: Int, _ column: Int) -> Void) {
        for channel in 0..<channels {
            for row in 0..<rows { for column in 0..<columns { body(channel, row, column) } }
        }
    }

    fileprivate func multiply(_ panel: Int, by factor: Float) {
        forEachPlace(of: panel) { channel, row, column in
            let place = offset(panel: panel, channel: channel, row: row, column: column)
            for lane in 0..<Panels.lanes { buffer[place + lane] *= factor }
        }
    }

    /// Sets the first sample's values of all places to a number.
    func fillFirstSample(with value: Float) {
        forEachPlace(of: 0) { channel, row, column in
            buffer[offset(panel: 0, channel: channel, row: row, column: column)] = value
        }
    }
}
