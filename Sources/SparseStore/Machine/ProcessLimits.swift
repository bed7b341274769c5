internal import Foundation
internal import SparseKernels

/// What this process may use of its machine: less than there is when it was started under `taskset`, in a container or by a
/// batch system. Looked up once, when first asked for. All defaults that follow from the machine follow from this.
package enum ProcessLimits {
    /// Processors: those that its threads may run on, and no more than the time that its control groups are given comes to,
    /// rounded up. At least one.
    package static let processors = processors(allowed: Int(st_allowed_processors()), groups: ControlGroups())

    /// Processors for each of so many processes on the machine: who was given some of the machine's for itself has those, others share.
    package static func processors(of processes: Int) -> Int {
        let isBound = processors < ProcessInfo.processInfo.processorCount
        return isBound ? processors : max(1, processors / max(processes, 1))
    }

    /// Bytes of memory: the machine's, or what its control groups may take.
    package static let memory = memory(
        physical: ProcessInfo.processInfo.physicalMemory, groups: ControlGroups())

    /// - Parameter allowed: 0 where the system does not tell; then all that there are.
    static func processors(allowed: Int, groups: ControlGroups) -> Int {
        let found = allowed > 0 ? allowed : ProcessInfo.processInfo.activeProcessorCount
        return max(1, min(found, groups.processors ?? found))
    }

    static func memory(physical: UInt64, groups: ControlGroups) -> UInt64 {
        min(physical, groups.memory ?? physical)
    }
}
