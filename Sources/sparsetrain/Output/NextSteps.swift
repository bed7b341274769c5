internal import SparseTraining

/// What can be done with a run that ended: commands to copy, which are never cut.
enum NextSteps {
    /// - Parameters:
    ///   - isTested: The run has test samples, which `evaluate` needs.
    ///   - isText: It was trained on a text, and can write one.
    static func lines(folder: String, isTested: Bool, isText: Bool = false) -> [String] {
        let run = ShellWord.quoted(folder)
        return [
            "next: sparsetrain report \(run)", "      sparsetrain \(isTested ? "evaluate" : "inspect") \(run)",
            isText
                ? "      sparsetrain generate \(run)"
                : "      sparsetrain export \(run) --format onnx --out \(ShellWord.quoted(folder + "/model.onnx"))",
        ]
    }
}
