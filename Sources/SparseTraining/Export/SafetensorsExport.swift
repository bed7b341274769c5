internal import Foundation
internal import SparseStore

/// One file of tensors. With `csr` a matrix is four of them: crow_indices, col_indices, values and shape, as PyTorch's
/// `sparse_csr_tensor` takes them; with `dense` the file is the state_dict of a PyTorch module whose layers have these names.
struct SafetensorsExport: ExportFormat {
    let writesFolder = false
    let options: Set<ExportOption> = [.layout]

    func write(_ network: ExportedNetwork, to target: ExportTarget, options: ExportOptions) throws -> [String] {
        let isDense = options.layout == .dense
        var tensors = network.matrices.flatMap { isDense ? [.dense($0)] : StreamedTensor.compressed($0) }
        tensors += network.vectors.map { StreamedTensor.numbers($0.name, $0.array, shape: $0.shape, type: "F32") }
        var texts = try network.texts
        if isDense {
            // What PyTorch would find that is no part of a module, load_state_dict would refuse.
            tensors += network.layersOfStatistics.map { name in
                .numbers(name + ".num_batches_tracked", [Int64(0)], shape: [], type: "I64")
            }
            texts[NetworkDescription.meanName] = Self.text(network.scaling.means)
            texts[NetworkDescription.scaleName] = Self.text(network.scaling.factors)
        } else {
            tensors += [
                .numbers(NetworkDescription.meanName, network.scaling.means, type: "F32"),
                .numbers(NetworkDescription.scaleName, network.scaling.factors, type: "F32"),
            ]
        }
        try target.write { try StreamedTensor.write(tensors, texts: texts, to: $0) }
        return []
    }

    /// A JSON array, each number with as many digits as tell it from all others.
    private static func text(_ values: [Float]) -> String {
        "[" + values.map { "\($0)" }.joined(separator: ", ") + "]"
    }
}

/// A tensor whose bytes are made while they are written.
private struct StreamedTensor {
    let name: String
    /// By its name in safetensors.
    let type: String
    let shape: [Int]
    let byteCount: Int
    let write: (ByteSink) throws -> Void

    static func numbers<Number: BitwiseCopyable>(
        _ name: String, _ numbers: [Number], shape: [Int]? = nil, type: String
    ) -> StreamedTensor {
        StreamedTensor(
            name: name, type: type, shape: shape ?? [numbers.count],
            byteCount: numbers.count * MemoryLayout<Number>.size
        ) { try $0.write(numbers: numbers) }
    }

    static func dense(_ matrix: ExportedMatrix) -> StreamedTensor {
        StreamedTensor(name: matrix.name, type: "F32", shape: matrix.shape, byteCount: 4 * matrix.positionCount) {
            sink in
            try matrix.forEachDenseRow { _, values in try sink.write(numbers: values) }
        }
    }

    static func compressed(_ matrix: ExportedMatrix) -> [StreamedTensor] {
        [
            StreamedTensor(
                name: matrix.name + ".crow_indices", type: "I32", shape: [matrix.rows + 1],
                byteCount: 4 * (matrix.rows + 1)
            ) { try $0.write(numbers: try matrix.rowStarts(for: "safetensors")) },
            StreamedTensor(
                name: matrix.name + ".col_indices", type: "I32", shape: [matrix.count], byteCount: 4 * matrix.count
            ) { sink in try matrix.forEachRow { _, columns, _ in try sink.write(numbers: columns) } },
            StreamedTensor(
                name: matrix.name + ".values", type: "F32", shape: [matrix.count], byteCount: 4 * matrix.count
            ) { sink in try matrix.forEachRow { _, _, values in try sink.write(numbers: values) } },
            .numbers(matrix.name + ".shape", matrix.shape.map { Int64($0) }, type: "I64"),
        ]
    }

    /// Wide numbers first, so that all are aligned.
    static func write(_ tensors: [StreamedTensor], texts: [String: String], to sink: ByteSink) throws {
        let tensors = tensors.filter { $0.type == "I64" } + tensors.filter { $0.type != "I64" }
        var header = SafetensorsHeader(metadata: texts)
        var end = 0
        for tensor in tensors {
            header.entries[tensor.name] = SafetensorsHeader.Entry(
                type: tensor.type, shape: tensor.shape, offsets: [end, end + tensor.byteCount])
            end += tensor.byteCount
        }
        try sink.write(try header.bytes())
        for tensor in tensors { try tensor.write(sink) }
    }
}
