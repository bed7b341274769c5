import SparseStore

/// A convolution to be measured: its maps keep their size at stride 1.
struct ConvolutionSubject: Sendable {
    var inChannels: Int
    var outChannels: Int
    var height: Int
    var width: Int
    var kernel = 3
    var stride = 1

    var geometry: ConvolutionGeometry {
        ConvolutionGeometry(
            inputChannels: inChannels, inputRows: height, inputColumns: width, outputChannels: outChannels,
            kernelRows: kernel, kernelColumns: kernel, stride: stride, padding: kernel / 2)
    }
}

/// The three products of a sparse convolution, one by one and together, as a training step takes them.
enum ConvolutionBenchmarks {
    static let all = ["conv_forward", "conv_input_gradient", "conv_weight_gradient", "conv_training"].map { op in
        Benchmark(op: op, standard: standard(op), prepare: prepare)
    }

    private static func standard(_ op: String) -> [Subject] {
        [0.1, 0.05].flatMap { density in
            [(32, 32), (64, 16), (128, 8), (256, 14)].map { channels, side in
                subject(
                    op, ConvolutionSubject(inChannels: channels, outChannels: channels, height: side, width: side),
                    density: density)
            }
        }
    }

    private static func subject(_ op: String, _ convolution: ConvolutionSubject, density: Double) -> Subject {
        let geometry = convolution.geometry
        return Subject(
            op: op, rows: geometry.rows, columns: geometry.columns, batch: 32, density: density, threads: 1,
            convolution: convolution)
    }

    @Sendable private static func prepare(_ subject: Subject) throws -> Work {
        guard let convolution = subject.convolution else {
            throw Options.Wrong(description: "\(subject.op) is of a convolution")
        }
        let g = convolution.geometry
        guard
            MatrixFormat(subject.format)?.unitSide == 1
                || g.hasBlocks(ofSide: MatrixFormat(subject.format)?.unitSide ?? 1)
        else {
            throw Options.Wrong(description: "blocks need input channels that are a multiple of their side")
        }
        let matrix = try g.store(
            try Fixture.matrix(subject), inputHalo: g.padding, gradientHalo: g.gradientHalo)
        let input = maps(g.inputChannels, g.inputRows, g.inputColumns, halo: g.padding, subject.batch)
        if subject.faded { Fixture.fade(input.buffer) }
        let isAll = subject.op == "conv_training"
        // Together as in a network, where an output has the border of its gradient, to which it leaves its memory.
        let output = maps(
            g.outputChannels, g.outputRows, g.outputColumns, halo: isAll ? g.gradientHalo : 0, subject.batch)
        let outputGradient =
            isAll ? output : maps(g.outputChannels, g.outputRows, g.outputColumns, halo: g.gradientHalo, subject.batch)
        let inputGradient = maps(
            g.inputChannels, g.inputRows, g.inputColumns, halo: isAll ? g.padding : 0, subject.batch)
        if subject.faded && subject.op == "conv_input_gradient" { Fixture.fade(outputGradient.buffer) }
        let panels = 0..<input.panelCount
        let workers = Workers(threads: subject.threads)
        let parts = subject.threads == 1 ? 1 : 4 * subject.threads
        let run = {
            if isAll || subject.op == "conv_forward" {
                workers.run(tasks: parts) {
                    matrix.forward(
                        input, into: output, bias: nil, relu: false, panels: panels, part: Part($0, of: parts))
                }
            }
            if subject.op == "conv_input_gradient" {
                workers.run(tasks: parts) {
                    matrix.inputGradient(
                        outputGradient, into: inputGradient, panels: panels, part: Part($0, of: parts))
                }
            }
            if subject.op == "conv_weight_gradient" {
                workers.run(tasks: parts) {
                    matrix.weightGradient(
                        input: input, outputGradient: outputGradient, panels: panels, part: Part($0, of: parts))
                }
            }
            if isAll {
                workers.run(tasks: parts) {
                    matrix.gradients(
                        input: input, outputGradient: outputGradient, into: inputGradient, adding: false,
                        panels: panels, part: Part($0, of: parts))
                }
            }
        }
        let once = 2 * Double(matrix.storedWeights) * Double(subject.batch) * Double(g.outputRows * g.outputColumns)
        matrix.stored.reserveStates([.momentum])
        return Work(
            operations: isAll ? 3 * once : once,
            bytesPerWeight: Double(matrix.byteCount) / Double(max(matrix.storedWeights, 1)), run: run)
    }

    private static func maps(_ channels: Int, _ rows: Int, _ columns: Int, halo: Int, _ samples: Int) -> Panels {
        var random = CounterRandom(seed: 2, purpose: .test, layer: channels, step: rows)
        let panels = Panels(channels: channels, rows: rows, columns: columns, halo: halo, samples: samples)
        for sample in 0..<samples {
            for channel in 0..<channels {
                for pixel in 0..<rows * columns {
                    panels[sample, channel, pixel / columns, pixel % columns] = Float(random.nextUnit() - 0.5)
                }
            }
        }
        return panels
    }
}

extension Options {
    /// The convolutions that the options leave of one: each list counts in place of its value, lists side by side.
    func convolutions(_ standard: ConvolutionSubject) -> [ConvolutionSubject] {
        let lists = [inChannels, outChannels, heights, widths, kernels]
        return (0..<max(1, lists.map(\.count).max() ?? 1)).map { index in
            func pick(_ list: [Int], _ value: Int) -> Int { list.isEmpty ? value : list[min(index, list.count - 1)] }
            return ConvolutionSubject(
                inChannels: pick(inChannels, standard.inChannels), outChannels: pick(outChannels, standard.outChannels),
                height: pick(heights, standard.height), width: pick(widths, standard.width),
                kernel: pick(kernels, standard.kernel), stride: standard.stride)
        }
    }
}

extension Options {
    /// The same for a subject that may be none.
    func cases(_ standard: ConvolutionSubject?) -> [ConvolutionSubject?] {
        guard let standard else { return [nil] }
        return convolutions(standard)
    }
}
