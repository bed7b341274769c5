internal import SparseData

/// A folder of tables with a line of names: for each weight matrix its stored weights (row, column, value; of a convolution
/// output, input channel of the group, kernel row, kernel column, value), counted from 0, and `vectors.csv` (name, index, value).
struct CSVExport: ExportFormat {
    let writesFolder = true
    let options: Set<ExportOption> = []

    func write(_ network: ExportedNetwork, to target: ExportTarget, options: ExportOptions) throws -> [String] {
        var names = FileNames()
        let vectors = names.name(for: "vectors", suffix: ".csv")
        var manifest = ExportTarget.Manifest(format: "csv", texts: try network.texts, vectors: vectors)
        for matrix in network.matrices {
            let file = names.name(for: matrix.name, suffix: ".csv")
            manifest.matrices.append(.init(name: matrix.name, file: file, shape: matrix.shape))
            try target.write(file) { try write(matrix, to: $0) }
        }
        let scaling = [
            (NetworkDescription.meanName, network.scaling.means),
            (NetworkDescription.scaleName, network.scaling.factors),
        ]
        try target.write(vectors) { sink in
            try sink.write("name,index,value\n")
            for (name, values) in network.vectors.map({ ($0.name, $0.array) }) + scaling {
                let field = CSVText.field(name)
                for (index, value) in values.enumerated() { try sink.write("\(field),\(index),\(value)\n") }
            }
        }
        try target.write(manifest)
        return []
    }

    private func write(_ matrix: ExportedMatrix, to sink: ByteSink) throws {
        guard matrix.shape.count == 4 else {
            try sink.write("row,column,value\n")
            return try matrix.forEachRow { row, columns, values in
                for (column, value) in zip(columns, values) { try sink.write("\(row),\(column),\(value)\n") }
            }
        }
        let (across, area) = (matrix.shape[3], matrix.shape[2] * matrix.shape[3])
        try sink.write("output,input,kernel_row,kernel_column,value\n")
        try matrix.forEachRow { row, columns, values in
            for (column, value) in zip(columns, values) {
                let (input, element) = Int(column).quotientAndRemainder(dividingBy: area)
                try sink.write("\(row),\(input),\(element / across),\(element % across),\(value)\n")
            }
        }
    }
}
