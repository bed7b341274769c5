internal import Foundation
internal import SparseParts

/// The runs of a sweep, in the order of its table.
package struct SweepPlan: Sendable {
    /// Each with a name of its own.
    package private(set) var runs: [SweepRun]
    /// Baselines that there are none of, a sentence for each reason.
    package let leftOut: [String]

    /// Makes the runs of a grid. A run that an earlier one already covers, because its method does not look at the options in
    /// which they differ, is left out.
    /// - Parameters:
    ///   - grid: Which runs.
    ///   - draws: How often its ranges are drawn from.
    /// - Throws: `ConfigurationError` for a grid that cannot be; the first reason, when no run can be.
    package init(_ grid: SweepGrid, draws: Int? = nil) throws(ConfigurationError) {
        let planner = SweepPlanner()
        var seen: [String: [Settings]] = [:]
        runs = []
        for cell in try grid.cells(draws: draws) {
            guard var run = try planner.run(cell) else { continue }
            run.configuration.threads = run.configuration.threads ?? 1
            // What cannot be run is known by what was said alone.
            let key = run.method + (run.need == nil ? "\(run.options.sorted { $0.key < $1.key })" : "")
            if seen[key, default: []].contains(run.decides) { continue }
            seen[key, default: []].append(run.decides)
            runs.append(run)
        }
        if let fault = runs.first?.fault, runs.allSatisfy({ $0.fault != nil }) { throw .rejected(reason: fault) }
        guard !runs.isEmpty else {
            throw .rejected(reason: planner.remarks.first ?? "a sweep needs at least one run")
        }
        leftOut = planner.remarks
        runs.giveNames()
    }

    /// Operations of all runs together, about.
    package var trainingFLOPs: Double { runs.compactMap(\.need?.trainingFLOPs).reduce(0, +) }

    /// What was left out or cannot be, a sentence for each reason.
    package var remarks: [String] {
        var faults: Set<String> = []
        let first = runs.filter { run in run.fault.map { faults.insert($0).inserted } ?? false }
        return leftOut + first.map { "\($0.name): \($0.fault ?? "")" }
    }

    /// The same runs under the names that they had in an earlier plan of the same folder.
    mutating func takeNames(from earlier: [String: Settings]) { runs.takeNames(from: earlier) }
}
