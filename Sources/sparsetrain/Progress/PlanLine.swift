internal import Foundation
internal import SparseTraining

/// What a run is about to do, in one line: its length, and what was derived from that.
enum PlanLine {
    static func text(_ plan: TrainingPlan) -> String {
        var parts = ["\(plan.steps) steps in \(plan.epochs) epochs"]
        if let interval = plan.topologyInterval {
            parts.append("\(plan.topologyUpdates) topology updates, at first every \(interval) steps")
        } else {
            parts.append("no topology updates")
        }
        parts.append(
            String(format: "learning rate %g", plan.learningRate)
                + (plan.warmupSteps > 0 ? " after \(plan.warmupSteps) steps of warm-up" : "")
                + (plan.clipNorm.map { String(format: ", gradient norm at most %g", $0) } ?? ""))
        return parts.joined(separator: "; ")
    }
}
