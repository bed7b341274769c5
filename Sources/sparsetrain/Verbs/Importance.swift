internal import Foundation
internal import SparseParts
internal import SparseTraining

/// `sparsetrain importance RUN`: which inputs of a trained network matter.
extension Verb {
    static let importance = Verb(
        name: "importance", summary: "rank the inputs of a trained network: by paths, strength or permutation",
        subject: .run, options: [.checkpoint, .ranking, .repeats, .most, .json], takes: { $0.isOfData },
        run: importance)

    @Sendable private static func importance(_ arguments: Arguments) throws -> Int32 {
        let text = arguments.value(of: .ranking) ?? InputImportance.Order.paths.rawValue
        guard let order = InputImportance.Order(rawValue: text) else {
            throw ConfigurationError.invalidValue(
                option: CommandOption.ranking.name, value: text, expected: CommandOption.ranking.expected)
        }
        let most = try arguments.count(of: .most, default: 25)
        let model = try arguments.trainedModel()
        var heldOut: Subset?
        let repeats = try arguments.count(of: .repeats, default: 1)
        if order == .permutation || arguments.value(of: .repeats) != nil {
            heldOut = try arguments.configuration(of: model).openedData(for: model).test
        }
        let ranking = try InputImportance(model, by: order, heldOut: heldOut, repeats: repeats)
        try StandardOutput.write(
            arguments.has(.json) ? Output.json(ranking) : Report.text(ranking, by: order, most: most))
        return ExitStatus.done
    }
}

extension CommandOption {
    fileprivate static let ranking = CommandOption(
        name: "by", unit: "WHAT", expected: "paths, strength or permutation",
        help: "what the ranking goes by: paths, strength or permutation [paths]",
        choices: InputImportance.Order.allCases.map(\.rawValue))
    fileprivate static let repeats = CommandOption(
        name: "permutations", unit: "N", expected: "a whole number from 1 to 1000",
        help: "measure the permutation of test samples, too, so often [1, with --by permutation]")
    fileprivate static let most = CommandOption(
        name: "top", unit: "N", expected: "a whole number of 1 or more", help: "inputs to name [25]")
}

extension Arguments {
    fileprivate func count(of option: CommandOption, default usual: Int) throws(ConfigurationError) -> Int {
        guard let text = value(of: option) else { return usual }
        guard let count = Int(text), count > 0, count <= 1_000_000 else {
            throw .invalidValue(option: option.name, value: text, expected: option.expected)
        }
        return count
    }
}

extension Report {
    /// What `importance` prints.
    static func text(_ ranking: InputImportance, by order: InputImportance.Order, most: Int) -> String {
        let isMeasured = ranking.samples != nil
        let head =
            ["rank", "column", "input", "share of paths", "sum of |w|"] + (isMeasured ? ["loss + by permutation"] : [])
        let rows = ranking.inputs.prefix(most).enumerated().map { place, input in
            [
                "\(place + 1)", "\(input.index)", input.name, String(format: "%.5f", input.paths),
                String(format: "%.4g", input.strength),
            ] + (isMeasured ? [String(format: "%.5f", input.lossIncrease ?? 0)] : [])
        }
        let silent = ranking.inputs.count { $0.paths == 0 }
        return
            (TextTable.lines([head] + rows) + [
                "",
                "\(ranking.inputs.count) inputs, by \(order.rawValue); \(silent) lie on no path; columns count from 0",
            ]).joined(separator: "\n")
    }
}
