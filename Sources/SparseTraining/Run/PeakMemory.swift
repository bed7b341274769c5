internal import Foundation

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The largest resident size that this process has had.
package enum PeakMemory {
    /// In bytes.
    package static var bytes: Int {
        // What `getrusage` says on Linux includes the parent's peak from before the program was started.
        if let highWater { return highWater }
        var usage = rusage()
        #if canImport(Glibc)
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
        #else
        getrusage(RUSAGE_SELF, &usage)
        return usage.ru_maxrss
        #endif
    }

    /// The line "VmHWM: 12345 kB" of Linux.
    private static var highWater: Int? {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        guard let words = line?.split(whereSeparator: \.isWhitespace), words.count == 3 else { return nil }
        return Int(words[1]).map { $0 * 1024 }
    }
}
