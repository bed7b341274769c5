internal import Foundation
internal import SparseTraining

/// `sparsetrain inspect RUN`: what a checkpoint holds, layer by layer.
extension Verb {
    static let inspect = Verb(
        name: "inspect", summary: "say what a trained network is made of: connections, fan-in and fan-out, importance",
        subject: .run, options: [.checkpoint, .json]
    ) { arguments in
        let path = try arguments.checkpointPath()
        let inspection = try Inspection(contentsOf: path)
        try StandardOutput.write(
            arguments.has(.json) ? Output.json(inspection) : Report.text(inspection, path: path))
        return ExitStatus.done
    }
}

extension Report {
    /// So many inputs are named of those that count most.
    private static let mostInputs = 10

    /// What `inspect` prints.
    static func text(_ inspection: Inspection, path: String) -> String {
        func fraction(_ value: Double) -> String { String(format: "%.4f", value) }
        func range(_ values: Inspection.Distribution) -> String {
            [values.minimum, values.lowerQuartile, values.median, values.upperQuartile, values.maximum]
                .map { String(format: "%g", $0) }.joined(separator: " ")
        }
        let head = [
            "\(path): \(inspection.model ?? "a network"), \(inspection.step) steps, format version "
                + "\(inspection.formatVersion) of release \(inspection.release)",
            "\(inspection.stored) weights stored, density \(fraction(inspection.density)), \(inspection.fileBytes) bytes with "
                + "the optimiser's state",
            "",
        ]
        let sizes = TextTable.lines(
            [
                [
                    "layer", "outputs x inputs", "structure", "stored", "density", "bytes", "dead in", "dead out",
                    "idle out",
                ]
            ]
                + inspection.layers.map { layer in
                    [
                        layer.name, layer.shape.map(String.init).joined(separator: " x "), layer.structure,
                        "\(layer.stored)", fraction(layer.density), "\(layer.bytes)", "\(layer.deadInputs)",
                        "\(layer.deadOutputs)", layer.idleOutputs.map(String.init) ?? "-",
                    ]
                })
        let fans = TextTable.lines(
            [["layer", "fan-in", "fan-out", "sum of |w| of an output"]]
                + inspection.layers.map { [$0.name, range($0.fanIn), range($0.fanOut), range($0.importance)] },
            widest: 60)
        let largest = inspection.layers.map { layer in
            "  \(layer.name)  "
                + layer.largest.map { String(format: "%.4g at %ld, %ld", $0.value, $0.row, $0.column) }
                .joined(separator: "; ")
        }
        return
            (head + sizes + ["", "least, lower quartile, median, upper quartile and most:"] + fans
            + ["", "largest weights, at output, input (from 0):"] + largest + inputs(inspection))
            .joined(separator: "\n")
    }

    private static func inputs(_ inspection: Inspection) -> [String] {
        guard let importance = inspection.inputImportance else { return [] }
        let order = importance.indices.sorted { (-importance[$0], $0) < (-importance[$1], $1) }
        let names = order.prefix(mostInputs).map { index in
            "\(inspection.inputNames?[index] ?? "input \(index + 1)") " + String(format: "%.4f", importance[index])
        }
        let silent = importance.count { $0 == 0 }
        return [
            "", "most important inputs, by their share in the products of absolute weights along all paths:",
            "  " + names.joined(separator: ", "), "  \(silent) of \(importance.count) inputs lie on no path",
        ]
    }
}
