internal import SparseModels
internal import SparseStore
internal import Synchronization

/// max(x, 0) while it records; after that what it let pass then it lets pass again, and nothing else. A network of such layers has no kinks,
/// and its gradient a derivative: that of the network with ReLUs in the piece in which the recorded batch lay.
struct FixedGate: LayerDefinition {
    let name: String
    let recording: Recording

    /// What all gates of a network do now.
    final class Recording: Sendable {
        private let flag = Atomic<Bool>(true)

        var isOn: Bool {
            get { flag.load(ordering: .relaxed) }
            set { flag.store(newValue, ordering: .relaxed) }
        }
    }

    init(name: String, recording: Recording) { (self.name, self.recording) = (name, recording) }

    private enum CodingKeys: String, CodingKey { case name }

    init(from decoder: any Decoder) throws {
        name = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .name)
        recording = Recording()
    }

    var sharesInput: Bool { false }

    func makeLayer(at site: LayerSite) -> any Layer { FixedGateLayer(self, site: site) }
}

/// The layer that `FixedGate` defines.
private final class FixedGateLayer: Layer {
    let name: String
    let output: Panels
    let outputGradient: Panels
    private let recording: FixedGate.Recording
    /// A byte for each number of each panel, 1 where it passes.
    private let open: AlignedBuffer<UInt8>

    init(_ definition: FixedGate, site: LayerSite) {
        (name, recording) = (definition.name, definition.recording)
        (output, outputGradient) = (site.output, site.outputGradient)
        open = AlignedBuffer(
            count: output.panelCount * output.channels * output.rows * output.columns * Panels.lanes)
    }

    func forward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        let channels = part.range(of: output.channels)
        MapOperations.sum(inputs[0], nil, into: output, relu: recording.isOn, panels: panels, channels: channels)
        if recording.isOn {
            forEachLine(of: output, panels, channels) { line, gate in
                for lane in 0..<Panels.lanes { open[gate + lane] = output.buffer[line + lane] > 0 ? 1 : 0 }
            }
        } else {
            close(output, panels, channels)
        }
    }

    func backward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        guard let inputGradient = inputs.gradient(0) else { return }
        let channels = part.range(of: output.channels)
        MapOperations.sumBackward(
            outputGradient, output: nil, into: inputGradient, adding: false, panels: panels, channels: channels)
        close(inputGradient, panels, channels)
    }

    /// Sets what does not pass to 0.
    private func close(_ numbers: Panels, _ panels: Range<Int>, _ channels: Range<Int>) {
        forEachLine(of: numbers, panels, channels) { line, gate in
            for lane in 0..<Panels.lanes where open[gate + lane] == 0 { numbers.buffer[line + lane] = 0 }
        }
    }

    /// Visits the lanes of every place: where they begin in the buffer of numbers, and in that of the gates.
    private func forEachLine(
        of numbers: Panels, _ panels: Range<Int>, _ channels: Range<Int>, _ body: (_ line: Int, _ gate: Int) -> Void
    ) {
        for panel in panels {
            for channel in channels {
                var gate = (panel * output.channels + channel) * output.rows * output.columns * Panels.lanes
                for row in 0..<output.rows {
                    for column in 0..<output.columns {
                        body(numbers.offset(panel: panel, channel: channel, row: row, column: column), gate)
                        gate += Panels.lanes
                    }
                }
            }
        }
    }
}
