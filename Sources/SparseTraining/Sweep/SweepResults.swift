internal import Foundation
internal import SparseData
internal import SparseModels
internal import SparseParts

/// What the runs of a sweep came to: a row for each, in the order of the plan.
package struct SweepResults: Sendable {
    /// A run and what became of it.
    package struct Row: Sendable {
        /// As it was planned.
        package let run: SweepRun
        /// What became of it.
        package let state: SweepState
        /// What it measured; nil of one that measured nothing, or is not at its end.
        package let outcome: SweepOutcome?
        /// The machine that it was measured on.
        let machine: String
    }

    /// In the order of the plan.
    package let rows: [Row]

    /// - Parameters:
    ///   - runs: In the order of the plan.
    ///   - machine: Processor and cores.
    ///   - state: What became of a run.
    package init(_ runs: [SweepRun], machine: String = MachineName.text, state: (SweepRun) -> SweepState) {
        rows = runs.map { run in
            let state = state(run)
            return Row(run: run, state: state, outcome: SweepOutcome(run, state), machine: machine)
        }
    }

    /// Runs that are done, in the order of the plan.
    package var finished: [FinishedRun] {
        rows.compactMap { if case .done(let run) = $0.state { run } else { nil } }
    }

    /// How many rows have a state of this word.
    package func count(_ word: String) -> Int { rows.count { $0.state.word == word } }

    /// What a column has in a row.
    package enum Cell: Sendable, Equatable, Encodable {
        case none
        case text(String)
        case integer(Int)
        case number(Double)

        /// As in a table.
        package var text: String {
            switch self {
            case .none: ""
            case .text(let text): text
            case .integer(let number): "\(number)"
            case .number(let number): number.isFinite ? "\(number)" : ""
            }
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .none: try container.encodeNil()
            case .text(let text): try container.encode(text)
            case .integer(let number): try container.encode(number)
            case .number(let number): try container.encode(number.isFinite ? number : nil)
            }
        }

        init(_ number: Double?) { self = number.map(Cell.number) ?? .none }
        init(_ number: Int?) { self = number.map(Cell.integer) ?? .none }
        init(_ text: String?) { self = text.map(Cell.text) ?? .none }
    }

    /// A column: its name and what it has in a row.
    package struct Column: Sendable {
        /// As in the header.
        package let name: String
        /// What it has in a row.
        package let cell: @Sendable (Row) -> Cell

        init(_ name: String, _ cell: @escaping @Sendable (Row) -> Cell) {
            self.name = name
            self.cell = cell
        }

        /// Of a number that is measured.
        init(_ name: String, measured number: @escaping @Sendable (SweepOutcome) -> Double?) {
            self.init(name) { row in Cell(row.outcome.flatMap(number)) }
        }

        init(_ name: String, counted number: @escaping @Sendable (SweepOutcome) -> Int?) {
            self.init(name) { row in Cell(row.outcome.flatMap(number)) }
        }
    }

    /// Columns in order: what was asked, what came of it, and last what depends on the machine.
    package var columns: [Column] {
        var columns = [
            Column("run") { row in .text(row.run.name) },
            Column("status") { row in .text(row.state.word) },
            Column("reason") { row in Cell(row.reason) },
            Column("data") { row in .text(row.run.configuration.data) },
            Column("model") { row in .text(row.run.configuration.model) },
            Column("reference_model") { row in .text(row.run.reference) },
            Column("algo") { row in .text(row.run.method) },
        ]
        columns += varied.map { name in Column(name) { row in Cell(row.run.options[name]) } }
        columns += [
            Column("seed") { row in .text("\(row.run.configuration.seed)") },
            Column("compression_ratio", measured: \.compression),
            Column("theoretical_speedup", measured: \.speedup),
            Column("density_reached", measured: \.density),
            Column("nonzeros", counted: \.nonzeros),
            Column("parameters", counted: \.parameters),
            Column("dense_parameters", counted: \.referenceParameters),
            Column("epochs") { row in Cell(row.outcome?.epochs ?? row.run.need?.epochs) },
            Column("steps") { row in Cell(row.outcome?.steps ?? row.run.need?.steps) },
        ]
        columns += metrics.map { name in Column("test_" + name, measured: { $0.test[name] }) }
        columns.append(Column("test_loss", measured: \.test.loss))
        if let first = metrics.first {
            let dense = denseScores
            columns.append(
                Column("test_\(first)_change") { row in
                    guard let own = row.outcome?.test[first], let control = dense[row.run.control]?[first] else {
                        return .none
                    }
                    return .number(own - control)
                })
        }
        return columns + [
            Column("train_flops_ratio", measured: \.trainFLOPsRatio),
            Column(Self.firstMeasuredColumn, measured: \.seconds),
            Column("samples_per_second", measured: \.samplesPerSecond),
            Column("peak_rss_bytes", counted: \.peakRSSBytes),
            Column("machine") { row in Cell(row.outcome.map { _ in row.machine }) },
        ]
    }

    /// Options that are said of some runs and not the same of all; those about the density always.
    private var varied: [String] {
        let all = Options()
        // Length and seed have columns of their own.
        let fixed = [all.data, all.model, all.method].map(\.name) + [all.seed.name, all.epochs.name, all.steps.name]
        let said = Set(rows.flatMap(\.run.options.keys)).subtracting(fixed)
        let varied = said.filter { name in
            SweepOption.subject(of: name) == all.density.name || Set(rows.map { $0.run.options[name] }).count > 1
        }
        return varied.sorted { (SweepOption.rank(of: $0), $0) < (SweepOption.rank(of: $1), $1) }
    }

    /// Names of the metrics of the test samples that some run has.
    private var metrics: [String] {
        var names: [String] = []
        for value in rows.compactMap(\.outcome).flatMap(\.test.values) where !names.contains(value.name) {
            names.append(value.name)
        }
        return names
    }

    /// The first of the columns that two runs of the same sweep need not have in common.
    package static let firstMeasuredColumn = "seconds"

    /// What dense networks came to, by what they are the control of.
    private var denseScores: [SweepRun.Control: Scores] {
        rows.reduce(into: [:]) { scores, row in
            guard row.run.isDenseReference, let outcome = row.outcome, scores[row.run.control] == nil else { return }
            scores[row.run.control] = outcome.test
        }
    }

    /// The table as comma-separated values, without a line break at the end.
    package var csv: String {
        let columns = columns
        let lines = [columns.map(\.name)] + rows.map { row in columns.map { $0.cell(row).text } }
        return lines.map { $0.map(CSVText.field).joined(separator: ",") }.joined(separator: "\n")
    }

    /// The table as a JSON array of objects, on one line.
    package func json() throws -> String {
        let columns = columns
        let objects = rows.map { row in
            Dictionary(columns.map { ($0.name, $0.cell(row)) }) { first, _ in first }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(objects), as: UTF8.self)
    }
}

extension SweepResults.Row {
    /// Why it is not done, if it is not.
    var reason: String? {
        switch state {
        case .failed(let reason): reason
        case .stopped(let record, _): "others were better after epoch \(record.epoch)"
        case .done, .pending: nil
        }
    }
}

extension SweepRun {
    /// What runs have in common whose accuracies are compared: all but method, density and what only some methods read.
    struct Control: Hashable {
        var pair: String
        var seed: UInt64
    }

    var control: Control { Control(pair: pair, seed: configuration.seed) }

    /// Whether nothing was taken from its network.
    package var isDenseReference: Bool { isBaseline && method != SweepOption.smallDense }
}
