internal import SparseKernels

/// Limits of this machine, measured: what the benchmarks hold their figures against.
package enum MachineProbe {
    /// Floating-point operations a second of one core, in GFLOP/s: independent fused multiply-adds in registers, with the
    /// widest instruction set this processor has, whatever set is in use. The best of several short runs.
    package static func fmaPeak() -> Double {
        let kernel = InstructionSet.tables[0].machine.fma_peak
        var best = 0.0
        var sink: Float = 0
        let clock = ContinuousClock()
        for _ in 0..<12 {
            var operations = 0.0
            let time = clock.measure { operations = kernel(500_000, &sink) }
            best = max(best, operations / (time / .nanoseconds(1)))
        }
        return best
    }

    /// Bytes a second that one core reads and writes while it copies memory far larger than the caches, in GB/s.
    package static func memoryBandwidth() -> Double {
        let count = 16 << 20
        let source = AlignedBuffer<Float>(count: count)
        let target = AlignedBuffer<Float>(count: count)
        var best = 0.0
        let clock = ContinuousClock()
        for _ in 0..<4 {
            let time = clock.measure { target.pointer.update(from: source.pointer, count: count) }
            best = max(best, Double(2 * count * MemoryLayout<Float>.stride) / (time / .nanoseconds(1)))
        }
        return best
    }
}
