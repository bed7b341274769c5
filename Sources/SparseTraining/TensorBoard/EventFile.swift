internal import Foundation
internal import SparseModels
internal import SparseStore

/// The numbers of a run for TensorBoard, as they come: `tensorboard --logdir` of the run folder, or of a folder of such folders,
/// shows them while the run goes on. Its cursor counts bytes, so that a run that goes on has no step twice.
final class EventFile: WritingObserver {
    private let folder: RunFolder
    /// Whose weights the histograms are of; nil for none.
    private let network: Network?
    private var file: AppendedFile?

    /// - Parameter network: Whose weights are shown as histograms after each epoch, if they are to be.
    init(_ folder: RunFolder, histogramsOf network: Network?) { (self.folder, self.network) = (folder, network) }

    private var url: URL { folder.url.appending(path: FolderContent.events) }

    // MARK: The observer

    var cursorName: String { "events" }

    func check(cursor: Int) throws {
        let bytes = (try? FileManager.default.attributesOfItem(atPath: url.path)[.size] as? Int) ?? 0
        guard bytes >= cursor else {
            throw TrainingError.damagedCheckpoint(
                path: url.relativePath, reason: "\(bytes) bytes, but the checkpoint was made after \(cursor)")
        }
    }

    func begin(at cursor: Int?) throws {
        let file = try AppendedFile(url)
        try file.cut(at: UInt64(cursor ?? 0))
        self.file = file
        if (cursor ?? 0) == 0 { try file.append(EventRecord.version(time: Self.now)) }
    }

    func cursor() throws -> Int {
        try file?.flush()
        return Int(file?.end ?? 0)
    }

    func epochDidEnd(_ record: EpochRecord) throws {
        var event = EventRecord(step: record.step, time: Self.now)
        for (part, scores) in [("train", record.train), ("validation", record.validation), ("test", record.test)] {
            event.add("loss/\(part)", scores.loss)
            for value in scores.values { event.add("\(value.name)/\(part)", value.value) }
        }
        event.add("learning_rate", record.learningRate)
        event.add("density", record.density)
        event.add("train_flops_ratio", record.trainFLOPsRatio)
        event.add("samples_per_second", record.samplesPerSecond)
        addHistograms(to: &event)
        try file?.append(event.framed)
    }

    func topologyDidChange(_ record: TopologyRecord) throws {
        var event = EventRecord(step: record.step, time: Self.now)
        event.add("drop_fraction", record.dropFraction)
        event.add("explored_fraction", record.exploredFraction)
        for layer in record.layers {
            event.add("layer_density/\(layer.name)", layer.density)
            event.add("layer_explored_fraction/\(layer.name)", layer.exploredFraction)
            event.add("layer_dropped/\(layer.name)", Double(layer.dropped))
            event.add("layer_grown/\(layer.name)", Double(layer.grown))
        }
        try file?.append(event.framed)
    }

    func runDidEnd(_ summary: TrainingSummary) throws { try file?.flush() }

    private func addHistograms(to event: inout EventRecord) {
        for parameter in network?.parameters ?? [] {
            guard let matrix = parameter.matrix else { continue }
            if let weights = EventHistogram(parameter.values.elements) {
                event.add("weights/\(parameter.name)", weights)
            }
            var fanIn = [Float](repeating: 0, count: matrix.rows)
            matrix.forEachStoredUnit { rows, columns in for row in rows { fanIn[row] += Float(columns.count) } }
            if let fanIn = EventHistogram(fanIn) { event.add("fan_in/\(parameter.name)", fanIn) }
        }
    }

    private static var now: Double { Date().timeIntervalSince1970 }
}
