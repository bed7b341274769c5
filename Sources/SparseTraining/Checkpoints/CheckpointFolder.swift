internal import Foundation

/// The checkpoints of a run folder: the latest, some before it, and the best.
struct CheckpointFolder {
    static let latestName = "checkpoint.safetensors"
    private static let prefix = "checkpoint-"
    private static let suffix = ".safetensors"

    /// Whether a file of this name is a checkpoint, if a run wrote it.
    static func isCheckpoint(_ name: String) -> Bool {
        name == latestName || (name.hasPrefix(prefix) && name.hasSuffix(suffix))
    }

    let url: URL
    /// How many of the last to keep.
    let kept: Int

    var latest: URL { url.appending(path: Self.latestName) }
    var best: URL { url.appending(path: Self.prefix + "best" + Self.suffix) }
    private var previous: URL { url.appending(path: Self.prefix + "previous" + Self.suffix) }

    var hasLatest: Bool { FileManager.default.fileExists(atPath: latest.path) }

    /// Checkpoints that are there, the best one apart.
    var count: Int { max(numbered().count, hasLatest ? 1 : 0) }

    /// Path of the latest, if there is one.
    var latestPath: String? { hasLatest ? latest.relativePath : nil }

    /// Makes `latest` a file of `tensors`; then keeps and forgets others.
    /// - Throws: `TrainingError.cannotWrite`; the checkpoints are then as they were.
    func write(_ tensors: [Tensor], metadata: [String: String], step: Int, isBest: Bool) throws {
        try DurableFile.replace(latest) { try SafetensorsWriter.write(tensors, metadata: metadata, to: $0) }
        if isBest { try DurableFile.link(latest, as: best) }
        guard kept > 1 else { return }
        try DurableFile.link(latest, as: url.appending(path: "\(Self.prefix)\(step)\(Self.suffix)"))
        for old in numbered().dropLast(kept) {
            try? FileManager.default.removeItem(at: url.appending(path: "\(Self.prefix)\(old)\(Self.suffix)"))
        }
    }

    /// For a run that begins anew: the latest checkpoint of an earlier one stays under another name, the others go.
    func setAside() throws {
        for step in numbered() {
            try? FileManager.default.removeItem(at: url.appending(path: "\(Self.prefix)\(step)\(Self.suffix)"))
        }
        try? FileManager.default.removeItem(at: best)
        guard hasLatest else { return }
        guard rename(latest.path, previous.path) == 0 else {
            throw TrainingError.cannotWrite(path: previous.relativePath, reason: String(cString: strerror(errno)))
        }
    }

    /// Removes what a killed process did not finish.
    func removePartial() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
        for name in names where name.hasPrefix("checkpoint") && name.hasSuffix(DurableFile.partial) {
            try? FileManager.default.removeItem(at: url.appending(path: name))
        }
    }

    /// Steps of the checkpoints that are kept by number, ascending.
    private func numbered() -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
        return names.compactMap { name in
            guard name.hasPrefix(Self.prefix), name.hasSuffix(Self.suffix) else { return nil }
            return Int(name.dropFirst(Self.prefix.count).dropLast(Self.suffix.count))
        }.sorted()
    }
}
