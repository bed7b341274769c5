internal import Foundation
internal import SparseStore

/// What figures were measured on.
package enum MachineName {
    /// Processor and the cores that the process may use, such as "Intel(R) Xeon(R) Processor @ 2.50GHz, 2 cores".
    package static let text: String = {
        let cores = ProcessLimits.processors
        return "\(processor ?? "unknown processor"), \(cores) \(cores == 1 ? "core" : "cores")"
    }()

    private static var processor: String? {
        #if canImport(Darwin)
        var size = 0
        guard sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0) == 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: size)
        guard sysctlbyname("machdep.cpu.brand_string", &bytes, &size, nil, 0) == 0 else { return nil }
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        #else
        guard let bytes = try? FileHandle(forReadingFrom: URL(filePath: "/proc/cpuinfo")).read(upToCount: 1 << 16)
        else { return nil }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("model name") }
        return line.flatMap { $0.split(separator: ":", maxSplits: 1).last }
            .map { $0.trimmingCharacters(in: .whitespaces) }
        #endif
    }
}
