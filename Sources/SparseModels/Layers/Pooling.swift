package import SparseStore

/// Largest or mean element of windows of each map; `global` has one window, the whole map. A border of `padding` pixels
/// does not exist for a maximum and is 0 for a mean, as in PyTorch.
public struct Pooling: LayerDefinition {
    /// What is made of the elements of a window.
    public enum Kind: String, Sendable, Codable {
        /// The largest.
        case maximum
        /// The mean.
        case average
    }

    public let name: String
    /// What is taken of a window.
    public let kind: Kind
    /// Nil: the whole map.
    private let window: PoolingWindow?

    /// Windows of `size` x `size`, `stride` apart (by default `size`).
    public init(name: String, _ kind: Kind, size: Int, stride: Int? = nil, padding: Int = 0) {
        self.name = name
        self.kind = kind
        window = PoolingWindow(kernelRows: size, kernelColumns: size, stride: stride ?? size, padding: padding)
    }

    /// The mean of each map.
    public init(globalAverage name: String) {
        self.name = name
        kind = .average
        window = nil
    }

    /// True when there is one window, the whole map.
    public var isGlobal: Bool { window == nil }

    /// The windows on maps of this shape.
    package func window(for input: ActivationShape) -> PoolingWindow {
        window
            ?? PoolingWindow(
                kernelRows: input.rows, kernelColumns: input.columns, stride: max(input.rows, input.columns))
    }

    public func fault(for inputs: [ActivationShape]) -> String? {
        let input = inputs[0]
        let window = window(for: input)
        let extents = [window.kernelRows, window.kernelColumns, window.stride]
        if self.window != nil && !extents.allSatisfy({ (1...65_536).contains($0) }) || window.padding < 0
            || window.padding > min(window.kernelRows, window.kernelColumns) / 2
        {
            return
                "\(window.kernelRows) x \(window.kernelColumns) pixels, \(window.stride) apart, with a border of "
                + "\(window.padding) make no windows"
        }
        if window.kernelRows <= input.rows + 2 * window.padding
            && window.kernelColumns <= input.columns + 2 * window.padding
        {
            return nil
        }
        return "windows of \(window.kernelRows) x \(window.kernelColumns) pixels do not fit into maps of "
            + "\(input.rows) x \(input.columns)"
    }

    public func outputShape(for inputs: [ActivationShape]) -> ActivationShape {
        let (rows, columns) = window(for: inputs[0]).outputs(rows: inputs[0].rows, columns: inputs[0].columns)
        return ActivationShape(channels: inputs[0].channels, rows: rows, columns: columns)
    }

    public var needs: LayerNeeds { kind == .maximum ? [.input, .output] : [] }

    public func makeLayer(at site: LayerSite) -> any Layer { PoolingLayer(self, site: site) }
}

/// The layer that `Pooling` defines.
package final class PoolingLayer: Layer {
    package let name: String
    package let output: Panels
    package let outputGradient: Panels
    private let kind: Pooling.Kind
    private let window: PoolingWindow
    private let input: ActivationShape
    private let addsInputGradient: Bool

    init(_ definition: Pooling, site: LayerSite) {
        name = definition.name
        kind = definition.kind
        input = site.inputs[0].shape
        window = definition.window(for: input)
        addsInputGradient = site.inputs[0].addsGradient
        output = site.output
        outputGradient = site.outputGradient
    }

    package func forward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        let channels = part.range(of: output.channels)
        switch kind {
        case .maximum: window.maximum(inputs[0], into: output, panels: panels, channels: channels)
        case .average: window.average(inputs[0], into: output, panels: panels, channels: channels)
        }
    }

    package func forSingleSamples() throws(StoreError) -> (any SampleLayer)? {
        if kind == .average && window.kernelRows == input.rows && window.kernelColumns == input.columns
            && window.padding == 0
        {
            return SampleMean(channels: input.channels, pixels: input.rows * input.columns)
        }
        return DirectConvolution(
            window, largest: kind == .maximum, channels: input.channels, rows: input.rows, columns: input.columns
        ).map { SampleMaps(maps: $0) }
    }

    package func backward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        guard let inputGradient = inputs.gradient(0) else { return }
        let channels = part.range(of: output.channels)
        switch kind {
        case .maximum:
            window.maximumBackward(
                outputGradient, input: inputs[0], output: output, into: inputGradient, adding: addsInputGradient,
                panels: panels, channels: channels)
        case .average:
            window.averageBackward(
                outputGradient, into: inputGradient, adding: addsInputGradient, panels: panels, channels: channels)
        }
    }
}
