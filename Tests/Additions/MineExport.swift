internal import Foundation

/// One line for each weight matrix: its name and the weights that it stores.
struct MineExport: ExportFormat {
    let writesFolder = false
    let options: Set<ExportOption> = []

    func write(_ network: ExportedNetwork, to target: ExportTarget, options: ExportOptions) throws -> [String] {
        let lines = network.matrices.map { "\($0.name) \($0.count)\n" }
        try Data(lines.joined().utf8).write(to: target.url)
        return []
    }
}
