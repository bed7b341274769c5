/// Neighbouring layers through which one region of parallel work carries a panel, or one layer that needs all panels.
struct Segment: Sendable {
    var layers: Range<Int>
    var split: LayerSplit

    /// The longest runs of layers whose panels do not depend on each other, and the layers between them.
    static func cut(_ layers: [any Layer]) -> [Segment] {
        var segments: [Segment] = []
        for (index, layer) in layers.enumerated() {
            if layer.split == .panels, let last = segments.last, last.split == .panels {
                segments[segments.count - 1].layers = last.layers.lowerBound..<index + 1
            } else {
                segments.append(Segment(layers: index..<index + 1, split: layer.split))
            }
        }
        return segments
    }
}
