internal import SparseKernels

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The kernel set in use: the best this processor runs, or the one that the environment variable `SPARSETRAIN_ISA`
/// (portable, avx2, avx512 or neon) names. Equal seeds give equal bits within one set; between sets results differ
/// in the last bits.
public enum InstructionSet {
    /// `SPARSETRAIN_ISA` names a set that this binary or processor does not have.
    public struct Unavailable: Error, CustomStringConvertible {
        /// The name asked for.
        public let name: String
        public var description: String {
            "SPARSETRAIN_ISA=\(name): not available on this machine; use one of "
                + InstructionSet.available.joined(separator: ", ")
        }
    }

    /// Names of the sets this machine can run, best first.
    public static let available: [String] = tables.map { String(cString: $0.name) }

    /// Name of the set in use.
    public static var name: String { String(cString: kernels.name) }

    /// Throws when `SPARSETRAIN_ISA` asks for a set that cannot be had. Programs call this before they train;
    /// without it the best set is used.
    public static func check() throws(Unavailable) {
        if let wanted = requested, !available.contains(wanted) { throw Unavailable(name: wanted) }
    }

    private static var requested: String? {
        guard let text = getenv("SPARSETRAIN_ISA") else { return nil }
        let name = String(cString: text)
        return name.isEmpty ? nil : name
    }

    /// The tables, best first; the portable one is always there.
    static var tables: [st_kernels] {
        var found: [st_kernels] = []
        while let table = st_kernels_at(found.count) { found.append(table.pointee) }
        return found
    }

    /// The table in use, chosen once.
    static let kernels: st_kernels = {
        let wanted = requested
        return tables.first { String(cString: $0.name) == wanted } ?? tables[0]
    }()
}
