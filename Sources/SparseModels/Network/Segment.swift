/// Neighbouring layers through which one region of parallel work carries panels, or one layer that needs all panels.
struct Segment: Sendable {
    var layers: Range<Int>
    /// Whether ranges of panels can be carried through by themselves, and whether they must be those of whole sequences.
    var carriesPanels: Bool
    var keepsSequences = false

    /// The longest runs of layers whose panels do not depend on each other, and the layers between them.
    static func cut(_ splits: [LayerSplit]) -> [Segment] {
        var segments: [Segment] = []
        for (index, split) in splits.enumerated() {
            if split.carriesPanels, let last = segments.last, last.carriesPanels {
                segments[segments.count - 1].layers = last.layers.lowerBound..<index + 1
                segments[segments.count - 1].keepsSequences = last.keepsSequences || split == .sequences
            } else {
                segments.append(
                    Segment(
                        layers: index..<index + 1, carriesPanels: split.carriesPanels,
                        keepsSequences: split == .sequences))
            }
        }
        return segments
    }
}
