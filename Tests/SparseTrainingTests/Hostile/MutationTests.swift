import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Bytes flipped, cut out, doubled, overwritten, or given numbers and words that do not belong: each parser reads them, or
/// refuses them with an error in words; none ends the process, takes a second, or takes a gigabyte.
///
/// `SPARSETRAIN_MUTATIONS` is the number of inputs of all parsers together, `SPARSETRAIN_MUTATION_SEED` chooses others.
@Suite struct MutationTests {
    private static let environment = ProcessInfo.processInfo.environment
    static let count = environment["SPARSETRAIN_MUTATIONS"].flatMap { Int($0) } ?? 46_000
    static let seed = environment["SPARSETRAIN_MUTATION_SEED"].flatMap { UInt64($0) } ?? 6

    @Test(arguments: HostileParser.names)
    func everyInputIsReadOrRefused(name: String) throws {
        let parser = try HostileParser(named: name, folder: TemporaryFolder())
        for original in parser.originals { try parser.parse(original) }
        let mutator = Mutator(seed: Self.seed)
        let share = (Self.count + HostileParser.names.count - 1) / HostileParser.names.count
        var (refused, slowest, largest) = (0, 0.0, 0)
        var (seconds, peak) = (Self.processorSeconds, Self.peakMemory)
        for number in 0..<share {
            do {
                try parser.parse(mutator.mutant(number, of: parser.originals))
            } catch {
                refused += 1
                if !parser.mayThrow(error) || "\(error)".isEmpty {
                    Issue.record("\(name), seed \(Self.seed), input \(number): \(error)")
                }
            }
            let (before, peakBefore) = (seconds, peak)
            (seconds, peak) = (Self.processorSeconds, Self.peakMemory)
            (slowest, largest) = (max(slowest, seconds - before), max(largest, peak - peakBefore))
            if seconds - before > 1 || peak - peakBefore > 1 << 30 {
                Issue.record(
                    "\(name), seed \(Self.seed), input \(number): \(seconds - before) s, \(peak - peakBefore) bytes")
            }
        }
        #expect(refused > 0 && refused < share)
        if Self.environment["SPARSETRAIN_MUTATIONS"] != nil {
            print(
                "\(name), seed \(Self.seed): \(share) inputs, \(refused) refused; the slowest "
                    + String(format: "%.1f ms", 1000 * slowest) + ", the largest \(largest >> 20) MB")
        }
    }

    /// Of this thread: what else the machine does is not the parser's fault.
    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }

    /// Largest resident size of the process so far, in bytes.
    private static var peakMemory: Int {
        var usage = rusage()
        #if os(Linux)
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss << 10
        #else
        getrusage(RUSAGE_SELF, &usage)
        return usage.ru_maxrss
        #endif
    }
}
