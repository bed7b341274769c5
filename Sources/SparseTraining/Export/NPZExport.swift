/// A folder: for each weight matrix a file that `scipy.sparse.load_npz` reads, of outputs x inputs (of a convolution outputs x
/// input channels of the group * kernel rows * kernel columns), and `vectors.npz` for `numpy.load`.
struct NPZExport: ExportFormat {
    let writesFolder = true
    let options: Set<ExportOption> = []

    func write(_ network: ExportedNetwork, to target: ExportTarget, options: ExportOptions) throws -> [String] {
        var names = FileNames()
        let vectors = names.name(for: "vectors", suffix: ".npz")
        var manifest = ExportTarget.Manifest(format: "npz", texts: try network.texts, vectors: vectors)
        for matrix in network.matrices {
            let file = names.name(for: matrix.name, suffix: ".npz")
            manifest.matrices.append(.init(name: matrix.name, file: file, shape: matrix.shape))
            try write(try Self.arrays(of: matrix), to: file, of: target)
        }
        var members = FileNames()
        let arrays = network.vectors.map {
            NumPyArray(members.name(for: $0.name, suffix: ""), $0.array, shape: $0.shape)
        }
        let scaling = [
            NumPyArray(members.name(for: NetworkDescription.meanName, suffix: ""), network.scaling.means),
            NumPyArray(members.name(for: NetworkDescription.scaleName, suffix: ""), network.scaling.factors),
        ]
        try write(arrays + scaling, to: vectors, of: target)
        try target.write(manifest)
        return []
    }

    private func write(_ arrays: [NumPyArray], to file: String, of target: ExportTarget) throws {
        try target.write(file) { sink in
            var archive = ZipWriter(sink)
            for array in arrays { try array.add(to: &archive) }
            try archive.finish()
        }
    }

    private static func arrays(of matrix: ExportedMatrix) throws(ExportError) -> [NumPyArray] {
        let starts = try matrix.rowStarts(for: "npz")
        return [
            NumPyArray("indices", type: "<i4", shape: [matrix.count], size: 4) { content in
                try matrix.forEachRow { _, columns, _ in try content.write(columns) }
            },
            NumPyArray("indptr", type: "<i4", shape: [starts.count], size: 4) { try $0.write(starts) },
            NumPyArray("format", type: "|S3", shape: [], size: 3) { try $0.write(Array("csr".utf8)) },
            NumPyArray("shape", [Int64(matrix.rows), Int64(matrix.columns)]),
            NumPyArray("data", type: "<f4", shape: [matrix.count], size: 4) { content in
                try matrix.forEachRow { _, _, values in try content.write(values) }
            },
        ]
    }
}
