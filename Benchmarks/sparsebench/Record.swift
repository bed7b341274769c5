import Foundation
import SparseStore

/// One measured figure. The keys of the JSON output.
struct Record: Codable {
    /// forward, input_gradient, weight_gradient, dense_gradient, step, update.
    var op: String
    /// csr, block4, block8, block16 or dense.
    var format: String
    var rows: Int
    var columns: Int
    var batch: Int
    var density: Double
    var threads: Int
    /// Of a convolution.
    var inChannels: Int?
    var outChannels: Int?
    var height: Int?
    var width: Int?
    var kernel: Int?
    var stride: Int?
    /// Name of a network.
    var model: String?
    /// Milliseconds by kind of work: layers by name, loss, optimiser; the batch is beside the step.
    var millisecondsByKind: [String: Double]?
    /// Median of the repetitions.
    var milliseconds: Double
    /// The fastest, which a shared machine disturbs least.
    var millisecondsBest: Double
    /// First and third quartile.
    var millisecondsLow: Double
    var millisecondsHigh: Double
    /// Processor time of all threads, mean of the repetitions.
    var cpuMilliseconds: Double
    /// The least of a run; absent with a fixed number of runs.
    var cpuMillisecondsBest: Double?
    /// Of `subnormal`: its least processor time over that of the same work on ordinary numbers.
    var subnormalRatio: Double?
    /// Of `cuts`: how the step is cut for so many threads.
    var cuts: CutFigures?
    /// Bytes held for each stored weight (values, gradient, optimiser state, indices, views), where matrices are measured.
    var bytesPerWeight: Double?
    /// Operations that the stored weights need (2 x stored x batch for a product), a second.
    var gflops: Double
    /// One core's measured limit, in this process.
    var peakGflops: Double
    var peakFraction: Double
    /// Bytes a second of one core copying memory, in this process.
    var memoryGBs: Double

    enum CodingKeys: String, CodingKey {
        case op, format, rows, columns, batch, density, threads, milliseconds, gflops
        case height, width, kernel, stride, model, cuts
        case millisecondsByKind = "milliseconds_by_kind"
        case inChannels = "in_channels"
        case outChannels = "out_channels"
        case millisecondsBest = "milliseconds_best"
        case millisecondsLow = "milliseconds_low"
        case millisecondsHigh = "milliseconds_high"
        case peakGflops = "peak_gflops"
        case peakFraction = "peak_fraction"
        case cpuMilliseconds = "cpu_milliseconds"
        case cpuMillisecondsBest = "cpu_milliseconds_best"
        case bytesPerWeight = "bytes_per_weight"
        case memoryGBs = "memory_gb_per_second"
        case subnormalRatio = "subnormal_ratio"
    }

    /// - Parameter reference: of the same work on ordinary numbers.
    init(_ subject: Subject, _ work: Work, timing: Timing, reference: Timing? = nil, machine: Machine) throws {
        op = subject.op + (subject.part.map { " " + $0 } ?? "")
        subnormalRatio = reference.map { timing.processorBest / $0.processorBest }
        format = subject.format
        rows = subject.rows
        columns = subject.columns
        batch = subject.batch
        density = subject.density
        threads = subject.threads
        inChannels = subject.convolution?.inChannels
        outChannels = subject.convolution?.outChannels
        height = subject.convolution?.height
        width = subject.convolution?.width
        kernel = subject.convolution?.kernel
        stride = subject.convolution?.stride
        model = subject.model
        millisecondsByKind = try work.shares?()
        cuts = work.cuts?()
        milliseconds = timing.median * 1e3
        millisecondsBest = timing.best * 1e3
        millisecondsLow = timing.low * 1e3
        millisecondsHigh = timing.high * 1e3
        cpuMilliseconds = timing.processor * 1e3
        cpuMillisecondsBest = timing.processorBest.isFinite ? timing.processorBest * 1e3 : nil
        bytesPerWeight = work.bytesPerWeight
        gflops = work.operations / timing.median * 1e-9
        peakGflops = machine.peak
        peakFraction = gflops / machine.peak
        memoryGBs = machine.bandwidth
    }

    static let heading =
        "op                             format     rows    cols  batch  density  thr        ms (best   low - high)          GFLOP/s  of peak    cpu ms  B/weight"

    var line: String {
        func left(_ text: String, _ width: Int) -> String { text.padding(toLength: width, withPad: " ", startingAt: 0) }
        return left(op, 30) + " " + left(format, 8)
            + String(
                format: "%7d %7d %6d %8.3f %4d %9.4f (%.4f %.4f-%.4f) %9.1f %8.3f %9.4f %9@", rows, columns, batch,
                density,
                threads,
                milliseconds, millisecondsBest, millisecondsLow, millisecondsHigh, gflops, peakFraction,
                cpuMilliseconds, bytesPerWeight.map { String(format: "%9.2f", $0) } ?? "")
            + (subnormalRatio.map { String(format: "  ratio %.3f", $0) } ?? "")
    }
}

extension Record {
    /// The kinds of work, the longest first.
    var kindLines: [String] {
        guard let millisecondsByKind else { return cuts?.lines ?? [] }
        let total = millisecondsByKind.values.reduce(0, +)
        return millisecondsByKind.sorted { $0.value > $1.value }.map { kind, time in
            String(format: "    %7.2f ms  %4.1f %%  ", time, 100 * time / total) + kind
        }
    }
}

/// The limits of the machine, measured in this process.
struct Machine {
    /// Floating-point operations a second of one core, in GFLOP/s.
    var peak = MachineProbe.fmaPeak()
    /// Bytes a second of one core copying memory, in GB/s.
    var bandwidth = MachineProbe.memoryBandwidth()
}

/// A case made ready.
struct Work {
    /// Operations of one run.
    var operations: Double
    /// Bytes held for each stored weight, where a matrix is measured.
    var bytesPerWeight: Double?
    var run: () throws -> Void
    /// Milliseconds by kind of work, where that is measured.
    var shares: (() throws -> [String: Double])?
    /// How it is cut for threads, where that is what is measured.
    var cuts: (() -> CutFigures)?
    /// The same work on ordinary numbers, where those are compared.
    var reference: (() throws -> Void)?
}

/// What is measured.
struct Subject: Sendable {
    var op: String
    var format: String = "csr"
    var rows: Int
    var columns: Int
    var batch: Int
    var density: Double
    var threads: Int
    var convolution: ConvolutionSubject?
    /// Name of a network.
    var model: String?
    /// Of `subnormal`: what is done.
    var part: String?
    /// Whether inputs and half of the weights are subnormal numbers.
    var faded = false
}
