internal import Foundation
internal import SparseTraining

/// The runs of a sweep and what they need, for `--dry-run`.
struct SweepListing {
    private let plan: SweepPlan
    private let budget: SweepBudget

    init(_ plan: SweepPlan, _ budget: SweepBudget) { (self.plan, self.budget) = (plan, budget) }

    func text(json: Bool) throws -> String { json ? try Output.json(plan.runs.map(Entry.init)) : table }

    private struct Entry: Encodable {
        var run: String
        var options: [String: String]
        var model: String
        var density: Double
        var epochs: Int?
        var steps: Int?
        var memoryBytes: Double?
        var trainingFLOPs: Double?
        var reason: String?

        init(_ run: SweepRun) {
            (self.run, options, reason) = (run.name, run.options, run.fault)
            (model, density) = (run.configuration.model, run.configuration.density)
            (epochs, steps) = (run.need?.epochs, run.need?.steps)
            (memoryBytes, trainingFLOPs) = (run.need?.bytes, run.need?.trainingFLOPs)
        }

        enum CodingKeys: String, CodingKey {
            case run, options, model, density, epochs, steps, reason
            case memoryBytes = "memory_bytes"
            case trainingFLOPs = "training_flops"
        }
    }

    private var table: String {
        var rows = [["run", "model", "epochs", "steps", "memory", "training FLOPs"]]
        for run in plan.runs {
            guard let need = run.need else {
                rows.append([run.name, run.configuration.model, "-", "-", "-", "-"])
                continue
            }
            rows.append([
                run.name, run.configuration.model, "\(need.epochs)", "\(need.steps)", ByteCount.text(need.bytes),
                String(format: "%.2e", need.trainingFLOPs),
            ])
        }
        let faults = plan.runs.filter { $0.fault != nil }.map { "\($0.name) cannot be run" }
        let largest = plan.runs.compactMap(\.need?.bytes).max() ?? 0
        let end =
            "\(plan.runs.count) runs, " + String(format: "%.2e", plan.trainingFLOPs)
            + " FLOPs; the largest needs \(ByteCount.text(largest)) of the \(ByteCount.text(budget.memory)) that all share, "
            + "on \(budget.cores) cores"
        return (Columns.lines(rows) + [""] + faults + [end]).joined(separator: "\n")
    }
}
