internal import SparseTraining

/// What can be done with a run that ended: commands to copy, which are never cut.
enum NextSteps {
    /// - Parameter isTested: The run has test samples, which `evaluate` needs.
    static func lines(folder: String, isTested: Bool) -> [String] {
        let run = ShellWord.quoted(folder)
        return [
            "next: sparsetrain report \(run)", "      sparsetrain \(isTested ? "evaluate" : "inspect") \(run)",
            "      sparsetrain export \(run) --format onnx --out \(ShellWord.quoted(folder + "/model.onnx"))",
        ]
    }
}
